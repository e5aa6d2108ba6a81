"""The authorization request: what is refused, where, and under which name."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django.fixtures import Settings

from authserver.models import AuthorizationCode, Client, PendingRequest, User
from tests.authserver.parties import (
    CALLBACK,
    CHALLENGE,
    ISSUER,
    SHOP,
    Browser,
    answer,
    request_of_shop,
)

pytestmark = pytest.mark.django_db


@pytest.mark.spec("RFC 6749 §4.1.1")
def test_a_stranger_signs_in_first_and_comes_back_with_a_code(
    stranger: Browser,
) -> None:
    asked = stranger.authorize()
    assert asked.status_code == 303
    assert asked["Location"].startswith("/sign-in/?request=")
    consent = stranger.sign_in(at=asked["Location"])
    assert consent["Location"].startswith("/consent/")
    given = answer(stranger.decide(consent["Location"], "allow"))
    assert given.keys() == {"code", "state", "iss"}
    assert given["state"] == "xyz"


@pytest.mark.rule("AS-04")
@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": ""},
        {"client_id": "nobody"},
        {"client_id": "print\0shop"},
        {"client_id": "x" * 3000},
        {"redirect_uri": None},
        {"redirect_uri": ""},
        {"redirect_uri": "\0"},
        {"redirect_uri": "https://mallory.example/"},
        {"redirect_uri": "//mallory.example/"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
def test_an_untrusted_sender_gets_a_page_and_no_redirect(
    browser: Browser, changes: dict[str, str | None]
) -> None:
    for prompt in (None, "none"):
        response = browser.authorize(**changes, prompt=prompt)
        assert response.status_code == 400
        assert "Location" not in response
        assert b"<h1>" in response.content


@pytest.mark.rule("AS-01")
@pytest.mark.spec("RFC 9700 §2.1")
@pytest.mark.parametrize(
    "uri",
    [
        CALLBACK[:-1],
        f"{CALLBACK}x",
        f"{CALLBACK}?",
        f"{CALLBACK}?x=1",
        f"{CALLBACK}#",
        f"{CALLBACK}#x",
        f"{CALLBACK};x=1",
        CALLBACK.upper(),
        CALLBACK.replace("localhost", "LOCALHOST"),
        CALLBACK.replace("localhost", "localhost."),
        CALLBACK.replace("8000", "8001"),
        CALLBACK.replace("http:", "https:"),
        CALLBACK.replace("//", "//alice@"),
        CALLBACK.replace("connect", "%63onnect"),
        CALLBACK.replace("/connect", "/./connect"),
        CALLBACK.replace("/connect", "//connect"),
        CALLBACK.replace("/connect/", "/connect/../connect/"),
        f" {CALLBACK}",
        f"{CALLBACK}\n",
        CALLBACK.replace("http", "hTTp"),
    ],
)
def test_a_redirect_uri_that_differs_in_one_character_gets_a_page(
    browser: Browser, uri: str
) -> None:
    response = browser.authorize(redirect_uri=uri)
    assert response.status_code == 400
    assert "Location" not in response


@pytest.mark.rule("AS-02")
@pytest.mark.spec("RFC 8252 §7.3")
@pytest.mark.parametrize(
    ("uri", "status"),
    [
        ("http://127.0.0.1/cb", 303),
        ("http://127.0.0.1:54321/cb", 303),
        ("http://[::1]:54321/cb6", 303),
        ("http://127.0.0.1:54321/CB", 400),
        ("http://127.0.0.1:54321/cb?x=1", 400),
        ("http://127.0.0.1:54321/cb6", 400),
        ("http://127.0.0.1:99999/cb", 400),
        ("http://127.0.0.1:x/cb", 400),
        ("http://127.0.0.2:54321/cb", 400),
        ("http://127.0.0.1.mallory.example/cb", 400),
        ("http://alice@127.0.0.1:1/cb", 400),
        ("https://127.0.0.1:54321/cb", 400),
        ("http://localhost:54321/cb", 400),
        ("HTTP://127.0.0.1:54321/cb", 400),
        ("http://127.0.0.1:54321/cb?", 400),
        ("http://127.0.0.1:54321/cb#", 400),
        ("http://127.0.0.1:54321/cb;x", 400),
        ("http://127.0.0.1:54321/c\nb", 400),
        ("http://127.0.0.1:54321/cb\n", 400),
        ("\thttp://127.0.0.1:54321/cb", 400),
        ("http://127.0.0.1:54321/%63b", 400),
        ("http://127.0.0.1:/cb", 400),
        ("http://127.0.0.1:054321/cb", 400),
        ("http://127.0.0.1:٥٤٣٢١/cb", 400),
        ("http://127.1:54321/cb", 400),
        ("http://2130706433:54321/cb", 400),
        ("http://127.0.0.1:1@mallory.example/cb", 400),
        ("http://127.0.0.1:54321@mallory.example/cb", 400),
        ("http://[::1]/cb", 400),
        ("http://[0:0:0:0:0:0:0:1]:54321/cb6", 400),
    ],
)
def test_a_loopback_address_may_have_any_port_and_nothing_else(
    stranger: Browser, uri: str, status: int
) -> None:
    registered = "http://127.0.0.1/cb http://[::1]:8/cb6"
    Client.objects.filter(client_id="printshop").update(redirect_uris=registered)
    assert stranger.authorize(redirect_uri=uri).status_code == status


@pytest.mark.spec("RFC 8252 §7.1")
@pytest.mark.parametrize(
    ("uri", "kind", "status"),
    [
        ("com.example.shop:/cb", "native", 303),
        ("com.example.shop:/cb", "web", 400),
        ("shop:/cb", "native", 400),
        ("http://shop.example/cb", "native", 400),
        ("http://shop.example/cb", "web", 400),
        ("javascript:alert(1)", "native", 400),
        ("data:text/html,x", "native", 400),
        ("file:///etc/passwd", "native", 400),
        ("https://shop.example/cb#x", "web", 400),
        ("https://alice@shop.example/cb", "web", 400),
    ],
)
def test_what_may_not_be_registered_cannot_be_used_either(
    stranger: Browser, uri: str, kind: str, status: int
) -> None:
    rows = Client.objects.filter(client_id="printshop")
    rows.update(redirect_uris=uri, application_type=kind)
    assert stranger.authorize(redirect_uri=uri).status_code == status


PLAYED = "web+printshop:signed-in"


@pytest.mark.rule("AS-03")
@pytest.mark.spec("RFC 8252 §7.1")
@pytest.mark.parametrize(
    ("demo", "kind", "status"),
    [(True, "native", 303), (False, "native", 400), (True, "browser", 400)],
)
def test_the_scheme_of_a_page_is_good_in_a_demonstration_only(
    stranger: Browser, settings: Settings, demo: bool, kind: str, status: int
) -> None:
    rows = Client.objects.filter(client_id="printshop-mobile")
    rows.update(application_type=kind)
    settings.DEMO = demo
    asked = {"client_id": "printshop-mobile", "redirect_uri": PLAYED}
    response = stranger.authorize(**asked, scope="openid")
    assert response.status_code == status
    assert ("Location" in response) is (status == 303)


@pytest.mark.rule("AS-07")
@pytest.mark.parametrize(
    ("uri", "home", "sources"),
    [
        (PLAYED, f"{SHOP}/phone/", f"web+printshop: {SHOP}"),
        (PLAYED, "", "web+printshop:"),
        (PLAYED, "http://mallory.example/", "web+printshop:"),
        (PLAYED, "https://a;script-src@mallory.example/", "web+printshop:"),
        ("com.example.printshop:/signed-in", SHOP, "com.example.printshop:"),
    ],
)
def test_consent_may_end_at_the_page_that_plays_the_app(
    browser: Browser, uri: str, home: str, sources: str
) -> None:
    Client.objects.filter(client_id="printshop-mobile").update(client_uri=home)
    asked = {"client_id": "printshop-mobile", "redirect_uri": uri, "scope": "openid"}
    page = browser.get(browser.authorize(**asked)["Location"])
    policy = page["Content-Security-Policy"] + ";"
    assert f"form-action 'self' {sources};" in policy


ERRORS: list[tuple[dict[str, str | None], str]] = [
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "id_token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_type": "none"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"response_mode": "web_message"}, "invalid_request"),
    ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
    ({"request_uri": "https://mallory.example/"}, "request_uri_not_supported"),
    ({"registration": "{}"}, "registration_not_supported"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": ""}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": "s256"}, "invalid_request"),
    ({"code_challenge": "x" * 42}, "invalid_request"),
    ({"code_challenge": "x" * 129}, "invalid_request"),
    ({"code_challenge": CHALLENGE[:-1] + "="}, "invalid_request"),
    ({"code_challenge": CHALLENGE[:-1] + "é"}, "invalid_request"),
    ({"scope": None}, "invalid_scope"),
    ({"scope": " "}, "invalid_scope"),
    ({"scope": "openid  profile"}, "invalid_scope"),
    ({"scope": "openid unknown"}, "invalid_scope"),
    ({"scope": "openid photoslibrary.appendonly"}, "invalid_scope"),
    ({"scope": 'open"id'}, "invalid_scope"),
    ({"scope": "openid " * 500}, "invalid_scope"),
    ({"resource": "https://mallory.example"}, "invalid_target"),
    ({"resource": "photos"}, "invalid_target"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "create"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "soon"}, "invalid_request"),
    ({"max_age": "9" * 40}, "invalid_request"),
    ({"nonce": "n" * 256}, "invalid_request"),
    ({"nonce": "n\0"}, "invalid_request"),
    ({"login_hint": "x" * 5000}, "invalid_request"),
    ({"id_token_hint": "garbage"}, "invalid_request"),
    ({"prompt": "none"}, "consent_required"),
]


@pytest.mark.rule("AS-19", "AS-10", "AS-11", "AS-25")
@pytest.mark.spec("RFC 9207 §2")
@pytest.mark.parametrize("response_mode", ["query", "form_post"])
@pytest.mark.parametrize(("changes", "error"), ERRORS)
def test_every_other_error_goes_to_the_client_with_state_and_issuer(
    browser: Browser, changes: dict[str, Any], error: str, response_mode: str
) -> None:
    response = browser.authorize(**{"response_mode": response_mode} | changes)
    if response_mode == "form_post" and "response_mode" not in changes:
        assert response.status_code == 200
        said = response.context["parameters"]
        assert response.context["uri"] == CALLBACK
    else:
        assert response["Location"].startswith(f"{CALLBACK}?")
        said = answer(response)
    assert said.pop("error_description")
    assert said == {"error": error, "state": "xyz", "iss": ISSUER}
    assert not PendingRequest.objects.exists()


@pytest.mark.rule("AS-08")
@pytest.mark.parametrize(
    ("allowed", "asked", "how"),
    [
        (["query"], "form_post", "query"),
        (["form_post"], "query", "form_post"),
        (["form_post"], None, "form_post"),
        (["form_post"], "fragment", "form_post"),
        (["query"], "fragment", "query"),
    ],
)
def test_answers_travel_only_as_the_client_registered(
    browser: Browser, allowed: list[str], asked: str | None, how: str
) -> None:
    Client.objects.filter(client_id="printshop").update(response_modes=allowed)
    response = browser.authorize(response_mode=asked)
    if how == "form_post":
        assert response.status_code == 200
        said = response.context["parameters"]
    else:
        said = answer(response)
    assert said["error"] == "invalid_request"
    assert browser.authorize(response_mode=allowed[0])["Location"][:9] == "/consent/"


# Who may do what: each type of client its own grants and no other.


@pytest.mark.spec("RFC 9700 §2.1.2")
@pytest.mark.parametrize(
    "response_type",
    ["token", "id_token", "id_token token", "code token", "code id_token token"],
)
def test_no_client_gets_a_token_in_front(browser: Browser, response_type: str) -> None:
    Client.objects.filter(client_id="printshop").update(
        grant_types=["authorization_code", "implicit", "password", "refresh_token"],
        authorization_grant_type="openid-hybrid",
    )
    said = answer(browser.authorize(response_type=response_type))
    assert said["error"] == "unsupported_response_type"


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_a_client_without_the_grant_gets_no_code(browser: Browser) -> None:
    Client.objects.filter(client_id="printshop").update(grant_types=["refresh_token"])
    assert answer(browser.authorize())["error"] == "unauthorized_client"


@pytest.mark.rule("AS-08")
@pytest.mark.spec("RFC 6749 §3.1")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_sender_gets_a_page(browser: Browser, name: str) -> None:
    asked: dict[str, Any] = request_of_shop()
    asked[name] = [asked[name], asked[name]]
    response = browser.get("/oauth/authorize", asked)
    assert response.status_code == 400
    assert "Location" not in response


@pytest.mark.rule("AS-08")
@pytest.mark.spec("RFC 6749 §3.1")
@pytest.mark.parametrize(
    "name",
    [
        *("response_type", "scope", "state", "code_challenge", "code_challenge_method"),
        *("nonce", "prompt", "max_age", "response_mode", "unheard_of"),
    ],
)
def test_every_other_repeated_parameter_is_an_error(
    browser: Browser, name: str
) -> None:
    asked: dict[str, Any] = request_of_shop()
    asked[name] = [asked.get(name, "1"), "2"]
    said = answer(browser.get("/oauth/authorize", asked))
    assert said["error"] == "invalid_request"
    assert said["iss"] == ISSUER
    assert said.get("state") == (None if name == "state" else "xyz")


@pytest.mark.spec("RFC 6749 §3.1")
def test_an_unknown_parameter_is_ignored(browser: Browser) -> None:
    assert "code" in answer(browser.allow(unheard_of="1"))


@pytest.mark.rule("X-02")
@pytest.mark.parametrize("state", ["s" * 128, "æ–‡ <b>&amp;=?#", "👩🏽‍🎨", "a b+c%20"])
def test_state_comes_back_unchanged(browser: Browser, state: str) -> None:
    assert answer(browser.allow(state=state))["state"] == state


@pytest.mark.spec("RFC 6749 §4.1.1")
def test_without_state_none_comes_back(browser: Browser) -> None:
    assert answer(browser.allow(state=None)).keys() == {"code", "iss"}


def test_a_state_that_is_too_long_is_refused_and_not_echoed(browser: Browser) -> None:
    said = answer(browser.authorize(state="s" * 2001))
    assert said["error"] == "invalid_request"
    assert "state" not in said


@pytest.mark.spec("RFC 6749 §3.1.2")
def test_the_query_of_a_registered_uri_is_kept(browser: Browser) -> None:
    uri = "https://shop.example/cb?shop=1"
    Client.objects.filter(client_id="printshop").update(redirect_uris=uri)
    given = answer(browser.allow(redirect_uri=uri))
    assert given["shop"] == "1"
    assert "code" in given


@pytest.mark.rule("AS-47")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_request_by_post_works_and_never_approves_by_itself(
    browser: Browser,
) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    response = strict.post(
        "/oauth/authorize", request_of_shop() | {"decision": "allow"}
    )
    assert response.status_code == 303
    assert urlsplit(response["Location"]).path == "/oauth/authorize"
    response = strict.get(response["Location"])
    assert response["Location"].startswith("/consent/")
    assert not AuthorizationCode.objects.exists()


def test_a_request_by_post_may_not_repeat_what_the_address_says(
    browser: Browser,
) -> None:
    response = browser.post("/oauth/authorize?client_id=printshop", request_of_shop())
    assert browser.get(response["Location"]).status_code == 400


def test_a_request_by_post_that_is_too_long_gets_a_page(browser: Browser) -> None:
    response = browser.post("/oauth/authorize", request_of_shop(state="s" * 9000))
    assert response.status_code == 400


@pytest.mark.spec("RFC 9700 §4.7.1")
def test_another_browser_cannot_answer_a_pending_request(
    browser: Browser, stranger: Browser
) -> None:
    page = browser.authorize()["Location"]
    stranger.sign_in("bob")
    assert stranger.get(page).status_code == 404
    assert stranger.decide(page, "allow").status_code == 404
    assert browser.get(page).status_code == 200


def test_a_pending_request_is_answered_once(browser: Browser) -> None:
    page = browser.authorize()["Location"]
    assert browser.decide(page, "deny").status_code == 303
    assert browser.decide(page, "allow").status_code == 404
    assert not AuthorizationCode.objects.exists()


@pytest.mark.rule("AS-06", "AS-07")
@pytest.mark.spec("RFC 9700 §4.12")
def test_answers_are_not_kept_not_resent_and_not_referred(browser: Browser) -> None:
    response = browser.allow()
    assert response.status_code == 303
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_a_form_post_answer_posts_and_runs_only_its_own_line(browser: Browser) -> None:
    page = browser.authorize(response_mode="form_post")["Location"]
    response = browser.decide(page, "allow")
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "form-action http://localhost:8000;" in policy + ";"
    assert "script-src 'sha256-" in policy
    html = response.content.decode()
    assert 'name="code"' in html
    assert 'name="iss" value="http://localhost:8001"' in html
    assert "<noscript>" in html


@pytest.mark.rule("AS-09")
def test_a_form_post_answer_escapes_what_the_client_sent(browser: Browser) -> None:
    state = "\"'><script>alert(1)</script>"
    page = browser.authorize(response_mode="form_post", state=state)["Location"]
    html = browser.decide(page, "deny").content.decode()
    assert "<script>alert" not in html
    assert html.count("<script>") == 1


def test_a_disabled_client_gets_a_page(browser: Browser) -> None:
    client = Client.objects.get(client_id="printshop")
    client.disabled_at = client.created
    client.save()
    assert browser.authorize().status_code == 400


def test_a_disabled_person_gets_no_code(browser: Browser) -> None:
    browser.allow()
    User.objects.filter(username="alice").update(is_active=False)
    assert answer(browser.authorize(prompt="none"))["error"] == "login_required"
    assert browser.authorize()["Location"].startswith("/sign-in/")
