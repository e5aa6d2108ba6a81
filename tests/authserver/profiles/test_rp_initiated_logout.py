"""The RP-Initiated Logout profile: who may end which session, and where one ends up."""

import secrets
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from requests import Response

from tests.authserver.profiles.relying_party import (
    Answer,
    Person,
    RelyingParty,
    SignedIn,
)


@pytest.fixture
def signed_in(rp: RelyingParty, carol: Person) -> SignedIn:
    return rp.sign_in(carol)


@pytest.fixture
def signed_out_at(rp: RelyingParty) -> str:
    return rp.redirect_uri.replace("/callback", "/signed-out")


def is_signed_in(rp: RelyingParty, person: Person) -> bool:
    """Whether this browser still gets a code without a page."""
    answer = rp.send(person, prompt="none")
    assert isinstance(answer, Answer)
    return "code" in answer.parameters


def stays_here(response: Response) -> bool:
    """A page of the server itself: nobody was sent anywhere."""
    return not response.is_redirect and "html" in response.headers["Content-Type"]


@pytest.mark.rule("AS-53")
@pytest.mark.spec("OIDC RP-Initiated Logout §3")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_with_hint_address_and_state(
    rp: RelyingParty,
    carol: Person,
    signed_in: SignedIn,
    signed_out_at: str,
    method: str,
) -> None:
    state = secrets.token_urlsafe(96)
    sent = {
        "id_token_hint": signed_in.id_token,
        "post_logout_redirect_uri": signed_out_at,
        "state": state,
    }
    if method == "GET":
        page = rp.logout(carol, **sent)
    else:
        page = carol.arrive(rp.metadata["end_session_endpoint"], sent)
    left = carol.agree(page)
    location = urlsplit(left.headers["Location"])
    assert location._replace(query="").geturl() == signed_out_at
    assert parse_qs(location.query) == {"state": [state]}
    assert not is_signed_in(rp, carol)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_without_state_none_comes_back(
    rp: RelyingParty, carol: Person, signed_in: SignedIn, signed_out_at: str
) -> None:
    page = rp.logout(
        carol,
        id_token_hint=signed_in.id_token,
        post_logout_redirect_uri=signed_out_at,
    )
    left = carol.agree(page)
    assert left.headers["Location"] == signed_out_at


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_with_nothing_but_a_hint(
    rp: RelyingParty, carol: Person, signed_in: SignedIn
) -> None:
    said = carol.agree(rp.logout(carol, id_token_hint=signed_in.id_token))
    assert stays_here(said)
    assert not is_signed_in(rp, carol)


@pytest.mark.rule("AS-53")
@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_without_parameters_one_is_asked_and_told(
    rp: RelyingParty, carol: Person, signed_in: SignedIn
) -> None:
    asked = rp.logout(carol)
    assert stays_here(asked)
    assert is_signed_in(rp, carol)
    assert stays_here(carol.agree(asked))
    assert not is_signed_in(rp, carol)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_state_alone_changes_nothing(
    rp: RelyingParty, carol: Person, signed_in: SignedIn
) -> None:
    assert stays_here(rp.logout(carol, state="abc"))
    assert is_signed_in(rp, carol)


@pytest.mark.rule("AS-53", "AS-04")
@pytest.mark.spec("OIDC RP-Initiated Logout §3")
@pytest.mark.parametrize(
    "address",
    [
        "https://mallory.example/signed-out",
        "{}/",
        "{}?foo=bar",
        "{}#fragment",
        "//mallory.example",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_not_registered(
    rp: RelyingParty,
    carol: Person,
    signed_in: SignedIn,
    signed_out_at: str,
    address: str,
) -> None:
    page = rp.logout(
        carol,
        id_token_hint=signed_in.id_token,
        post_logout_redirect_uri=address.format(signed_out_at),
        state="abc",
    )
    assert stays_here(page)
    assert "mallory.example" not in page.headers.get("Refresh", "")


@pytest.mark.rule("AS-53")
@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_an_address_without_a_hint(
    rp: RelyingParty, carol: Person, signed_in: SignedIn, signed_out_at: str
) -> None:
    asked = rp.logout(carol, post_logout_redirect_uri=signed_out_at, state="abc")
    assert stays_here(asked)
    assert stays_here(carol.agree(asked))


@pytest.mark.rule("AS-53", "AS-55")
@pytest.mark.spec("OIDC RP-Initiated Logout §6")
@pytest.mark.parametrize("forgery", ["altered", "alg none", "foreign", "access token"])
def test_a_hint_that_is_not_one(
    rp: RelyingParty,
    carol: Person,
    signed_in: SignedIn,
    signed_out_at: str,
    forgery: str,
) -> None:
    hint = {
        "altered": signed_in.id_token[:-8] + "AAAAAAAA",
        "alg none": jwt.encode(signed_in.claims, "", "none"),
        "foreign": jwt.encode(signed_in.claims, "k" * 32, "HS256"),
        "access token": signed_in.access_token,
    }[forgery]
    page = rp.logout(
        carol,
        id_token_hint=hint,
        post_logout_redirect_uri=signed_out_at,
        state="abc",
    )
    assert stays_here(page)
    assert is_signed_in(rp, carol)


@pytest.mark.rule("AS-53")
@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_hint_for_another_relying_party_is_no_hint_of_this_one(
    rp: RelyingParty,
    second_rp: RelyingParty,
    carol: Person,
    signed_in: SignedIn,
    signed_out_at: str,
) -> None:
    foreign = second_rp.sign_in(carol).id_token
    page = rp.logout(
        carol, id_token_hint=foreign, post_logout_redirect_uri=signed_out_at
    )
    assert stays_here(page)
    named = rp.logout(carol, id_token_hint=foreign, client_id="rp")
    assert stays_here(named)
    assert is_signed_in(rp, carol)


@pytest.mark.rule("AS-53")
@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_it_ends_this_session_at_this_server_and_no_other(
    rp: RelyingParty, second_rp: RelyingParty, carol: Person, signed_in: SignedIn
) -> None:
    elsewhere = Person(rp.issuer)
    there = rp.sign_in(elsewhere)
    lasting = second_rp.sign_in(carol, scope="openid offline_access", prompt="consent")
    carol.agree(rp.logout(carol, id_token_hint=signed_in.id_token))
    assert not is_signed_in(rp, carol)
    assert is_signed_in(rp, elsewhere)
    rp.userinfo(there.access_token)
    refreshed = second_rp.refresh(lasting.tokens["refresh_token"])
    assert refreshed.status_code == 200
    assert status_of(rp, signed_in.access_token) == 401


def status_of(rp: RelyingParty, token: str) -> int:
    header = {"Authorization": f"Bearer {token}"}
    address = rp.metadata["userinfo_endpoint"]
    return requests.get(address, headers=header, timeout=30).status_code


@pytest.mark.rule("AS-53")
@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_hint_of_another_session_ends_nothing_unasked(
    rp: RelyingParty, carol: Person, bob: Person, signed_in: SignedIn
) -> None:
    of_bob = rp.sign_in(bob)
    page = rp.logout(carol, id_token_hint=of_bob.id_token)
    assert stays_here(page)
    assert is_signed_in(rp, carol)
    assert is_signed_in(rp, bob)
