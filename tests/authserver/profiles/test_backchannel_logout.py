"""The Back-Channel Logout profile: every relying party of a session learns its end."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.authserver.profiles.receiver import Delivery, Receiver
from tests.authserver.profiles.relying_party import Person, RelyingParty, SignedIn

EVENT = "http://schemas.openid.net/event/backchannel-logout"
PATHS = {"rp": "/backchannel-logout/rp", "rp_second": "/backchannel-logout/rp_second"}


def told(
    receiver: Receiver, rp: RelyingParty, signed_in: SignedIn
) -> Callable[[list[Delivery]], list[dict[str, Any]]]:
    """The claims that this relying party was sent about this session."""

    def find(deliveries: list[Delivery]) -> list[dict[str, Any]]:
        sent = [d for d in deliveries if d.path == PATHS[rp.client_id]]
        tokens = [rp.decoded(d.form["logout_token"][0])[1] for d in sent]
        return [claims for claims in tokens if claims["sid"] == signed_in.claims["sid"]]

    return find


@pytest.fixture
def signed_in(rp: RelyingParty, carol: Person) -> SignedIn:
    return rp.sign_in(carol)


@pytest.mark.rule("AS-54")
@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
def test_the_logout_token(
    rp: RelyingParty, receiver: Receiver, carol: Person, signed_in: SignedIn
) -> None:
    carol.agree(rp.logout(carol, id_token_hint=signed_in.id_token))
    of_this = told(receiver, rp, signed_in)
    receiver.wait(lambda deliveries: bool(of_this(deliveries)))
    last = [d for d in receiver.deliveries if d.path == PATHS["rp"]][-1]
    assert last.content_type.startswith("application/x-www-form-urlencoded")
    assert last.form.keys() == {"logout_token"}
    header, claims = rp.decoded(last.form["logout_token"][0])
    assert header["typ"] == "logout+jwt"
    assert header["alg"] == signed_in.header["alg"]
    assert claims["aud"] in ("rp", ["rp"])
    assert claims["sub"] == signed_in.claims["sub"]
    assert claims["sid"] == signed_in.claims["sid"]
    assert claims["events"] == {EVENT: {}}
    assert claims["jti"]
    assert abs(claims["iat"] - time.time()) < 60
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert "nonce" not in claims


@pytest.mark.rule("AS-54")
@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_every_relying_party_of_the_session_is_told_and_nobody_else(
    rp: RelyingParty,
    second_rp: RelyingParty,
    receiver: Receiver,
    carol: Person,
    signed_in: SignedIn,
) -> None:
    second = second_rp.sign_in(carol)
    assert second.claims["sid"] == signed_in.claims["sid"]
    elsewhere = rp.sign_in(Person(rp.issuer))
    carol.agree(rp.logout(carol, id_token_hint=signed_in.id_token))
    receiver.wait(
        lambda sent: bool(
            told(receiver, rp, signed_in)(sent)
            and told(receiver, second_rp, second)(sent)
        )
    )
    assert not told(receiver, rp, elsewhere)(receiver.deliveries)


@pytest.mark.rule("AS-54")
@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_who_does_not_answer_well_is_told_again(
    rp: RelyingParty, receiver: Receiver, carol: Person, signed_in: SignedIn
) -> None:
    receiver.answers[PATHS["rp"]] = [503]
    carol.agree(rp.logout(carol, id_token_hint=signed_in.id_token))
    find = told(receiver, rp, signed_in)
    receiver.wait(lambda sent: len(find(sent)) > 1)
    first, again = find(receiver.deliveries)[:2]
    assert first["jti"] != again["jti"]


@pytest.mark.spec("OIDC Back-Channel Logout §2.1")
def test_signing_out_on_the_servers_own_page_is_told_too(
    rp: RelyingParty, receiver: Receiver, carol: Person, signed_in: SignedIn
) -> None:
    carol.agree(rp.logout(carol))
    find = told(receiver, rp, signed_in)
    receiver.wait(lambda sent: bool(find(sent)))
