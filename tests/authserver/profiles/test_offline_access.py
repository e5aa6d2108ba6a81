"""Offline access and refreshing, as the profiles check them when they are offered."""

import pytest

from tests.authserver.profiles.relying_party import Person, RelyingParty, SignedIn

OFFLINE = {"scope": "openid offline_access", "prompt": "consent"}


@pytest.fixture
def signed_in(rp: RelyingParty, carol: Person) -> SignedIn:
    return rp.sign_in(carol, **OFFLINE)


@pytest.mark.rule("AS-26")
@pytest.mark.spec("OIDC Core §12.2")
def test_a_refreshed_id_token_speaks_of_the_same_sign_in(
    rp: RelyingParty, signed_in: SignedIn
) -> None:
    answer = rp.refresh(signed_in.tokens["refresh_token"])
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    given = answer.json()
    assert given["access_token"] != signed_in.access_token
    assert given["refresh_token"] != signed_in.tokens["refresh_token"]
    _, claims = rp.decoded(given["id_token"])
    for name in ("iss", "sub", "aud", "auth_time"):
        assert claims[name] == signed_in.claims[name]
    assert claims["iat"] >= signed_in.claims["iat"]
    assert claims.get("nonce") in (None, signed_in.claims["nonce"])
    assert rp.userinfo(given["access_token"])["sub"] == signed_in.claims["sub"]


@pytest.mark.rule("AS-27")
@pytest.mark.spec("RFC 6749 §6")
def test_another_clients_refresh_token_is_worth_nothing(
    rp: RelyingParty, second_rp: RelyingParty, signed_in: SignedIn
) -> None:
    refused = second_rp.refresh(signed_in.tokens["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert rp.refresh(signed_in.tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("OIDC Core §11")
def test_it_outlives_the_session(
    rp: RelyingParty, carol: Person, signed_in: SignedIn
) -> None:
    carol.agree(rp.logout(carol, id_token_hint=signed_in.id_token))
    assert rp.refresh(signed_in.tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("OIDC Core §11")
def test_without_it_refreshing_ends_with_the_session(
    rp: RelyingParty, carol: Person
) -> None:
    signed_in = rp.sign_in(carol)
    carol.agree(rp.logout(carol, id_token_hint=signed_in.id_token))
    refused = rp.refresh(signed_in.tokens["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
