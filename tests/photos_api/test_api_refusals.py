"""How the API says no: to those without a token, with two, or with a cookie."""

import pytest
from django.test import Client
from photo_cast import (
    AUDIENCE,
    LIBRARY,
    LIBRARY_ADD,
    LIBRARY_EDIT,
    METADATA,
    PICKER,
    App,
    Issuer,
    refused,
    told,
)
from rest_framework.test import APIRequestFactory

from photos_api.base_urls import BaseURL
from photos_api.methods import MethodView
from photos_api.models import Person

pytestmark = pytest.mark.django_db
ENDPOINTS = [
    ("GET", "/library/v1/albums", LIBRARY),
    ("POST", "/library/v1/albums", LIBRARY_ADD),
    ("GET", "/library/v1/albums/abc", LIBRARY),
    ("PATCH", "/library/v1/albums/abc", LIBRARY_EDIT),
    ("POST", "/library/v1/albums/abc:addEnrichment", LIBRARY_ADD),
    ("POST", "/library/v1/albums/abc:batchAddMediaItems", LIBRARY_ADD),
    ("POST", "/library/v1/albums/abc:batchRemoveMediaItems", LIBRARY_EDIT),
    ("POST", "/library/v1/mediaItems:batchCreate", LIBRARY_ADD),
    ("POST", "/library/v1/mediaItems/:batchCreate", LIBRARY_ADD),
    ("POST", "/library/v1/uploads", LIBRARY_ADD),
    ("PUT", "/library/v1/uploads", LIBRARY_ADD),
    ("GET", "/library/v1/mediaItems", LIBRARY),
    ("GET", "/library/v1/mediaItems/abc", LIBRARY),
    ("PATCH", "/library/v1/mediaItems/abc", LIBRARY_EDIT),
    ("GET", "/library/v1/mediaItems:batchGet", LIBRARY),
    ("GET", "/library/v1/mediaItems/:batchGet", LIBRARY),
    ("POST", "/library/v1/mediaItems:search", LIBRARY),
    ("POST", "/library/v1/mediaItems/:search", LIBRARY),
    ("POST", "/picker/v1/sessions", PICKER),
    ("GET", "/picker/v1/sessions/abc", PICKER),
    ("DELETE", "/picker/v1/sessions/abc", PICKER),
    ("GET", "/picker/v1/mediaItems?sessionId=abc", PICKER),
]

PICKED = str(BaseURL("picker", "abc", "printshop")).removeprefix(AUDIENCE)


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.parametrize(
    ("method", "path", "scope"), [*ENDPOINTS, ("GET", f"{PICKED}=d", "")]
)
@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Bearerx", "Token abc"])
def test_without_a_token_there_is_a_challenge_without_an_error(
    method: str, path: str, scope: str, header: str | None
) -> None:
    headers = {} if header is None else {"authorization": header}
    response = Client().generic(method, path, headers=headers)
    refused(response, 401, "UNAUTHENTICATED")
    assert response["WWW-Authenticate"] == f'Bearer realm="Photos", {METADATA}'


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
def test_every_method_needs_its_own_scope(
    issuer: Issuer, method: str, path: str, scope: str
) -> None:
    other = PICKER if scope == LIBRARY else LIBRARY
    app = App(issuer.token(scope=f"openid profile {other}"))
    response = app.client.generic(method, path)
    refused(response, 403, "PERMISSION_DENIED")
    assert 'error="insufficient_scope"' in response["WWW-Authenticate"]
    assert f'scope="{scope}"' in response["WWW-Authenticate"]


@pytest.mark.spec("RFC 9700 §4.3.2")
@pytest.mark.parametrize("name", ["access_token", "oauth_token"])
@pytest.mark.parametrize("with_header", [True, False])
def test_a_token_in_the_url_is_refused(
    issuer: Issuer, name: str, with_header: bool
) -> None:
    token = issuer.token()
    client = App(token).client if with_header else Client()
    response = client.get("/library/v1/mediaItems", {name: token})
    sentence = refused(response, 400, "INVALID_ARGUMENT")
    assert response["WWW-Authenticate"] == (
        f'Bearer realm="Photos", error="invalid_request", '
        f'error_description="{sentence}", {METADATA}'
    )
    assert token not in response.content.decode()


