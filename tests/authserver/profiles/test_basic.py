"""The Basic OpenID Provider profile: the code flow of OIDC Core, case by case."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
import requests

from tests.authserver.profiles.relying_party import (
    Answer,
    Page,
    Person,
    RelyingParty,
    SignedIn,
)
from tests.authserver.servers import Server

SILENT = {"login_required", "interaction_required", "consent_required"}
PROFILE: dict[str, Any] = {
    "name": "Carol M. Diaz",
    "given_name": "Carol",
    "family_name": "Diaz",
    "middle_name": "M.",
    "nickname": "Caz",
    "preferred_username": "carol",
    "profile": "https://carol.example/",
    "picture": "https://carol.example/me.png",
    "website": "https://carol.example/blog",
    "gender": "female",
    "birthdate": "1990-01-02",
    "zoneinfo": "Europe/Madrid",
    "locale": "es-ES",
}
CLAIMS: dict[str, dict[str, Any]] = {
    "profile": PROFILE,
    "email": {"email": "carol@example.com", "email_verified": True},
    "address": {
        "address": {
            "street_address": "Calle Mayor 1",
            "locality": "Madrid",
            "region": "Madrid",
            "postal_code": "28013",
            "country": "Spain",
        }
    },
    "phone": {"phone_number": "+34 910 000 000", "phone_number_verified": True},
}
OF_THE_SIGN_IN = {
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp"),
    *("at_hash", "c_hash", "sid", "jti"),
}


# The plain flow, and what may vary without doing harm.


@pytest.mark.spec("OIDC Core §3.1.3.3")
def test_the_plain_code_flow(rp: RelyingParty, carol: Person) -> None:
    answer = rp.ask(carol)
    assert answer.parameters["state"] == answer.departure.parameters["state"]
    assert answer.parameters["iss"] == rp.issuer
    response = rp.exchange(answer)
    given = response.json()
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/json")
    assert "no-store" in response.headers["Cache-Control"]
    assert given["token_type"].lower() == "bearer"
    assert type(given["expires_in"]) is int
    assert given["expires_in"] > 0
    rp.verified(given, answer)


@pytest.mark.rule("AS-17")
@pytest.mark.spec("RFC 6749 §10.10")
def test_codes_hold_at_least_128_bits(rp: RelyingParty, carol: Person) -> None:
    codes = [rp.ask(carol).code for _ in range(5)]
    assert len(set(codes)) == 5
    assert all(len(code) * 5 >= 128 for code in codes)  # 5 bits each, at the very least
    for place in range(22):  # and none of the first 22 characters is a fixed one
        assert len({code[place] for code in codes}) > 1


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_the_id_token_is_signed_with_rs256_by_a_published_key(
    rp: RelyingParty, carol: Person
) -> None:
    signed_in = rp.sign_in(carol)
    assert signed_in.header["alg"] == "RS256"
    assert signed_in.header["kid"]


@pytest.mark.rule("AS-51")
@pytest.mark.spec("OIDC Core §2")
def test_the_id_token_says_what_was_asked_and_nothing_else(
    rp: RelyingParty, carol: Person
) -> None:
    before = int(time.time())
    claims = rp.sign_in(carol, scope="openid profile email address phone").claims
    assert claims.keys() <= OF_THE_SIGN_IN
    assert 0 < len(claims["sub"]) <= 255
    assert claims["sub"].isascii()
    assert claims["aud"] in (rp.client_id, [rp.client_id])
    for name in ("exp", "iat", "auth_time"):
        assert type(claims[name]) is int
    assert before - 5 <= claims["iat"] <= time.time() + 5
    assert claims["exp"] > claims["iat"]


@pytest.mark.rule("AS-51")
@pytest.mark.spec("OIDC Core §3.1.3.6")
def test_at_hash_is_the_left_half_of_the_access_tokens_hash(
    rp: RelyingParty, carol: Person
) -> None:
    signed_in = rp.sign_in(carol)
    digest = jwt.get_algorithm_by_name(signed_in.header["alg"]).compute_hash_digest(
        signed_in.access_token.encode()
    )
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    assert signed_in.claims["at_hash"] == half


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_request_without_nonce(rp: RelyingParty, carol: Person) -> None:
    assert "nonce" not in rp.sign_in(carol, nonce=None).claims


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_scopes_in_another_order(rp: RelyingParty, carol: Person) -> None:
    given = rp.sign_in(carol, scope="email openid profile")
    assert rp.userinfo(given.access_token)["email"] == "carol@example.com"


@pytest.mark.spec("RFC 6749 §3.1")
def test_an_unknown_extra_parameter(rp: RelyingParty, carol: Person) -> None:
    rp.sign_in(carol, extra="foobar")


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize("display", ["page", "popup", "touch", "wap"])
def test_display(rp: RelyingParty, carol: Person, display: str) -> None:
    rp.sign_in(carol, display=display)


@pytest.mark.spec("OIDC Core §5.2")
@pytest.mark.parametrize("name", ["ui_locales", "claims_locales"])
def test_locales_that_are_not_spoken_here(
    rp: RelyingParty, carol: Person, name: str
) -> None:
    rp.sign_in(carol, **{name: "se fr-CA tlh"})


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_login_hint(rp: RelyingParty, carol: Person) -> None:
    page = rp.send(carol, login_hint="carol")
    assert isinstance(page, Page)
    assert "carol" in page.response.text
    rp.sign_in(carol, login_hint="buffy@example.com")


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_request_by_post_works_and_approves_nothing(
    rp: RelyingParty, carol: Person
) -> None:
    assert isinstance(rp.send(carol, post=True), Page)
    rp.sign_in(carol, post=True)
    assert isinstance(rp.send(carol, post=True, prompt="consent"), Page)


# What is refused, and where that is said.


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_response_type_missing(rp: RelyingParty, carol: Person) -> None:
    answer = rp.send(carol, response_type=None)
    assert isinstance(answer, Answer)
    assert answer.error == "invalid_request"
    assert answer.parameters["state"] == answer.departure.parameters["state"]
    assert answer.parameters["iss"] == rp.issuer


@pytest.mark.rule("AS-20")
@pytest.mark.spec("RFC 9700 §2.1.2")
@pytest.mark.parametrize(
    "response_type",
    ["token", "id_token", "id_token token", "code id_token", "code token", "none"],
)
def test_other_response_types(
    rp: RelyingParty, carol: Person, response_type: str
) -> None:
    answer = rp.send(carol, response_type=response_type)
    assert isinstance(answer, Answer)
    assert answer.error in {"unsupported_response_type", "unauthorized_client"}
    assert "#" not in answer.response.headers["Location"]


@pytest.mark.rule("AS-04")
@pytest.mark.spec("RFC 9700 §2.1")
@pytest.mark.parametrize("prompt", [None, "none"])
def test_an_unregistered_redirect_uri_gets_a_page(
    rp: RelyingParty, carol: Person, prompt: str | None
) -> None:
    page = rp.send(carol, redirect_uri=f"{rp.redirect_uri}/cb", prompt=prompt)
    assert isinstance(page, Page)
    assert page.response.status_code == 400
    assert "html" in page.response.headers["Content-Type"]


@pytest.mark.spec("RFC 6749 §3.1.2")
def test_the_query_of_a_redirect_uri(rp: RelyingParty, carol: Person) -> None:
    with_query = f"{rp.redirect_uri}?keep=this"
    answer = rp.ask(carol, redirect_uri=with_query)
    assert answer.parameters["keep"] == "this"
    altered = rp.send(carol, redirect_uri=f"{rp.redirect_uri}?keep=that")
    assert isinstance(altered, Page)


@pytest.mark.rule("AS-25")
@pytest.mark.spec("OIDC Core §6")
@pytest.mark.parametrize("name", ["request", "request_uri"])
def test_request_objects_are_refused_by_name(
    rp: RelyingParty, carol: Person, name: str
) -> None:
    told = rp.depart().parameters | {"scope": "openid email"}
    value = jwt.encode(told, "", "none")
    if name == "request_uri":
        value = f"{rp.redirect_uri}/request.jwt"
    changes: dict[str, Any] = {name: value}
    answer = rp.send(carol, **changes)
    assert isinstance(answer, Answer)
    assert answer.error == f"{name}_not_supported"
    assert answer.parameters["state"] == answer.departure.parameters["state"]


# Signing in again, or not at all.


@pytest.mark.rule("AS-48")
@pytest.mark.spec("OIDC Core §3.1.2.6")
def test_prompt_none_signed_out(rp: RelyingParty, carol: Person) -> None:
    answer = rp.send(carol, prompt="none")
    assert isinstance(answer, Answer)
    assert answer.error in SILENT
    assert len(answer.parameters["state"]) == 128
    assert answer.parameters["state"] == answer.departure.parameters["state"]


@pytest.mark.rule("AS-48")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_none_signed_in(rp: RelyingParty, carol: Person) -> None:
    before = rp.sign_in(carol)
    again = rp.sign_in(carol, prompt="none")
    assert carol.sign_ins == 1
    assert _who_and_when(again) == _who_and_when(before)


@pytest.mark.rule("AS-50")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_none_with_ones_own_id_token_hint(
    rp: RelyingParty, carol: Person
) -> None:
    before = rp.sign_in(carol)
    again = rp.sign_in(carol, prompt="none", id_token_hint=before.id_token)
    assert _who_and_when(again) == _who_and_when(before)


@pytest.mark.rule("AS-50")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_none_with_a_hint_of_somebody_else(
    rp: RelyingParty, carol: Person, bob: Person
) -> None:
    of_bob = rp.sign_in(bob).id_token
    rp.sign_in(carol)
    answer = rp.send(carol, prompt="none", id_token_hint=of_bob)
    assert isinstance(answer, Answer)
    assert answer.error == "login_required"


@pytest.mark.rule("AS-50", "AS-55")
@pytest.mark.spec("RFC 8725 §3.1")
@pytest.mark.parametrize("forgery", ["altered", "alg none", "foreign issuer", "HS256"])
def test_a_hint_nobody_here_signed_is_refused(
    rp: RelyingParty, carol: Person, forgery: str
) -> None:
    hint = _forged(rp.sign_in(carol).id_token, forgery)
    answer = rp.send(carol, prompt="none", id_token_hint=hint)
    assert isinstance(answer, Answer)
    assert answer.error in {"login_required", "invalid_request"}


@pytest.mark.rule("AS-49")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_login_signs_in_again(rp: RelyingParty, carol: Person) -> None:
    before = rp.sign_in(carol)
    time.sleep(1.1)  # auth_time counts whole seconds
    again = rp.sign_in(carol, prompt="login")
    assert carol.sign_ins == 2
    assert again.claims["auth_time"] > before.claims["auth_time"]
    assert again.claims["sub"] == before.claims["sub"]


@pytest.mark.rule("AS-49")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_max_age_of_one_second_after_two(rp: RelyingParty, carol: Person) -> None:
    before = rp.sign_in(carol)
    time.sleep(2.1)
    again = rp.sign_in(carol, max_age="1")
    assert carol.sign_ins == 2
    assert again.claims["auth_time"] > before.claims["auth_time"]


@pytest.mark.rule("AS-49")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_max_age_of_nought_always_signs_in(rp: RelyingParty, carol: Person) -> None:
    rp.sign_in(carol)
    assert "auth_time" in rp.sign_in(carol, max_age="0").claims
    assert carol.sign_ins == 2


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_max_age_of_ten_thousand_seconds(rp: RelyingParty, carol: Person) -> None:
    before = rp.sign_in(carol)
    again = rp.sign_in(carol, max_age="10000")
    assert carol.sign_ins == 1
    assert _who_and_when(again) == _who_and_when(before)


@pytest.mark.rule("AS-48")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_none_cannot_be_silent_where_max_age_has_passed(
    rp: RelyingParty, carol: Person
) -> None:
    rp.sign_in(carol)
    answer = rp.send(carol, prompt="none", max_age="0")
    assert isinstance(answer, Answer)
    assert answer.error == "login_required"


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_acr_values_are_answered_with_one_that_is_advertised(
    rp: RelyingParty, carol: Person
) -> None:
    offered = rp.metadata["acr_values_supported"]
    claims = rp.sign_in(carol, acr_values=" ".join(offered)).claims
    assert claims["acr"] in offered
    others = rp.sign_in(carol, acr_values="urn:mace:incommon:iap:silver").claims
    assert others["acr"] in offered


# Claims.


@pytest.mark.rule("AS-52")
@pytest.mark.spec("OIDC Core §5.3.1")
@pytest.mark.parametrize("way", ["get", "post with header", "post with body"])
def test_userinfo_three_ways(rp: RelyingParty, carol: Person, way: str) -> None:
    signed_in = rp.sign_in(carol)
    token, address = signed_in.access_token, rp.metadata["userinfo_endpoint"]
    header = {"Authorization": f"Bearer {token}"}
    match way:
        case "get":
            answer = requests.get(address, headers=header, timeout=30)
        case "post with header":
            answer = requests.post(address, headers=header, timeout=30)
        case _:
            answer = requests.post(address, {"access_token": token}, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["sub"] == signed_in.claims["sub"]


@pytest.mark.spec("OIDC Core §5.4")
@pytest.mark.parametrize("scopes", [*([name] for name in CLAIMS), list(CLAIMS)])
def test_scopes_open_their_claims_in_userinfo(
    rp: RelyingParty, carol: Person, scopes: list[str]
) -> None:
    signed_in = rp.sign_in(carol, scope=" ".join(["openid", *scopes]))
    told = rp.userinfo(signed_in.access_token)
    wanted = {k: v for name in scopes for k, v in CLAIMS[name].items()}
    if "profile" in scopes:
        assert type(told.pop("updated_at")) is int
    assert told.pop("sub") == signed_in.claims["sub"]
    assert told == wanted
    assert all(type(told[name]) is type(value) for name, value in wanted.items())
    assert not wanted.keys() & signed_in.claims.keys()


@pytest.mark.spec("OIDC Core §5.5")
def test_an_essential_claim_of_userinfo(rp: RelyingParty, carol: Person) -> None:
    claims = json.dumps({"userinfo": {"name": {"essential": True}}})
    signed_in = rp.sign_in(carol, claims=claims, prompt="consent")
    told = rp.userinfo(signed_in.access_token)
    assert told == {"sub": signed_in.claims["sub"], "name": "Carol M. Diaz"}
    assert "name" not in signed_in.claims


@pytest.mark.spec("OIDC Core §5.5")
def test_a_claim_asked_for_in_the_id_token(rp: RelyingParty, carol: Person) -> None:
    claims = json.dumps({"id_token": {"email": {"essential": True}}})
    signed_in = rp.sign_in(carol, claims=claims, prompt="consent")
    assert signed_in.claims["email"] == "carol@example.com"
    assert "email" not in rp.userinfo(signed_in.access_token)


@pytest.mark.spec("OIDC Core §5.5.1")
def test_a_claim_with_a_value_of_its_own(rp: RelyingParty, carol: Person) -> None:
    mine = rp.sign_in(carol).claims["sub"]
    claims = json.dumps({"id_token": {"sub": {"value": mine}}})
    assert rp.sign_in(carol, claims=claims, prompt="none").claims["sub"] == mine
    of_another = json.dumps({"id_token": {"sub": {"value": "248289761001"}}})
    answer = rp.send(carol, claims=of_another, prompt="none")
    assert isinstance(answer, Answer)
    assert answer.error == "login_required"


@pytest.mark.spec("OIDC Core §5.5")
@pytest.mark.parametrize("claims", ["{", "[]", "1", '{"userinfo": []}', "null"])
def test_claims_that_are_no_claims(
    rp: RelyingParty, carol: Person, claims: str
) -> None:
    answer = rp.send(carol, claims=claims)
    assert isinstance(answer, Answer)
    assert answer.error == "invalid_request"


# Codes, and who may redeem them.


@pytest.mark.rule("AS-15")
@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_code_used_again_at_once(rp: RelyingParty, carol: Person) -> None:
    _used_twice(rp, rp.ask(carol, scope="openid offline_access", prompt="consent"))


@pytest.mark.rule("AS-15")
@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_code_used_again_after_thirty_seconds(
    rp: RelyingParty, carol: Person, server: Server
) -> None:
    answer = rp.ask(carol, scope="openid offline_access", prompt="consent")
    _used_twice(rp, answer, meanwhile=lambda: _thirty_seconds_pass(server))


@pytest.mark.rule("AS-38")
@pytest.mark.spec("RFC 6749 §2.3.1")
def test_client_secret_basic(rp: RelyingParty, carol: Person) -> None:
    assert rp.exchange(rp.ask(carol), "client_secret_basic").status_code == 200
    refused = rp.exchange(rp.ask(carol), "client_secret_post")
    assert refused.status_code == 401
    assert refused.json()["error"] == "invalid_client"
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.rule("AS-38")
@pytest.mark.spec("RFC 6749 §2.3.1")
def test_client_secret_post(second_rp: RelyingParty, carol: Person) -> None:
    answer = second_rp.ask(carol)
    assert second_rp.exchange(answer, "client_secret_post").status_code == 200
    refused = second_rp.exchange(second_rp.ask(carol), "client_secret_basic")
    assert refused.status_code == 401
    assert refused.json()["error"] == "invalid_client"


@pytest.mark.rule("AS-10", "AS-12")
@pytest.mark.spec("RFC 9700 §2.1.1")
def test_a_client_that_may_do_without_pkce(rp: RelyingParty, carol: Person) -> None:
    plain = RelyingParty(rp.issuer, "rp_without_pkce", rp.redirect_uri)
    without: dict[str, Any] = {"code_challenge": None, "code_challenge_method": None}
    plain.sign_in(carol, **without)
    refused = rp.send(carol, **without)
    assert isinstance(refused, Answer)
    assert refused.error == "invalid_request"


def _who_and_when(signed_in: SignedIn) -> tuple[str, int]:
    return signed_in.claims["sub"], signed_in.claims["auth_time"]


def _forged(token: str, how: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(token)["kid"]
    match how:
        case "altered":
            head, _, signature = token.split(".")
            body = jwt.encode(claims | {"sub": "248289761001"}, "", "none")
            return ".".join((head, body.split(".")[1], signature))
        case "alg none":
            return jwt.encode(claims, "", "none", {"kid": kid})
        case "HS256":
            return jwt.encode(claims, "k" * 32, "HS256", {"kid": kid})
    foreign = claims | {"iss": "https://mallory.example"}
    return jwt.encode(foreign, "k" * 32, "HS256", {"kid": kid})


def _used_twice(
    rp: RelyingParty, answer: Answer, meanwhile: Any = lambda: None
) -> None:
    """The second use is refused, and takes with it what the first one gave."""
    given = rp.exchange(answer).json()
    rp.userinfo(given["access_token"])
    meanwhile()
    again = rp.exchange(answer)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    address = rp.metadata["userinfo_endpoint"]
    header = {"Authorization": f"Bearer {given['access_token']}"}
    assert requests.get(address, headers=header, timeout=30).status_code == 401
    refused = rp.refresh(given["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def _thirty_seconds_pass(server: Server) -> None:
    """For the codes that were used."""
    server.manage(
        "shell",
        "-c",
        "from datetime import timedelta\n"
        "from django.db.models import F\n"
        "from authserver.models import AuthorizationCode\n"
        "ago = timedelta(seconds=30)\n"
        "used = AuthorizationCode.objects.exclude(redeemed_at=None)\n"
        "used.update(redeemed_at=F('redeemed_at') - ago, expires=F('expires') - ago)\n",
    )
