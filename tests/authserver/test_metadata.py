"""What is advertised works, and what works is advertised."""

from typing import Any

import jwt
import pytest
from django.test import Client as DjangoClient

from authserver import claims, keys
from authserver.models import Client, User
from tests.authserver.parties import ISSUER, Browser, Caller, claims_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def http(registrations: None) -> DjangoClient:
    return Caller().http


@pytest.fixture
def metadata(http: DjangoClient) -> dict[str, Any]:
    document: dict[str, Any] = http.get("/.well-known/openid-configuration").json()
    return document


@pytest.mark.rule("AS-18")
@pytest.mark.spec("RFC 8414 §3")
def test_both_documents_are_one(http: DjangoClient, metadata: dict[str, Any]) -> None:
    other = http.get("/.well-known/oauth-authorization-server")
    assert other["Content-Type"] == "application/json"
    assert other.json() == metadata


@pytest.mark.spec("OIDC Discovery §3")
def test_what_must_be_there_is(metadata: dict[str, Any]) -> None:
    assert metadata["issuer"] == ISSUER
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["subject_types_supported"] == ["public"]
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert metadata["grant_types_supported"] == [
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    ]
    assert {"openid", "profile", "email", "address", "phone", "offline_access"} <= set(
        metadata["scopes_supported"]
    )
    assert {"sub", "iss", "auth_time", "acr", "name", "email"} <= set(
        metadata["claims_supported"]
    )
    assert metadata["request_uri_parameter_supported"] is False


@pytest.mark.spec("RFC 8414 §2")
def test_every_advertised_endpoint_answers(
    http: DjangoClient, metadata: dict[str, Any]
) -> None:
    endpoints = {n: v for n, v in metadata.items() if n.endswith(("_endpoint", "_uri"))}
    assert len(endpoints) == 8
    for name, address in endpoints.items():
        assert address.startswith(f"{ISSUER}/oauth/"), name
        assert http.get(address.removeprefix(ISSUER)).status_code != 404, name


@pytest.mark.rule("AS-20", "AS-11")
@pytest.mark.spec("RFC 9700 §2.1.2")
def test_nothing_dangerous_is_advertised(metadata: dict[str, Any]) -> None:
    said = str(metadata)
    for word in ("implicit", "password'", "plain", "HS256", "none'", "fragment"):
        if word == "none'":  # a public client's method, and a prompt
            continue
        assert word not in said.replace("acr_values_supported': ['password']", "")


def test_every_advertised_response_mode_and_prompt_is_accepted(
    browser: Browser, metadata: dict[str, Any]
) -> None:
    for mode in metadata["response_modes_supported"]:
        response = browser.authorize(response_mode=mode)
        assert response["Location"].startswith("/consent/")
    for prompt in metadata["prompt_values_supported"]:
        assert "invalid_request" not in browser.authorize(prompt=prompt)["Location"]


@pytest.mark.spec("OIDC Discovery §3")
def test_every_advertised_display_language_and_acr_is_accepted(
    browser: Browser, metadata: dict[str, Any]
) -> None:
    for name, values in {
        "display": metadata["display_values_supported"],
        "ui_locales": metadata["ui_locales_supported"],
        "acr_values": metadata["acr_values_supported"],
    }.items():
        assert values
        for value in values:
            response = browser.authorize(**{name: value})
            assert response["Location"].startswith("/consent/"), (name, value)


@pytest.mark.spec("OIDC Core §5.5")
def test_every_advertised_claim_is_told_and_no_other(
    browser: Browser, shop: Caller, metadata: dict[str, Any]
) -> None:
    assert metadata["claims_parameter_supported"] is True
    people = set(metadata["claims_supported"]) & set(claims.SUPPORTED)
    columns = people - {"sub", "address", "preferred_username", "updated_at"}
    alice: dict[str, Any] = dict.fromkeys(columns, "x")
    alice |= {"phone_number_verified": True, "email_verified": True}
    User.objects.filter(username="alice").update(**alice, country="France")
    scope = "openid profile email address phone"
    Client.objects.filter(client_id="printshop").update(scope=scope)
    code = browser.code(*scope.split(), scope=scope, nonce="n")
    tokens = shop.exchange(code).json()
    told = shop.userinfo(tokens["access_token"]).json().keys()
    said = claims_of(tokens["id_token"]).keys() - {"at_hash"}
    assert told | said == set(metadata["claims_supported"])


@pytest.mark.spec("OIDC Discovery §3")
def test_every_advertised_algorithm_can_be_registered(
    browser: Browser, shop: Caller, metadata: dict[str, Any]
) -> None:
    advertised = metadata["id_token_signing_alg_values_supported"]
    assert set(advertised) == set(Client.Algorithm.values)
    for algorithm in advertised:
        Client.objects.filter(client_id="printshop").update(
            id_token_signed_response_alg=algorithm
        )
        token = shop.exchange(browser.code(scope="openid")).json()["id_token"]
        assert jwt.get_unverified_header(token)["alg"] == algorithm


@pytest.mark.rule("AS-36")
@pytest.mark.spec("RFC 7517 §5")
def test_the_key_set_is_public_halves_only(http: DjangoClient) -> None:
    published = http.get("/oauth/jwks")
    found = published.json()["keys"]
    assert {key["alg"] for key in found} == {"ES256", "RS256"}
    assert len({key["kid"] for key in found}) == len(found)
    for key in found:
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "k"}
        assert key["use"] == "sig"
    assert "max-age=300" in published["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("path", ["/oauth/jwks", "/.well-known/openid-configuration"])
def test_documents_are_only_read(http: DjangoClient, method: str, path: str) -> None:
    assert getattr(http, method)(path).status_code == 405


@pytest.mark.rule("AS-36")
def test_rotation_publishes_before_it_signs(http: DjangoClient) -> None:
    def kids() -> set[str]:
        return {key["kid"] for key in http.get("/oauth/jwks").json()["keys"]}

    signing = [keys.signer(keys.Purpose.ACCESS_TOKEN).kid]
    published = [kids()]
    for _ in range(2):
        keys.rotate(keys.Purpose.ACCESS_TOKEN)
        signing.append(keys.signer(keys.Purpose.ACCESS_TOKEN).kid)
        published.append(kids())
    assert len(set(signing)) == 3
    assert signing[1] in published[0]
    assert signing[2] in published[1]
    assert {signing[0], signing[1]} <= published[2]
