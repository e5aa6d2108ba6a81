"""Introspection: the meaning of a token, for those it was meant for."""

import pytest

from authserver.models import Client, ResourceServer, User
from tests.authserver.parties import (
    ISSUER,
    PHOTOS,
    Browser,
    Caller,
    claims_of,
    photos_api,
)

pytestmark = pytest.mark.django_db


@pytest.mark.spec("RFC 7662 §2.2")
def test_the_audience_learns_everything_the_token_says(tokens: dict[str, str]) -> None:
    response = photos_api().introspect(tokens["access_token"])
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    told, said = response.json(), claims_of(tokens["access_token"])
    assert told.pop("active") is True
    assert told.pop("token_type") == "Bearer"
    for name in ("iat", "exp"):
        assert abs(told.pop(name) - said.pop(name)) <= 1
    assert told == said


@pytest.mark.rule("AS-45")
@pytest.mark.spec("RFC 7662 §4")
def test_another_resource_server_learns_nothing(tokens: dict[str, str]) -> None:
    other = ResourceServer(identifier="https://notes.example", name="Notes")
    other.client_id, other.client_secret = "notes", "s" * 40
    other.save()
    response = Caller("notes", "s" * 40).introspect(tokens["access_token"])
    assert response.json() == {"active": False}


@pytest.mark.rule("AS-45")
@pytest.mark.spec("RFC 7662 §4")
def test_a_client_learns_of_its_own_tokens_only(
    shop: Caller, tokens: dict[str, str]
) -> None:
    assert shop.introspect(tokens["access_token"]).json()["active"] is True
    others = Caller("photos").introspect(tokens["access_token"])
    assert others.json() == {"active": False}


def test_a_sign_in_token_means_nothing_to_a_resource_server(
    browser: Browser, shop: Caller
) -> None:
    given = shop.exchange(browser.code(scope="openid")).json()
    assert claims_of(given["access_token"])["aud"] == [ISSUER]
    response = photos_api().introspect(given["access_token"])
    assert response.json() == {"active": False}


@pytest.mark.rule("AS-45")
@pytest.mark.spec("RFC 7662 §2.1")
def test_refusals(shop: Caller, tokens: dict[str, str]) -> None:
    form = {"token": tokens["access_token"]}
    for caller in (
        Caller("photos_api", "wrong"),
        Caller("nobody", "x"),
        Caller("photos_api", ""),
    ):
        response = caller.post("/oauth/introspect", form)
        assert response.status_code == 401
        assert response.json()["error"] == "invalid_client"
        assert response["WWW-Authenticate"].startswith("Basic ")
    missing = photos_api().post("/oauth/introspect", {"x": "1"})
    assert missing.status_code == 400


def test_a_public_client_may_not_ask(tokens: dict[str, str]) -> None:
    Client.objects.filter(client_id="printshop").update(
        client_type="public", token_endpoint_auth_methods=["none"]
    )
    form = {"token": tokens["access_token"], "client_id": "printshop"}
    assert Caller(secret="").post("/oauth/introspect", form).status_code == 401


@pytest.mark.rule("AS-45", "AS-37")
@pytest.mark.spec("RFC 7662 §2.1")
def test_a_token_is_not_asked_about_in_an_address(tokens: dict[str, str]) -> None:
    api = photos_api()
    headers = {"authorization": api.basic()}
    token = {"token": tokens["access_token"]}
    assert api.http.get("/oauth/introspect", token, headers=headers).status_code == 405
    asked = f"/oauth/introspect?token={tokens['access_token']}"
    assert api.post(asked, {"x": "1"}).status_code == 400


def test_disabling_the_account_shows_at_once(tokens: dict[str, str]) -> None:
    User.objects.filter(username="alice").update(is_active=False)
    response = photos_api().introspect(tokens["access_token"])
    assert response.json() == {"active": False}


def test_the_resource_is_photos(tokens: dict[str, str]) -> None:
    told = photos_api().introspect(tokens["access_token"]).json()
    assert told["aud"] == [PHOTOS, ISSUER]
