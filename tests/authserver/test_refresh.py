"""Refresh tokens: rotation, replay, narrowing, and everything that ends them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from authserver.models import (
    AccessToken,
    Authorization,
    Client,
    Event,
    RefreshToken,
    Session,
    User,
)
from tests.authserver.parties import LIBRARY, PICKER, Browser, Caller, claims_of

pytestmark = pytest.mark.django_db
SCOPE = f"openid profile email {PICKER} offline_access"


def later(**delta: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**delta), tick=True)


def is_refused(shop: Caller, token: str, error: str = "invalid_grant") -> bool:
    response = shop.refresh(token)
    assert response.status_code == 400, response.content
    return bool(response.json()["error"] == error)


@pytest.fixture
def online(browser: Browser, shop: Caller) -> dict[str, str]:
    """Tokens that end with the session."""
    given: dict[str, str] = shop.exchange(browser.code()).json()
    return given


@pytest.mark.rule("AS-26")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_refresh_rotates(shop: Caller, tokens: dict[str, str]) -> None:
    second = shop.refresh(tokens["refresh_token"]).json()
    third = shop.refresh(second["refresh_token"]).json()
    generations = {t["refresh_token"] for t in (tokens, second, third)}
    assert len(generations) == 3
    assert third["scope"] == tokens["scope"] == SCOPE


@pytest.mark.rule("AS-26")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_reuse_outside_the_window_kills_the_family(
    shop: Caller, tokens: dict[str, str]
) -> None:
    second = shop.refresh(tokens["refresh_token"]).json()
    with later(seconds=11):
        assert is_refused(shop, tokens["refresh_token"])
        assert is_refused(shop, second["refresh_token"])
        assert shop.userinfo(second["access_token"]).status_code == 401
    assert Event.objects.filter(kind=Event.Kind.TOKEN_REPLAYED).count() == 1


@pytest.mark.rule("AS-26")
def test_reuse_of_an_old_generation_kills_the_family(
    shop: Caller, tokens: dict[str, str]
) -> None:
    latest = tokens
    for _ in range(4):
        latest = shop.refresh(latest["refresh_token"]).json()
    with later(seconds=11):
        assert is_refused(shop, tokens["refresh_token"])
        assert is_refused(shop, latest["refresh_token"])


def test_within_the_window_the_same_answer_comes_again(
    shop: Caller, tokens: dict[str, str]
) -> None:
    second = shop.refresh(tokens["refresh_token"]).json()
    with later(seconds=8):
        assert shop.refresh(tokens["refresh_token"]).json() == second
    assert RefreshToken.objects.count() == 2
    assert shop.refresh(second["refresh_token"]).status_code == 200


def test_the_kept_answer_is_sealed(shop: Caller, tokens: dict[str, str]) -> None:
    second = shop.refresh(tokens["refresh_token"]).json()
    sealed = bytes(RefreshToken.objects.get(used_at__isnull=False).sealed_answer or b"")
    assert sealed
    assert second["refresh_token"].encode() not in sealed
    assert second["access_token"].encode() not in sealed


def test_the_kept_answer_is_not_given_once_the_family_is_dead(
    shop: Caller, tokens: dict[str, str]
) -> None:
    second = shop.refresh(tokens["refresh_token"]).json()
    shop.revoke(second["refresh_token"])
    assert is_refused(shop, tokens["refresh_token"])


@pytest.mark.rule("AS-27")
@pytest.mark.spec("RFC 6749 §6")
def test_a_refresh_token_is_bound_to_its_client(
    shop: Caller, tokens: dict[str, str]
) -> None:
    assert is_refused(Caller("photos"), tokens["refresh_token"])
    assert shop.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 6749 §6")
def test_narrowing_is_not_permanent(shop: Caller, tokens: dict[str, str]) -> None:
    narrow = shop.refresh(tokens["refresh_token"], scope="openid").json()
    assert narrow["scope"] == "openid"
    assert claims_of(narrow["access_token"])["scope"] == "openid"
    assert claims_of(narrow["access_token"])["aud"] == ["http://localhost:8001"]
    wide = shop.refresh(narrow["refresh_token"]).json()
    assert wide["scope"] == SCOPE


@pytest.mark.rule("AS-27")
@pytest.mark.spec("RFC 6749 §6")
@pytest.mark.parametrize(
    "scope", [f"openid {LIBRARY}", "address", 'open"id', "openid x"]
)
def test_widening_is_refused(shop: Caller, tokens: dict[str, str], scope: str) -> None:
    response = shop.refresh(tokens["refresh_token"], scope=scope)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_scope"
    assert shop.refresh(tokens["refresh_token"]).status_code == 200


def test_repeating_the_request_after_a_partial_grant_narrows(
    browser: Browser, shop: Caller
) -> None:
    given = shop.exchange(browser.code(PICKER, scope=SCOPE)).json()
    assert given["scope"] == f"openid {PICKER}"
    again = shop.refresh(given["refresh_token"], scope=SCOPE).json()
    assert again["scope"] == f"openid {PICKER}"


@pytest.mark.spec("OIDC Core §12.2")
def test_a_refreshed_id_token_speaks_of_the_same_sign_in(
    browser: Browser, shop: Caller
) -> None:
    given = shop.exchange(browser.code(nonce="n-0S6_WzA2Mj")).json()
    with later(seconds=30):
        again = shop.refresh(given["refresh_token"]).json()
    before, after = claims_of(given["id_token"]), claims_of(again["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "sid", "acr"):
        assert after[name] == before[name]
    assert after["iat"] > before["iat"]
    assert before["nonce"] == "n-0S6_WzA2Mj"
    assert "nonce" not in after
    access = claims_of(again["access_token"])
    assert access["auth_time"] == before["auth_time"]


def test_signing_in_again_does_not_move_what_was_issued(
    browser: Browser, shop: Caller, tokens: dict[str, str]
) -> None:
    with later(seconds=30):
        browser.sign_in()
        again = shop.refresh(tokens["refresh_token"]).json()
    before, after = claims_of(tokens["id_token"]), claims_of(again["id_token"])
    assert after["auth_time"] == before["auth_time"]


@pytest.mark.rule("AS-28")
@pytest.mark.spec("OIDC Core §11")
def test_without_offline_access_it_ends_with_the_session(
    browser: Browser, shop: Caller, online: dict[str, str]
) -> None:
    online = shop.refresh(online["refresh_token"]).json()
    browser.post("/sign-out/")
    assert is_refused(shop, online["refresh_token"])
    assert shop.userinfo(online["access_token"]).status_code == 401


@pytest.mark.spec("OIDC Core §11")
def test_without_offline_access_it_ends_when_the_session_has_run_out(
    shop: Caller, online: dict[str, str], tokens: dict[str, str]
) -> None:
    Session.objects.update(expires_at=timezone.now())
    assert is_refused(shop, online["refresh_token"])
    assert shop.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("OIDC Core §11")
def test_with_offline_access_it_outlives_the_session(
    browser: Browser, shop: Caller, tokens: dict[str, str]
) -> None:
    browser.post("/sign-out/")
    again = shop.refresh(tokens["refresh_token"])
    assert again.status_code == 200
    assert shop.userinfo(again.json()["access_token"]).status_code == 200


def test_signing_out_elsewhere_ends_nothing_here(
    shop: Caller, online: dict[str, str]
) -> None:
    elsewhere = Browser()
    elsewhere.sign_in()
    elsewhere.post("/sign-out/")
    assert shop.refresh(online["refresh_token"]).status_code == 200


@pytest.mark.rule("AS-28", "X-05")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_it_ends_after_ninety_idle_days(shop: Caller, tokens: dict[str, str]) -> None:
    with later(days=89):
        again = shop.refresh(tokens["refresh_token"]).json()
    with later(days=89 + 91):
        assert is_refused(shop, again["refresh_token"])


@pytest.mark.rule("AS-28")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_it_ends_after_a_year_however_often_it_rotates(
    shop: Caller, tokens: dict[str, str]
) -> None:
    token = tokens["refresh_token"]
    for days in (80, 160, 240, 320, 364):
        with later(days=days):
            token = shop.refresh(token).json()["refresh_token"]
    with later(days=366):
        assert is_refused(shop, token)


@pytest.mark.rule("AS-28")
def test_it_ends_when_the_account_is_disabled(
    shop: Caller, tokens: dict[str, str]
) -> None:
    User.objects.filter(username="alice").update(is_active=False)
    assert is_refused(shop, tokens["refresh_token"])
    assert shop.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.rule("AS-28")
def test_it_ends_when_the_password_changes(
    shop: Caller, tokens: dict[str, str]
) -> None:
    alice = User.objects.get(username="alice")
    alice.set_password("another password")
    alice.save()
    assert is_refused(shop, tokens["refresh_token"])
    assert shop.userinfo(tokens["access_token"]).status_code == 401


def test_it_ends_when_consent_is_taken_back(
    shop: Caller, tokens: dict[str, str]
) -> None:
    Authorization.objects.filter(user__username="alice").revoke()
    assert is_refused(shop, tokens["refresh_token"])
    assert shop.userinfo(tokens["access_token"]).status_code == 401


def test_without_rotation_the_token_stays(shop: Caller, tokens: dict[str, str]) -> None:
    Client.objects.filter(client_id="printshop").update(rotate_refresh_tokens=False)
    for _ in range(3):
        again = shop.refresh(tokens["refresh_token"])
        assert again.status_code == 200
        assert again.json()["refresh_token"] == tokens["refresh_token"]
    assert RefreshToken.objects.count() == 1
    assert AccessToken.objects.count() == 4


@pytest.mark.rule("AS-26")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_public_client_always_rotates(shop: Caller, tokens: dict[str, str]) -> None:
    Client.objects.filter(client_id="printshop").update(
        rotate_refresh_tokens=False,
        client_type="public",
        token_endpoint_auth_methods=["none"],
    )
    again = Caller(secret="").refresh(tokens["refresh_token"]).json()
    assert again["refresh_token"] != tokens["refresh_token"]
