"""Revocation: a client gives back what is its own, and only that."""

import pytest

from authserver.models import Authorization, Client, Event
from tests.authserver.parties import PICKER, Browser, Caller, photos_api

pytestmark = pytest.mark.django_db


def is_over(shop: Caller, tokens: dict[str, str]) -> bool:
    refreshed = shop.refresh(tokens["refresh_token"]).status_code
    told = shop.userinfo(tokens["access_token"]).status_code
    return (refreshed, told) == (400, 401)


@pytest.mark.rule("AS-44")
@pytest.mark.spec("RFC 7009 §2.1")
@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", ["", "access_token", "refresh_token", "unheard_of"])
def test_either_token_ends_the_family(
    shop: Caller, tokens: dict[str, str], which: str, hint: str
) -> None:
    more = {"token_type_hint": hint} if hint else {}
    assert shop.revoke(tokens[which], **more).status_code == 200
    assert is_over(shop, tokens)
    assert photos_api().introspect(tokens["access_token"]).json() == {"active": False}
    assert Event.objects.filter(kind=Event.Kind.TOKEN_REVOKED).count() == 1


def test_later_generations_end_too(shop: Caller, tokens: dict[str, str]) -> None:
    second = shop.refresh(tokens["refresh_token"]).json()
    assert shop.revoke(tokens["refresh_token"]).status_code == 200
    assert is_over(shop, second)


@pytest.mark.rule("AS-44")
@pytest.mark.spec("RFC 7009 §2.1")
@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_another_clients_token_is_untouched(
    shop: Caller, tokens: dict[str, str], which: str
) -> None:
    assert Caller("photos").revoke(tokens[which]).status_code == 200
    assert shop.userinfo(tokens["access_token"]).status_code == 200
    assert shop.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.rule("AS-44")
@pytest.mark.spec("RFC 7009 §2.2")
def test_an_unknown_token_is_no_error(shop: Caller, tokens: dict[str, str]) -> None:
    for token in ("unknown", tokens["id_token"], "x" * 4000, "é"):
        response = shop.revoke(token)
        assert response.status_code == 200
        assert response.content == b""
    assert not is_over(shop, tokens)


@pytest.mark.spec("RFC 7009 §2.1")
def test_refusals(shop: Caller, tokens: dict[str, str]) -> None:
    token = {"token": tokens["refresh_token"]}
    mallory = Caller(secret="wrong").post("/oauth/revoke", token)
    nobody = shop.post("/oauth/revoke", token, authorization="")
    for response in (mallory, nobody):
        assert response.status_code == 401
        assert response.json()["error"] == "invalid_client"
        assert response["WWW-Authenticate"].startswith("Basic ")
    nothing = shop.post("/oauth/revoke", {"x": "1"})
    assert nothing.status_code == 400
    assert nothing.json()["error"] == "invalid_request"
    assert shop.http.get("/oauth/revoke", token).status_code == 405
    assert shop.userinfo(tokens["access_token"]).status_code == 200


def test_a_public_client_revokes_its_own(tokens: dict[str, str]) -> None:
    Client.objects.filter(client_id="printshop").update(
        client_type="public", token_endpoint_auth_methods=["none"]
    )
    kiosk = Caller(secret="")
    form = {"token": tokens["refresh_token"], "client_id": "printshop"}
    assert kiosk.post("/oauth/revoke", form).status_code == 200
    assert kiosk.userinfo(tokens["access_token"]).status_code == 401


def test_consent_to_data_goes_with_a_refresh_token(
    browser: Browser, shop: Caller, tokens: dict[str, str]
) -> None:
    shop.revoke(tokens["refresh_token"])
    kept = Authorization.objects.live().get().scopes
    assert PICKER not in kept
    assert {"openid", "profile", "email"} <= kept
    assert browser.authorize()["Location"].startswith("/consent/")
    again = browser.authorize(scope="openid profile", prompt="none")
    assert "code=" in again["Location"]
