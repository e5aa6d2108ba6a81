"""What is advertised works, and what works is advertised."""

from typing import Any

import pytest
from django.test import Client as DjangoClient

from authserver import keys
from tests.authserver.parties import ISSUER, Browser, Caller

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
