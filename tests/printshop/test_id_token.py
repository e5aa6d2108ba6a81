"""Every check of OIDC Core §3.1.3.7: one lie at a time, and nobody is signed in."""

import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode
from provider import EC_KEY, OTHER_RSA_KEY, RSA_KEY, Provider, public_jwk
from pytest_django import Settings
from visitors import Browser

from printshop import provider as known

HOUR = 3600
CLIENT_SECRET = "demo-client-secret-of-more-than-32-characters"


def refused(browser: Browser, caplog: pytest.LogCaptureFixture, reason: str) -> None:
    """The sign-in fails on a clean page, for this reason and no other."""
    page = browser.sign_in()
    assert page.status_code == 400
    assert "We could not sign you in" in page.content.decode()
    assert reason in caplog.text
    assert not browser.is_signed_in
    assert "id_token" not in browser.session


@pytest.mark.rule("CL-03")
@pytest.mark.rule("CL-06")
@pytest.mark.rule("CL-07")
@pytest.mark.rule("CL-08")
@pytest.mark.rule("CL-13")
@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"iss": "http://127.0.0.1"}, "another issuer"),
        ({"aud": "another-client"}, "another audience"),
        ({"aud": ["printshop", "stranger"]}, "another audience"),
        ({"aud": ["printshop", "stranger"], "azp": "printshop"}, "another audience"),
        ({"aud": ["printshop", "printshop"]}, "another audience"),
        ({"aud": "printshop stranger"}, "another audience"),
        ({"aud": {"printshop": 1}}, "another audience"),
        ({"aud": []}, "another audience"),
        ({"aud": None}, "another audience"),
        ({"azp": "another-client"}, "another party"),
        ({"azp": ["printshop"]}, "another party"),
        ({"exp": None}, "no exp"),
        ({"exp": time.time() - HOUR}, "expired"),
        ({"exp": "tomorrow"}, "no exp"),
        ({"exp": True}, "no exp"),
        ({"exp": float("nan")}, "no time"),
        ({"exp": 10**30}, "no time"),
        ({"iat": None}, "no iat"),
        ({"iat": time.time() + HOUR, "exp": time.time() + 2 * HOUR}, "future"),
        ({"nonce": None}, "nonce"),
        ({"nonce": "guessed"}, "nonce"),
        ({"nonce": ["é"]}, "nonce"),
        ({"sub": None}, "names nobody"),
        ({"sub": ""}, "no name"),
        ({"sub": 7}, "no name"),
        ({"sub": "x" * 256}, "no name"),
        ({"sub": "a\x00b"}, "no name"),
        ({"sid": ""}, "no name"),
        ({"sid": ["session-1"]}, "no name"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "at_hash"),
        ({"at_hash": ""}, "at_hash"),
        ({"at_hash": 7}, "at_hash"),
        ({"at_hash": ["é"]}, "at_hash"),
    ],
)
def test_a_false_claim_signs_nobody_in(
    browser: Browser,
    provider: Provider,
    caplog: pytest.LogCaptureFixture,
    claims: dict[str, Any],
    reason: str,
) -> None:
    provider.claims = claims
    refused(browser, caplog, reason)


@pytest.mark.spec("RFC 8725 §3.11")
@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt", "logout+jwt", 1])
def test_a_token_of_another_type_is_no_id_token(
    browser: Browser, provider: Provider, caplog: pytest.LogCaptureFixture, typ: str
) -> None:
    provider.sign = lambda claims, header: jwt.encode(
        claims, RSA_KEY, "RS256", headers={"kid": "k1", "typ": str(typ)}
    )
    refused(browser, caplog, "another type")


def with_client_secret(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, CLIENT_SECRET, "HS256", headers={"kid": "k1"})


