"""Scripts of other origins: which may call the API, and how far that goes."""

from typing import Any

import pytest
from django.test import Client
from photo_cast import App, refused
from pytest_django.fixtures import Settings

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.rule("RS-17"),
    pytest.mark.spec("RFC 10017 §6.3.3.4"),
]
APP = "https://album-wall.example"
API = [
    "/library/v1/mediaItems",
    "/library/v1/uploads",
    "/picker/v1/sessions",
    "/bytes/x=w10",
    "/.well-known/oauth-protected-resource",
]
PAGES = ["/", "/sign-in/", "/sign-out/", "/pick/x", "/healthz", "/static/base.css"]


@pytest.fixture
def allowed(settings: Settings) -> None:
    """An operator knows this app."""
    settings.CORS_ALLOWED_ORIGINS = [APP]


def preflight(path: str, origin: str = APP) -> Any:
    """As a browser asks: without a token, and without cookies."""
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    headers["Access-Control-Request-Headers"] = "authorization,content-type"
    return Client().options(path, headers=headers)


def reader(response: Any) -> str | None:
    """Who may read it; nobody with cookies, and never everybody."""
    if response.streaming:
        response.getvalue()  # a file is closed at its end
    assert "Access-Control-Allow-Credentials" not in response
    named: str | None = response.get("Access-Control-Allow-Origin")
    assert named != "*"
    return named


@pytest.mark.parametrize("path", API + PAGES)
def test_nobody_is_allowed_unless_an_operator_says_so(path: str) -> None:
    assert reader(preflight(path)) is None
    assert reader(Client().get(path, headers={"origin": APP})) is None


@pytest.mark.parametrize("path", API)
def test_a_preflight_is_answered_without_a_token(allowed: None, path: str) -> None:
    asked = preflight(path)
    assert asked.status_code == 200
    assert reader(asked) == APP
    assert "authorization" in asked["Access-Control-Allow-Headers"]
    assert "x-goog-upload-protocol" in asked["Access-Control-Allow-Headers"]
    assert {"POST", "PATCH"} <= set(asked["Access-Control-Allow-Methods"].split(", "))
    assert "origin" in asked["Vary"].lower()


def test_an_allowed_app_reads_answers_and_refusals(allowed: None, shop: App) -> None:
    headers = {"origin": APP, "authorization": f"Bearer {shop.token}"}
    answer = Client().get(API[0], headers=headers)
    assert (answer.status_code, reader(answer)) == (200, APP)
    refusal = Client().get(API[0], headers={"origin": APP})
    refused(refusal, 401, "UNAUTHENTICATED")
    assert reader(refusal) == APP
    exposed = refusal["Access-Control-Expose-Headers"]
    assert {"WWW-Authenticate", "Retry-After"} <= set(exposed.split(", "))


@pytest.mark.parametrize(
    "origin",
    [
        *("null", "", "https://album-wall.example.evil.example", "https://album-wall."),
        *("http://album-wall.example", "https://album-wall.example:8443"),
        *("https://evil.example", "https://xalbum-wall.example", "\0", "https://["),
        f"{APP} https://evil.example",
    ],
)
def test_no_other_origin_is(allowed: None, shop: App, origin: str) -> None:
    headers = {"origin": origin, "authorization": f"Bearer {shop.token}"}
    for path in API:
        assert reader(preflight(path, origin)) is None
        assert reader(Client().get(path, headers=headers)) is None


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_people(allowed: None, path: str) -> None:
    assert reader(preflight(path)) is None
    assert reader(Client().get(path, headers={"origin": APP})) is None


def test_a_session_of_the_pages_is_nothing_to_a_script(
    allowed: None, alice: Any
) -> None:
    browser = Client()
    browser.force_login(alice)
    response = browser.get(API[0], headers={"origin": APP})
    refused(response, 401, "UNAUTHENTICATED")
