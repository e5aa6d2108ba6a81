"""Scripts of other origins: what they may read, and what never."""

from typing import Any

import pytest
from django.test import Client as DjangoClient
from pytest_django import DjangoAssertNumQueries

from authserver import registration
from authserver.models import Client
from tests.authserver.parties import FORM, Browser, Caller

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.spec("RFC 10017 §6.3.3.4"),
]
APP = "https://app.example"
REDIRECT = f"{APP}/callback"
MALLORY = "https://mallory.example"
FOR_APPS = ["/oauth/token", "/oauth/userinfo", "/oauth/revoke"]
FOR_ANYBODY = [
    "/oauth/jwks",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
]
FOR_NOBODY = [
    *("/oauth/authorize", "/oauth/introspect", "/oauth/logout"),
    *("/oauth/device_authorization", "/sign-in/", "/consent/x/", "/", "/admin/"),
    *("/oauth/token/", "/oauth/tokens", "/healthz", "/static/authserver.css"),
]


@pytest.fixture
def app(registrations: None) -> Caller:
    """A browser app, which keeps no secret."""
    made = Client(
        client_id="spa",
        name="Album Wall",
        application_type="browser",
        client_secret="",
        redirect_uris=REDIRECT,
        allowed_origins=f"http://localhost:5173 {APP}",
        scope="openid profile",
    )
    registration.shape(made).full_clean()
    made.save()
    return Caller("spa", "")


def preflight(http: DjangoClient, path: str, origin: str, method: str = "POST") -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    headers["Access-Control-Request-Headers"] = "authorization,content-type"
    return http.options(path, headers=headers)


def readers(response: Any) -> str | None:
    """Who may read it; never anybody with cookies."""
    assert "Access-Control-Allow-Credentials" not in response
    assert response.get("Access-Control-Allow-Origin") != "*"
    allowed: str | None = response.get("Access-Control-Allow-Origin")
    return allowed


@pytest.mark.rule("AS-43")
def test_a_browser_app_reads_its_tokens_and_userinfo(
    browser: Browser, app: Caller
) -> None:
    code = browser.code(
        "profile", client_id="spa", redirect_uri=REDIRECT, scope="openid profile"
    )
    form = {"grant_type": "authorization_code", "code": code, "client_id": "spa"}
    form |= {"redirect_uri": REDIRECT}
    form |= {"code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}
    given = app.post("/oauth/token", form, origin=APP)
    assert given.status_code == 200
    assert readers(given) == APP
    token = given.json()["access_token"]
    headers = {"authorization": f"Bearer {token}", "origin": APP}
    told = app.http.get("/oauth/userinfo", headers=headers)
    assert told.json()["name"] == "Alice Ferrand"
    assert readers(told) == APP
    form = {"token": token, "client_id": "spa"}
    assert readers(app.post("/oauth/revoke", form, origin=APP)) == APP
    told = app.http.get("/oauth/userinfo", headers=headers)
    assert told.status_code == 401
    assert readers(told) == APP
    assert told["Access-Control-Expose-Headers"] == "WWW-Authenticate"


@pytest.mark.rule("AS-43")
@pytest.mark.parametrize("path", FOR_APPS)
def test_preflights_and_errors_have_the_headers_too(app: Caller, path: str) -> None:
    asked = preflight(app.http, path, APP)
    assert asked.status_code == 200
    assert readers(asked) == APP
    assert "authorization" in asked["Access-Control-Allow-Headers"]
    assert "POST" in asked["Access-Control-Allow-Methods"]
    refused = app.http.post(path, "nonsense", FORM, headers={"origin": APP})
    assert refused.status_code in {400, 401}
    assert readers(refused) == APP
    refused = app.http.put(path, headers={"origin": APP})
    assert refused.status_code == 405
    assert readers(refused) == APP


@pytest.mark.rule("AS-43")
@pytest.mark.parametrize("path", FOR_APPS)
@pytest.mark.parametrize(
    "origin",
    [
        *(MALLORY, "null", "", "https://app.example.mallory.example", "https://app."),
        *("http://app.example", "https://APP.example", "https://app.example:443"),
        *("https://app.example/", "https://xapp.example", "app.example", "https://["),
        *("http://localhost:5173 https://app.example", "\0", "https://" + "x" * 999),
    ],
)
def test_no_other_origin_reads_them(app: Caller, path: str, origin: str) -> None:
    for response in (
        preflight(app.http, path, origin),
        app.http.post(path, "nonsense", FORM, headers={"origin": origin}),
    ):
        assert readers(response) is None


@pytest.mark.parametrize("path", FOR_APPS)
@pytest.mark.parametrize(
    "change",
    [
        {"client_type": "confidential"},
        {"application_type": "web"},
        {"disabled_at": "2026-01-01T00:00Z"},
        {"allowed_origins": ""},
    ],
)
def test_only_a_browser_app_in_use_has_origins(
    app: Caller, path: str, change: dict[str, str]
) -> None:
    assert readers(preflight(app.http, path, APP)) == APP
    Client.objects.filter(client_id="spa").update(**change)
    assert readers(preflight(app.http, path, APP)) is None


@pytest.mark.rule("AS-43")
@pytest.mark.parametrize("path", FOR_ANYBODY)
def test_public_documents_are_for_anybody(app: Caller, path: str) -> None:
    assert readers(preflight(app.http, path, MALLORY, "GET")) == MALLORY
    response = app.http.get(path, headers={"origin": MALLORY})
    assert readers(response) == MALLORY
    assert "origin" in response["Vary"].lower()
    assert "origin" in app.http.get(path)["Vary"].lower()  # or a cache mixes them up


@pytest.mark.rule("AS-43")
@pytest.mark.parametrize("path", FOR_NOBODY)
@pytest.mark.parametrize("origin", [APP, MALLORY])
def test_nothing_else_is_for_scripts(app: Caller, path: str, origin: str) -> None:
    for response in (
        preflight(app.http, path, origin),
        app.http.get(path, headers={"origin": origin}),
        app.http.post(path, headers={"origin": origin}),
    ):
        response.close()
        assert readers(response) is None


def test_a_request_without_origin_asks_nothing_more(
    app: Caller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        app.http.get("/oauth/userinfo")
    with django_assert_num_queries(1):
        app.http.get("/oauth/userinfo", headers={"origin": APP})
