"""The provider's keys: fetched rarely, once for all who wait, kept through outages."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.utils import base64url_encode, der_to_raw_signature
from provider import EC_KEY, OTHER_RSA_KEY, RSA_KEY, Provider, Reply, public_jwk
from pytest_django import Settings
from visitors import Browser

from printshop import provider as known
from printshop.failures import ProviderUnavailable

DISCOVERY = "/.well-known/openid-configuration"


@pytest.mark.rule("CL-10")
def test_sign_ins_do_not_fetch_it(browser: Browser, provider: Provider) -> None:
    for _ in range(20):
        assert Browser().sign_in().status_code == 302
    assert len(provider.asked("/jwks")) == 1
    assert len(provider.asked(DISCOVERY)) == 1


@pytest.mark.rule("CL-10")
def test_tokens_of_strangers_do_not_fetch_it(
    browser: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("printshop.provider.time.monotonic", lambda: clock[0])
    known.forget()
    headers = {"kid": "unknown", "typ": "logout+jwt"}
    token = jwt.encode(
        provider.logout_claims(), OTHER_RSA_KEY, "RS256", headers=headers
    )
    for second in range(0, 900, 10):
        clock[0] = 1000.0 + second
        told = browser.post("/backchannel-logout/", {"logout_token": token})
        assert told.status_code == 400
    assert len(provider.asked("/jwks")) == 3  # in a quarter of an hour


@pytest.mark.rule("CL-20")
@pytest.mark.parametrize("path", [DISCOVERY, "/jwks"])
def test_what_is_known_serves_while_its_server_is_down(
    browser: Browser,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    now = time.monotonic()
    browser.sign_in()
    provider.replies[path] = Reply("<h1>Oops</h1>", 500, "text/html")
    for hours in (1, 12, 23):
        later = now + hours * 3600
        monkeypatch.setattr("printshop.provider.time.monotonic", lambda t=later: t)
        assert Browser().sign_in().status_code == 302
    later = now + 25 * 3600
    monkeypatch.setattr("printshop.provider.time.monotonic", lambda: later)
    newcomer = Browser()
    page = newcomer.get("/sign-in/")
    if page.status_code == 302:
        page = newcomer.get(newcomer.follow(page["Location"]))
    assert page.status_code == 424
    assert not newcomer.is_signed_in


def has_key(_: int) -> bool:
    """Does somebody who needs a key get it?"""
    try:
        known.key_set().key("k1", "RS256")
    except ProviderUnavailable:
        return False
    return True


@pytest.mark.rule("CL-20")
@pytest.mark.parametrize("path", [DISCOVERY, "/jwks"])
@pytest.mark.parametrize("status", [200, 500])
def test_one_asks_for_all_who_wait(provider: Provider, path: str, status: int) -> None:
    if path == "/jwks":
        known.provider()
    provider.before = lambda _: time.sleep(0.3)
    if status != 200:
        provider.replies[path] = Reply({}, status)
    with ThreadPoolExecutor(8) as eight:
        outcomes = list(eight.map(has_key, range(8)))
    assert outcomes == [status == 200] * 8
    assert len(provider.asked(path)) == 1


@pytest.mark.rule("CL-09")
@pytest.mark.spec("RFC 7518 §3.3")
@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("RS256", rsa.generate_private_key(public_exponent=65537, key_size=1024)),  # noqa: S505 - on purpose
        ("ES256", ec.generate_private_key(ec.SECP384R1())),
        ("ES256", ec.generate_private_key(ec.SECP256K1())),
        ("RS256", EC_KEY),
        ("ES256", RSA_KEY),
    ],
    ids=["weak", "another curve", "bitcoin's", "no RSA key", "no EC key"],
)
def test_a_key_that_does_not_suit_the_algorithm_is_none(
    browser: Browser, provider: Provider, settings: Settings, algorithm: str, key: Any
) -> None:
    settings.ID_TOKEN_ALGORITHM = algorithm
    kind: Any = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    jwk = kind.to_jwk(key.public_key(), as_dict=True)
    provider.keys = [jwk | {"use": "sig", "alg": algorithm, "kid": "k1"}]
    provider.sign = lambda claims, header: signed(claims, algorithm, key)
    assert browser.sign_in().status_code == 400
    assert not browser.is_signed_in


def signed(claims: dict[str, Any], algorithm: str, key: Any) -> str:
    """By such a key, whatever the algorithm's name says."""
    parts = [{"alg": algorithm, "kid": "k1"}, claims]
    text = ".".join(base64url_encode(json.dumps(p).encode()).decode() for p in parts)
    if isinstance(key, rsa.RSAPrivateKey):
        made = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    else:
        der = key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
        made = der_to_raw_signature(der, key.curve)
    return f"{text}.{base64url_encode(made).decode()}"


@pytest.mark.rule("CL-10")
@pytest.mark.parametrize(
    "keys",
    [
        [],
        [7, "k1", None],
        [public_jwk(RSA_KEY, "k1") | {"use": "enc"}],
        [public_jwk(RSA_KEY, "k1") | {"alg": "RS512"}],
        [public_jwk(RSA_KEY, "k1") | {"kty": "oct", "k": "c2VjcmV0"}],
        [public_jwk(RSA_KEY, "k1") | {"kty": "EC"}],
        [public_jwk(RSA_KEY, "k1") | {"n": "not base64!"}],
        [public_jwk(RSA_KEY, "k1") | {"n": "AQAB"}],  # a modulus of 17 bits
        [public_jwk(RSA_KEY, "k1")] * 2,
        [public_jwk(RSA_KEY, "k1"), public_jwk(OTHER_RSA_KEY, "k1")],
        [public_jwk(RSA_KEY, "k1")] + [{"kty": "RSA"}] * 200,
    ],
    ids=[
        "empty",
        "rubbish",
        "for encryption",
        "of another algorithm",
        "symmetric",
        "of another type",
        "unreadable",
        "weak",
        "twice",
        "two of one kid",
        "too many",
    ],
)
def test_a_strange_set_signs_nobody_in(
    browser: Browser, provider: Provider, keys: list[Any]
) -> None:
    provider.keys = keys
    assert 400 <= browser.sign_in().status_code < 500
    assert not browser.is_signed_in
