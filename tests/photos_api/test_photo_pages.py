"""The pages: who gets in, what they see, and how they pick."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from photo_cast import ALICE, BOB, ISSUER, NOTHING, Issuer, Library
from stage import Provider

from photos_api.models import Person
from photos_api.pages import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The authorization server; what Authlib learned of it is forgotten afterwards."""
    account = sign_in._oauth.create_client("account")
    monkeypatch.setattr(account, "server_metadata", {})
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield Provider(wire, issuer)


@pytest.fixture
def browser() -> Client:
    return Client()


def status_of(response: Any) -> int:
    """The status, once a file behind the answer has been read and closed."""
    if response.streaming:
        b"".join(response)
    return int(response.status_code)


# Signing in


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_the_question_is_complete(provider: Provider, browser: Client) -> None:
    question = provider.depart(browser)
    assert question["response_type"] == "code"
    assert question["client_id"] == "photos"
    assert question["scope"] == "openid profile"
    assert question["redirect_uri"] == "http://localhost:8002/sign-in/callback/"
    assert question["code_challenge_method"] == "S256"
    assert min(len(question[p]) for p in ("state", "nonce", "code_challenge")) >= 20


@pytest.mark.spec("RFC 7636 §4.5")
def test_somebody_new_signs_in_and_is_remembered(
    provider: Provider, browser: Client
) -> None:
    question = provider.depart(browser, "/albums/")
    before = browser.session.session_key
    response = provider.come_back(browser, question)
    assert (response.status_code, response["Location"]) == (302, "/albums/")
    person = Person.objects.get()
    assert (person.iss, person.sub, person.name) == (ISSUER, ALICE, "Alice Ferrand")
    assert browser.get("/albums/").status_code == 200
    assert browser.session.session_key != before
    verifier = provider.token_request()["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert challenge == question["code_challenge"]


@pytest.mark.spec("RFC 9207 §2.4")
@pytest.mark.spec("RFC 6749 §10.12")
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "http://evil.example"},
        {"iss": NOTHING},
        {"iss": ISSUER + "/"},
        {"iss": [ISSUER, ISSUER]},
        {"state": "another"},
        {"state": NOTHING},
        {"state": ""},
        {"state": "x" * 5000},
        {"state": "a\0b"},
        {"code": NOTHING},
        {"code": ""},
        {"code": ["a", "b"]},
        {"error": "access_denied", "code": NOTHING},
        {"error": "access_denied"},
    ],
)
def test_an_answer_that_is_not_to_our_question_is_refused(
    provider: Provider, browser: Client, changes: dict[str, object]
) -> None:
    response = provider.come_back(browser, provider.depart(browser), **changes)
    assert response.status_code == 400
    assert "You are not signed in" in response.content.decode()
    assert not [c for c in provider.wire.calls if c.request.method == "POST"]
    assert not Person.objects.exists()


@pytest.mark.spec("OIDC Core §5.3.2")
@pytest.mark.parametrize("sub", [BOB, "", NOTHING])
def test_userinfo_about_somebody_else_is_refused(
    provider: Provider, browser: Client, sub: object
) -> None:
    said = {"sub": sub, "name": "Alice Ferrand"}
    provider.userinfo = {k: v for k, v in said.items() if v is not NOTHING}
    assert provider.sign_in(browser).status_code == 400
    assert not Person.objects.exists()


@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://evil.example"},
        {"aud": "printshop"},
        {"aud": ["printshop"]},
        {"aud": "printshop", "azp": "photos"},
        {"aud": ["photos", "printshop"], "azp": "printshop"},
        {"aud": NOTHING},
        {"nonce": "another"},
        {"nonce": NOTHING},
        {"exp": 1},
        {"exp": NOTHING},
        {"sub": NOTHING},
        {"sub": ""},
    ],
)
def test_an_id_token_that_is_not_for_us_is_refused(
    provider: Provider, browser: Client, claims: dict[str, object]
) -> None:
    provider.claims = claims
    question = provider.depart(browser)
    if "nonce" in claims:
        provider.nonce = "ignored"
    response = provider.come_back(browser, question)
    assert response.status_code == 400
    assert not Person.objects.exists()


def test_a_token_answer_without_a_good_id_token_is_refused(
    provider: Provider, browser: Client, issuer: Issuer
) -> None:
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    tokens: list[dict[str, object]] = [
        {"id_token": NOTHING},
        {"id_token": "rubbish"},
        {"id_token": unsigned},
        {"id_token": issuer.token()},
        {"error": "invalid_grant"},
    ]
    for token in tokens:
        provider.token = token
        assert provider.sign_in(browser).status_code == 400
    assert not Person.objects.exists()


def test_an_answer_works_once_and_in_one_browser(
    provider: Provider, browser: Client
) -> None:
    question = provider.depart(browser)
    assert provider.come_back(Client(), question).status_code == 400
    assert provider.come_back(browser, question).status_code == 302
    assert provider.come_back(browser, question).status_code == 400


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/" + "x" * 3000,
        "/\t/evil.example",
        "http:evil.example",
    ],
)
def test_nobody_is_sent_to_another_site_afterwards(
    provider: Provider, browser: Client, onward: str
) -> None:
    assert provider.sign_in(browser, onward)["Location"] == "/"