def with_the_public_key_as_secret(
    claims: dict[str, Any], header: dict[str, Any]
) -> str:
    public = RSA_KEY.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    head, body = encoded({"alg": "HS256", "kid": "k1"}), encoded(claims)
    made = hmac.digest(public, f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{base64url_encode(made).decode()}"


def with_another_key_type_under_the_right_name(
    claims: dict[str, Any], header: dict[str, Any]
) -> str:
    head, body = encoded({"alg": "RS256", "kid": "k1"}), encoded(claims)
    made = EC_KEY.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    return f"{head}.{body}.{base64url_encode(made).decode()}"


def with_no_algorithm(claims: dict[str, Any], header: dict[str, Any]) -> str:
    good = jwt.encode(claims, RSA_KEY, "RS256", headers={"kid": "k1"})
    return ".".join([encoded({"kid": "k1"}), *good.split(".")[1:]])


def with_what_nobody_understands(claims: dict[str, Any], header: dict[str, Any]) -> str:
    headers = {"kid": "k1", "crit": ["strange"], "strange": True}
    return jwt.encode(claims, RSA_KEY, "RS256", headers=headers)


def with_an_unknown_key(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER_RSA_KEY, "RS256", headers={"kid": "k9"})


def with_a_kid_that_is_no_name(claims: dict[str, Any], header: dict[str, Any]) -> str:
    head = encoded({"alg": "RS256", "kid": {"$ne": ""}})
    good = jwt.encode(claims, RSA_KEY, "RS256")
    return ".".join([head, *good.split(".")[1:]])


def with_a_tail(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, RSA_KEY, "RS256", headers={"kid": "k1"}) + ".tail"


def as_a_cave(claims: dict[str, Any], header: dict[str, Any]) -> str:
    """A payload nested deeper than any parser likes."""
    deep = b'{"a":' * 1500 + b"1" + b"}" * 1500
    return jwt.PyJWS().encode(deep, RSA_KEY, "RS256", headers={"kid": "k1"})


def encoded(part: dict[str, Any]) -> str:
    return base64url_encode(json.dumps(part).encode()).decode()


def with_no_signature(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, "", "none", headers={"kid": "k1"})


def with_elliptic_curve(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, EC_KEY, "ES256", headers={"kid": "k1"})


def with_probabilistic_rsa(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, RSA_KEY, "PS256", headers={"kid": "k1"})


def with_another_key(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER_RSA_KEY, "RS256", headers={"kid": "k1"})


def with_a_key_in_the_header(claims: dict[str, Any], header: dict[str, Any]) -> str:
    jwk = public_jwk(OTHER_RSA_KEY, "k1")
    header = {"kid": "k1", "jwk": jwk, "jku": "https://evil.example/jwks"}
    return jwt.encode(claims, OTHER_RSA_KEY, "RS256", headers=header)


def with_a_broken_signature(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return jwt.encode(claims, RSA_KEY, "RS256", headers={"kid": "k1"})[:-8] + "AAAAAAAA"


def as_rubbish(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return "not.a.token"


def as_nothing(claims: dict[str, Any], header: dict[str, Any]) -> str:
    return ""


@pytest.fixture
def long_secret(provider: Provider, settings: Settings) -> None:
    """Long enough to be the key of an HS256, as real ones are."""
    provider.client = ("printshop", CLIENT_SECRET)
    settings.CLIENT_SECRET = CLIENT_SECRET


@pytest.mark.rule("CL-09")
@pytest.mark.rule("CL-10")
@pytest.mark.usefixtures("long_secret")
@pytest.mark.spec("RFC 8725 §3.1")
@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        (with_client_secret, "another algorithm"),
        (with_the_public_key_as_secret, "another algorithm"),
        (with_another_key_type_under_the_right_name, "signature"),
        (with_no_algorithm, "another algorithm"),
        (with_what_nobody_understands, "not readable"),
        (with_an_unknown_key, "no key"),
        (with_a_kid_that_is_no_name, "not readable"),
        (with_a_tail, "not readable"),
        (as_a_cave, "not readable"),
        (with_no_signature, "another algorithm"),
        (with_elliptic_curve, "another algorithm"),
        (with_probabilistic_rsa, "another algorithm"),
        (with_another_key, "signature"),
        (with_a_key_in_the_header, "signature"),
        (with_a_broken_signature, "signature"),
        (as_rubbish, "not readable"),
        (as_nothing, "not readable"),
    ],
)
def test_a_false_signature_signs_nobody_in(
    browser: Browser,
    provider: Provider,
    caplog: pytest.LogCaptureFixture,
    sign: Any,
    reason: str,
) -> None:
    provider.sign = sign
    refused(browser, caplog, reason)


def test_a_true_token_with_one_audience_in_a_list_is_accepted(
    browser: Browser, provider: Provider
) -> None:
    provider.claims = {"aud": ["printshop"], "azp": "printshop"}
    assert browser.sign_in().status_code == 302
    assert browser.is_signed_in


@pytest.mark.rule("CL-10")
@pytest.mark.spec("OIDC Core §10.1")
def test_a_token_without_kid_needs_a_set_that_leaves_no_choice(
    browser: Browser, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.sign = lambda claims, header: jwt.encode(claims, RSA_KEY, "RS256")
    provider.keys = [public_jwk(RSA_KEY, None)]
    assert browser.sign_in().status_code == 302

    known.forget()
    provider.keys = [public_jwk(RSA_KEY, "k1"), public_jwk(OTHER_RSA_KEY, "k2")]
    assert Browser().sign_in().status_code == 400
    assert "no key of the provider fits" in caplog.text


@pytest.mark.rule("CL-10")
@pytest.mark.spec("OIDC Core §10.1.1")
def test_new_keys_are_found_by_one_refetch_and_unknown_ones_cause_no_flood(
    browser: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in()
    provider.sign = lambda claims, header: jwt.encode(
        claims, OTHER_RSA_KEY, "RS256", headers={"kid": "k2"}
    )
    provider.keys.append(public_jwk(OTHER_RSA_KEY, "k2"))
    assert Browser().sign_in().status_code == 400  # asked a moment ago: not again
    monkeypatch.setattr("printshop.provider.REFETCH_SECONDS", 0)
    assert Browser().sign_in().status_code == 302
    assert len(provider.asked("/jwks")) == 2

    monkeypatch.undo()
    provider.sign = lambda claims, header: jwt.encode(
        claims, OTHER_RSA_KEY, "RS256", headers={"kid": "unknown"}
    )
    for _ in range(5):
        assert Browser().sign_in().status_code == 400
    assert len(provider.asked("/jwks")) == 2