@pytest.mark.spec("RFC 6750 §2")
def test_two_tokens_at_once_are_refused(issuer: Issuer) -> None:
    app, token = App(issuer.token()), issuer.token()
    form = "application/x-www-form-urlencoded"
    body = app.client.post("/picker/v1/sessions", f"access_token={token}", form)
    refused(body, 400, "INVALID_ARGUMENT")
    assert 'error="invalid_request"' in body["WWW-Authenticate"]
    for header in (
        f"Bearer {token},Bearer {token}",
        f"Bearer {token} {token}",
        "Bearer ",
        "Bearer",
    ):
        response = Client().get("/library/v1/albums", headers={"authorization": header})
        refused(response, 400, "INVALID_ARGUMENT")
        assert 'error="invalid_request"' in response["WWW-Authenticate"]


@pytest.mark.spec("RFC 6750 §2.2")
def test_a_token_in_the_body_alone_is_not_looked_at(issuer: Issuer) -> None:
    form = "application/x-www-form-urlencoded"
    body = f"access_token={issuer.token()}"
    refused(Client().post("/picker/v1/sessions", body, form), 401, "UNAUTHENTICATED")


def test_the_word_bearer_may_be_written_in_any_case(issuer: Issuer) -> None:
    headers = {"authorization": f"bEARER {issuer.token()}"}
    assert Client().get("/library/v1/albums", headers=headers).status_code == 200


def test_a_session_of_the_pages_opens_nothing_at_the_api(alice: Person) -> None:
    client = Client()
    client.force_login(alice)
    assert client.get("/albums/").status_code == 200
    refused(client.get("/library/v1/albums"), 401, "UNAUTHENTICATED")
    refused(client.post("/picker/v1/sessions"), 401, "UNAUTHENTICATED")


def test_a_token_opens_nothing_at_the_pages(shop: App, alice: Person) -> None:
    response = shop.get("/albums/")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    "method",
    ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "FOO"],
)
@pytest.mark.parametrize(
    "path", sorted({path for _, path, _ in ENDPOINTS} | {"/bytes/x"})
)
def test_the_wrong_verb_is_refused_in_the_same_shape(
    shop: App, method: str, path: str
) -> None:
    allowed = {m for m, p, _ in ENDPOINTS if p == path} or {"GET"}
    allowed |= {"HEAD"} if "GET" in allowed else set()
    if method in allowed:
        return
    response = shop.client.generic(method, path)
    assert response.status_code == 405
    assert set(response["Allow"].split(", ")) == allowed
    if method != "HEAD":
        refused(response, 405, "UNIMPLEMENTED")


@pytest.mark.parametrize(
    "path",
    [
        "/library/v1/nothing",
        "/library/",
        "/picker/v2/sessions",
        "/bytes/",
        "/library/v1/albums/",
        "/library/v1/mediaItems:batchTake",
        "/library/v1/albums/a/b",
        "/.well-known/nothing",
    ],
)
def test_an_unknown_address_of_the_api_is_refused_in_the_same_shape(
    shop: App, path: str
) -> None:
    response = shop.get(path)
    assert response.status_code in {400, 404}
    assert told(response)["error"]["code"] == response.status_code


def test_an_accident_is_told_in_the_same_shape(
    shop: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("photos_api.methods.read_query", broken)
    shop.client.raise_request_exception = False
    response = shop.get("/library/v1/albums")
    assert "detail" not in refused(response, 500, "INTERNAL")


@pytest.mark.rule("RS-16")
@pytest.mark.spec("RFC 9728 §2")
def test_the_resource_says_who_it_is() -> None:
    response = Client().get("/.well-known/oauth-protected-resource")
    assert told(response) == {
        "resource": "http://localhost:8002",
        "resource_name": "Photos",
        "authorization_servers": ["http://localhost:8001"],
        "bearer_methods_supported": ["header"],
        "scopes_supported": [
            "photoslibrary.appendonly",
            "photoslibrary.edit.appcreateddata",
            LIBRARY,
            PICKER,
        ],
    }
    assert Client().post("/.well-known/oauth-protected-resource").status_code == 405


def test_a_view_without_a_scope_answers_nobody(shop: App) -> None:
    class Forgotten(MethodView):
        def get(self, request: object) -> None:
            raise AssertionError("reached")

    request = APIRequestFactory().get(
        "/", headers={"authorization": f"Bearer {shop.token}"}
    )
    assert Forgotten.as_view()(request).status_code == 405
