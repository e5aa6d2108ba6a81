"""The Config profile: discovery says all a relying party needs, and only what is so."""

import base64
from typing import Any

import pytest
import requests

from tests.authserver.profiles.relying_party import RelyingParty

REQUIRED = {
    *("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint"),
    *("jwks_uri", "scopes_supported", "response_types_supported"),
    *("response_modes_supported", "grant_types_supported", "claims_supported"),
    *("subject_types_supported", "id_token_signing_alg_values_supported"),
    *("token_endpoint_auth_methods_supported", "code_challenge_methods_supported"),
    *("end_session_endpoint", "claims_parameter_supported"),
    *("request_parameter_supported", "request_uri_parameter_supported"),
    *("backchannel_logout_supported", "backchannel_logout_session_supported"),
    *("acr_values_supported", "device_authorization_endpoint"),
    *("revocation_endpoint", "introspection_endpoint"),
}
BOOLEANS = {
    *("claims_parameter_supported", "request_parameter_supported"),
    *("request_uri_parameter_supported", "backchannel_logout_supported"),
    *("backchannel_logout_session_supported", "frontchannel_logout_supported"),
    *("authorization_response_iss_parameter_supported",),
    *("require_request_uri_registration", "require_pushed_authorization_requests"),
}
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}


@pytest.mark.rule("AS-18")
@pytest.mark.spec("OIDC Discovery §4.3")
def test_the_issuer_is_the_prefix_of_its_own_address(rp: RelyingParty) -> None:
    address = f"{rp.issuer}/.well-known/openid-configuration"
    answer = requests.get(address, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["issuer"] == rp.issuer


@pytest.mark.rule("AS-18")
@pytest.mark.spec("RFC 8414 §3")
def test_both_documents_are_one(rp: RelyingParty) -> None:
    address = f"{rp.issuer}/.well-known/oauth-authorization-server"
    assert requests.get(address, timeout=30).json() == rp.metadata


@pytest.mark.spec("OIDC Discovery §3")
def test_nothing_is_missing_and_every_type_is_right(rp: RelyingParty) -> None:
    assert rp.metadata.keys() >= REQUIRED
    for name, value in rp.metadata.items():
        if name.endswith(("_supported", "_supported_values")) and name not in BOOLEANS:
            assert isinstance(value, list), name
            assert value, name
            assert all(isinstance(one, str) for one in value), name
            assert len(set(value)) == len(value), name
        elif name in BOOLEANS:
            assert isinstance(value, bool), name
        elif name == "issuer" or name.endswith(("_endpoint", "_uri")):
            assert value.startswith(rp.issuer), name


@pytest.mark.spec("OIDC Discovery §3")
def test_it_says_what_the_profiles_want(rp: RelyingParty) -> None:
    told = rp.metadata
    assert "code" in told["response_types_supported"]
    assert {"query", "form_post"} <= set(told["response_modes_supported"])
    assert "authorization_code" in told["grant_types_supported"]
    assert "RS256" in told["id_token_signing_alg_values_supported"]
    assert "none" not in told["id_token_signing_alg_values_supported"]
    assert {"openid", "profile", "email", "address", "phone", "offline_access"} <= set(
        told["scopes_supported"]
    )
    assert {"sub", "name", "email", "address", "phone_number"} <= set(
        told["claims_supported"]
    )
    assert told["claims_parameter_supported"] is True
    assert told["backchannel_logout_supported"] is True
    assert told["backchannel_logout_session_supported"] is True
    assert told["ui_locales_supported"] == ["en"]


@pytest.mark.rule("AS-11")
@pytest.mark.spec("RFC 9700 §2.1.1")
def test_only_s256_is_advertised(rp: RelyingParty) -> None:
    assert rp.metadata["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.rule("AS-20")
@pytest.mark.spec("RFC 9700 §2.4")
def test_nothing_is_advertised_that_should_not_be_used(rp: RelyingParty) -> None:
    assert rp.metadata["response_types_supported"] == ["code"]
    assert not {"password", "implicit"} & set(rp.metadata["grant_types_supported"])


@pytest.mark.rule("AS-35", "AS-36")
@pytest.mark.spec("OIDC Core §10.1")
def test_the_keys_are_public_strong_and_told_apart(rp: RelyingParty) -> None:
    answer = requests.get(rp.metadata["jwks_uri"], timeout=30)
    assert answer.status_code == 200
    keys = answer.json()["keys"]
    assert not any(PRIVATE & key.keys() for key in keys)
    kids = [key["kid"] for key in keys]
    assert len(set(kids)) == len(kids)
    assert all(_is_strong(key) for key in keys)
    assert {"RS256"} <= {key["alg"] for key in keys}


def _is_strong(key: dict[str, Any]) -> bool:
    """RSA from 2048 bits, P-256, or Ed25519; a leading zero would change the value."""
    match key["kty"]:
        case "RSA":
            return len(_bytes(key["n"])) >= 256 and _bytes(key["n"])[0] != 0
        case "EC":
            x, y = _bytes(key["x"]), _bytes(key["y"])
            return key["crv"] == "P-256" and len(x) == len(y) == 32
    return key["kty"] == "OKP" and len(_bytes(key["x"])) == 32


def _bytes(value: str) -> bytes:
    assert "=" not in value
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
