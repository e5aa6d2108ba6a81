"""The played phone's radio: what it sends as it is, and what it never sends."""

from typing import Any

import pytest
from phones import FORM, TOKEN, Phone, spoken
from provider import PhotoService, Provider, Reply


@pytest.mark.spec("RFC 8252 §4.1")
def test_a_form_reaches_the_token_endpoint_as_it_is(
    phone: Phone, provider: Provider
) -> None:
    answer = {"error": "invalid_grant"}
    provider.replies["/token"] = Reply(answer, 400, headers={"Set-Cookie": "a=b"})
    call = {"method": "POST", "url": f"{provider.url}/token", "form": FORM}
    phone.cookies["more"] = "cookies"
    told = phone.send(call, Authorization="Bearer another")
    assert told.status_code == 200
    assert told.json() == {"status": 400, "body": answer}
    assert "no-store" in told["Cache-Control"]
    assert "a" not in told.cookies
    [heard] = provider.asked("/token")
    assert heard.form == FORM  # nothing was added, no secret above all
    assert not {"Authorization", "Cookie"} & heard.headers.keys()


def test_a_token_is_given_back_by_the_same_way(
    phone: Phone, provider: Provider
) -> None:
    form = {"client_id": "printshop-mobile", "token": "t"}
    call = {"method": "POST", "url": f"{provider.url}/revoke", "form": form}
    assert phone.send(call).json() == {"status": 200, "body": {}}
    assert provider.asked("/revoke")[0].form == form


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/picker/v1/sessions"),
        ("GET", "/picker/v1/sessions/a-b_9"),
        ("DELETE", "/picker/v1/sessions/a-b_9"),
        ("GET", "/picker/v1/mediaItems?sessionId=a-b_9"),
    ],
)
def test_the_picker_is_asked_with_the_bearer_token_and_no_more(
    phone: Phone, photos: PhotoService, method: str, path: str
) -> None:
    photos.replies[path.partition("?")[0]] = Reply({"id": "1"})
    call = {"method": method, "url": photos.url + path, "bearer": TOKEN}
    assert phone.send(call).json() == {"status": 200, "body": {"id": "1"}}
    [heard] = photos.requests
    assert (heard.method, heard.headers["Authorization"]) == (method, f"Bearer {TOKEN}")
    assert "Cookie" not in heard.headers


def test_a_photo_comes_as_bytes_of_which_no_page_can_be_made(
    phone: Phone, photos: PhotoService
) -> None:
    photos.replies["/bytes/abc.def=w2400-h2400"] = Reply(
        "<script>alert(1)</script>", content_type="text/html"
    )
    url = f"{photos.url}/bytes/abc.def=w2400-h2400"
    told = phone.send({"method": "GET", "url": url, "bearer": TOKEN})
    assert told["Content-Type"] == "application/octet-stream"
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told.content == b"<script>alert(1)</script>"