def test_while_the_issuer_is_down_there_is_a_page_that_says_so(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = sign_in._oauth.create_client("account")
    monkeypatch.setattr(account, "server_metadata", {})
    with responses.RequestsMock() as wire:
        wire.add(
            "GET",
            f"{ISSUER}/.well-known/openid-configuration",
            body=requests.ConnectTimeout(),
        )
        response = browser.get("/sign-in/")
    assert response.status_code == 503
    assert "Photos Account does not answer" in response.content.decode()
    assert "Retry-After" in response


@pytest.mark.parametrize("issuer_named", ["http://evil.example", ISSUER + "/", None])
def test_metadata_of_another_issuer_is_not_followed(
    provider: Provider, browser: Client, issuer_named: object
) -> None:
    provider.metadata["issuer"] = issuer_named
    assert browser.get("/sign-in/").status_code == 503


# Signing out


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_signing_out_ends_both_sessions(provider: Provider, browser: Client) -> None:
    provider.sign_in(browser)
    id_token = browser.session["id_token"]
    assert browser.get("/sign-out/").status_code == 200
    assert browser.get("/albums/").status_code == 200
    leaving = urlsplit(browser.post("/sign-out/")["Location"])
    query = parse_qs(leaving.query)
    assert (
        f"{leaving.scheme}://{leaving.netloc}{leaving.path}" == f"{ISSUER}/oauth/logout"
    )
    assert query["id_token_hint"] == [id_token]
    assert query["client_id"] == ["photos"]
    assert query["post_logout_redirect_uri"] == ["http://localhost:8002/sign-out/done/"]
    assert browser.get("/albums/").status_code == 302
    assert "signed out" in browser.get("/sign-out/done/").content.decode()


def test_signing_out_needs_a_form_of_ours(alice: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    response = strict.post("/sign-out/")
    assert response.status_code == 403
    assert "Please send that again" in response.content.decode()
    assert strict.get("/albums/").status_code == 200


# The library


def test_a_visitor_sees_a_welcome_and_no_photo(
    browser: Client, library: Library
) -> None:
    photo = library.photo()
    assert "Sign in with Photos Account" in browser.get("/").content.decode()
    for path in (
        f"/photos/{photo.pk}/",
        f"/photos/{photo.pk}/original/",
        f"/photos/{photo.pk}/picture/480/",
        "/albums/",
    ):
        assert browser.get(path)["Location"].startswith("/sign-in/?next=/")


def test_owners_see_their_photos_by_month_and_nobody_elses(
    alices: Client, bobs: Client, library: Library
) -> None:
    photo = library.photo()
    album = library.album("Hers", [photo])
    page = alices.get("/").content.decode()
    assert "January" in page
    assert f"/photos/{photo.pk}/" in page
    for path in (
        f"/photos/{photo.pk}/",
        f"/photos/{photo.pk}/original/",
        f"/photos/{photo.pk}/picture/480/",
        f"/albums/{album.pk}/",
    ):
        assert status_of(alices.get(path)) == 200
        assert status_of(bobs.get(path)) == 404
    assert photo.pk not in bobs.get("/").content.decode()


def test_pictures_come_in_the_kept_sizes_only(alices: Client, library: Library) -> None:
    photo = library.photo()
    for side, status in (
        (480, 200),
        (1280, 200),
        (2560, 200),
        (481, 404),
        (99999, 404),
    ):
        response = alices.get(f"/photos/{photo.pk}/picture/{side}/")
        assert status_of(response) == status
    first = alices.get(f"/photos/{photo.pk}/picture/480/")
    assert status_of(first) == 200
    assert first["Cache-Control"] == "private, max-age=86400"
    again = alices.get(
        f"/photos/{photo.pk}/picture/480/", headers={"if-none-match": first["ETag"]}
    )
    assert again.status_code == 304


def test_a_long_library_goes_on_over_the_page(alices: Client, library: Library) -> None:
    photos = library.photos(100)
    first = alices.get("/")
    token = first.context["older"]
    second = alices.get("/", {"page": token})
    seen = [
        p.pk for page in (first, second) for _, m in page.context["months"] for p in m
    ]
    assert seen == [photo.pk for photo in photos]
    assert alices.get("/", {"page": "rubbish"})["Location"] == "/"


# Errors


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/", 404),
        ("GET", "/photos/unknown/", 404),
        ("GET", "/photos/a%00b/", 404),
        ("GET", "/photos/" + "x" * 3000 + "/", 404),
        ("GET", "/pick/a%00b", 404),
        ("GET", "/pick/%2e%2e", 404),
        ("GET", "/photos/x/picture/0480/", 404),
        ("GET", "/photos/x/picture/-1/", 404),
        ("POST", "/", 405),
        ("DELETE", "/albums/", 405),
        ("GET", "/samples/", 405),
        ("POST", "/sign-in/", 405),
        ("PUT", "/sign-out/", 405),
        ("PUT", "/pick/unknown", 405),
        ("POST", "/sign-in/callback/", 405),
        ("GET", "/albums/?x=1&x=2", 200),
        ("GET", "/?page=a%00b", 302),
        ("GET", "/?page=1&page=2", 302),
    ],
)
def test_bad_requests_get_a_page_and_never_a_500(
    alices: Client, method: str, path: str, status: int
) -> None:
    response = alices.generic(method, path)
    assert response.status_code == status
    if status == 404:
        assert "Nothing here" in response.content.decode()


def test_an_accident_gets_a_page_too(
    alices: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("photos_api.pages.gallery.person_of", broken)
    alices.raise_request_exception = False
    response = alices.get("/")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
    assert "detail" not in response.content.decode()


def test_a_cookie_that_is_none_of_ours_is_not_looked_up(browser: Client) -> None:
    """PostgreSQL refuses a NUL, which a cookie can hold in quotes."""
    key = '"aaaaaaaaaaaaaaaa\\000"'
    with CaptureQueriesContext(connection) as captured:
        got = browser.get("/", headers={"cookie": f"photos_api_session={key}"})
    assert got.status_code < 400
    assert not [q for q in captured if "django_session" in q["sql"]]