ISSUER, PHOTOS = "{issuer}", "{photos}"
SESSIONS = f"{PHOTOS}/picker/v1/sessions"
ASK: dict[str, Any] = {"method": "GET", "bearer": TOKEN}
NOT_ITS_WORDS: list[Any] = [
    FORM | {"client_id": "printshop"},
    {name: value for name, value in FORM.items() if name != "client_id"},
    FORM | {"client_secret": "guessed"},
    FORM | {"username": "alice", "password": "guessed"},
    {**FORM, "code": ["1", "2"]},
    FORM | {"code": "1\r\nX: y"},
    FORM | {"code": "c" * 5000},
    None,
    [],
    "client_id=printshop-mobile",
]
ASKED_WRONGLY: dict[str, list[Any]] = {
    "other hosts, also where a careless comparison would not see it": [
        ASK | {"url": url}
        for url in (
            "http://169.254.169.254/latest/meta-data/",
            f"{PHOTOS}.mallory.example/picker/v1/sessions/1",
            f"{PHOTOS}@mallory.example/picker/v1/sessions/1",
            f"http://mallory.example/{PHOTOS}/picker/v1/sessions/1",
            f"//mallory.example/picker/v1/sessions/1?{PHOTOS}",
            "/picker/v1/sessions/1",
            f" {SESSIONS}/1",
            f"{PHOTOS}\\@mallory.example/picker/v1/sessions/1",
            "file:///etc/passwd",
            "",
        )
    ],
    "other paths, and tricks with them": [
        ASK | {"url": f"{PHOTOS}{path}"}
        for path in (
            "",
            "/",
            "/library/v1/mediaItems",
            "/picker/v1/sessions",
            "/picker/v1/sessions/",
            "/picker/v1/sessions/..",
            "/picker/v1/sessions/../../library/v1/albums",
            "/picker/v1/sessions/%2e%2e",
            "/picker/v1/sessions/1/..",
            "/picker/v1/sessions/1?x=1",
            "/picker/v1/sessions/1#x",
            "/picker/v1/sessions/1;x",
            "/picker/v1/sessions/1\n",
            "/picker/v1/sessions/1\r\nX: y",
            "/picker/v1/sessions/１",  # noqa: RUF001 - a digit of another script
            "//picker/v1/sessions/1",
            "/./picker/v1/sessions/1",
            "/PICKER/v1/sessions/1",
            "/picker/v1/mediaItems",
            "/picker/v1/mediaItems?sessionId=1&sessionId=2",
            "/picker/v1/mediaItems?sessionId=1%26x=2",
            "/bytes/abc",
            "/bytes/abc=d",
            "/bytes/../picker=w1-h1",
            "/bytes/a/b=w1-h1",
        )
    ],
    "other verbs, and what is no verb": [
        *(
            ASK | {"method": method, "url": f"{SESSIONS}/1"}
            for method in ("POST", "PUT", "PATCH", "get", "GET ", "GET\r\nX: y", "", 1)
        ),
        {"method": "GET", "url": f"{ISSUER}/token", "form": FORM},
        {"method": "DELETE", "url": f"{ISSUER}/token", "form": FORM},
    ],
    "other endpoints of the provider": [
        {"method": "POST", "url": f"{ISSUER}{path}", "form": FORM}
        for path in ("/authorize", "/userinfo", "/token/", "/token?x=1", "/TOKEN", "")
    ],
    "headers in disguise, and other things than a token": [
        *(
            ASK | {"url": f"{SESSIONS}/1", "bearer": bearer}
            for bearer in (
                *("", " ", "a b", "a,b", "a\r\nX-Smuggled: y", "a\n", "é", "t" * 5000),
                *(None, 1, [TOKEN]),
            )
        ),
        ASK | {"url": f"{SESSIONS}/1", "headers": {"X-Forwarded-For": "10.0.0.1"}},
        ASK | {"url": f"{SESSIONS}/1", "cookies": {"a": "b"}},
        ASK | {"url": f"{SESSIONS}/1", "form": {"a": "b"}},
        ASK | {"url": f"{SESSIONS}/1", "json": "text"},
    ],
    "what this app would never say, or not so": [
        *(
            {"method": "POST", "url": f"{ISSUER}/token", "form": form}
            for form in NOT_ITS_WORDS
        ),
        {"method": "POST", "url": f"{ISSUER}/token", "form": FORM, "bearer": TOKEN},
        {"method": "POST", "url": f"{ISSUER}/token", "form": FORM, "json": {}},
    ],
    "no call at all": [
        *(" ", "[]", "null", '"x"', "{", '{"method": "GET"}', "[" * 9000, b"\xff"),
    ],
}


@pytest.mark.rule("B-04")
@pytest.mark.spec("RFC 10017 §6.1.3.6")
@pytest.mark.parametrize("kind", ASKED_WRONGLY)
def test_the_radio_reaches_no_other_address_and_says_nothing_else(
    phone: Phone, provider: Provider, photos: PhotoService, kind: str
) -> None:
    provider.replies["/token"] = Reply({})
    photos.replies["/picker/v1/sessions/1"] = Reply({})
    for call in ASKED_WRONGLY[kind]:
        refused = phone.send(filled(call, provider, photos))
        assert refused.status_code == 403, call
        assert refused.json()["error"]
        assert not spoken(provider), call
        assert not spoken(photos), call


def filled(call: Any, provider: Provider, photos: PhotoService) -> Any:
    """With the addresses of this test's servers."""
    if not isinstance(call, dict):
        return call
    url = call["url"].replace(ISSUER, provider.url).replace(PHOTOS, photos.url)
    return call | {"url": url}


@pytest.mark.rule("B-04")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_asked_elsewhere(
    phone: Phone, provider: Provider, photos: PhotoService, status: int
) -> None:
    elsewhere = {"Location": f"{photos.url}/library/v1/albums"}
    provider.replies["/token"] = Reply({"a": 1}, status, headers=elsewhere)
    photos.replies["/bytes/a=w1-h1"] = Reply("", status, headers=elsewhere)
    form = {"method": "POST", "url": f"{provider.url}/token", "form": FORM}
    photo = ASK | {"url": f"{photos.url}/bytes/a=w1-h1"}
    for call in (form, photo):
        told = phone.send(call)
        assert told.status_code == 502
        assert "Location" not in told
    assert spoken(photos) == ["GET /bytes/a=w1-h1"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply("<h1>Oops</h1>", 500, "text/html"),
        Reply("[]"),
        Reply({"a": "b" * 600_000}),
    ],
    ids=["no JSON", "no object", "too much"],
)
def test_what_is_no_usable_answer_is_not_passed_on(
    phone: Phone, provider: Provider, reply: Reply
) -> None:
    provider.replies["/token"] = reply
    call = {"method": "POST", "url": f"{provider.url}/token", "form": FORM}
    told = phone.send(call)
    assert told.status_code == 502
    assert told.json() == {"error": "No usable answer came back."}


def test_without_a_provider_there_is_silence(phone: Phone, provider: Provider) -> None:
    provider.replies["/.well-known/openid-configuration"] = Reply({}, 500)
    call = {"method": "POST", "url": f"{provider.url}/token", "form": FORM}
    assert phone.send(call).status_code == 502
