"""ID tokens signed as each client registered, and keys that come and go."""

import hashlib
import json
import time
from base64 import urlsafe_b64encode
from io import StringIO
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client as DjangoClient

from authserver import keys, logout_tokens
from authserver.key_material import public_key
from authserver.models import Client, LogoutDelivery, Session, SigningKey, User
from tests.authserver.parties import ISSUER, Browser, Caller, answer, claims_of

pytestmark = pytest.mark.django_db
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519"]
KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "Ed25519": "OKP"}


def register(algorithm: str) -> Client:
    """The print shop wants its ID tokens like this from now on."""
    client = Client.objects.get(client_id="printshop")
    client.id_token_signed_response_alg = algorithm
    client.full_clean()
    client.save()
    return client


def published() -> dict[str, dict[str, Any]]:
    """The JWK Set as a stranger reads it, by ``kid``."""
    found = Caller().http.get("/oauth/jwks").json()["keys"]
    return {key["kid"]: key for key in found}


def verified(token: str, audience: str = "printshop") -> dict[str, Any]:
    """Against the published key that the token names, with its algorithm only."""
    header = jwt.get_unverified_header(token)
    jwk = published()[header["kid"]]
    assert jwk["alg"] == header["alg"]
    assert jwk["kty"] == KEY_TYPES[header["alg"]]
    return jwt.decode(
        token, public_key(jwk), [jwk["alg"]], audience=audience, issuer=ISSUER
    )


def given(browser: Browser, shop: Caller) -> dict[str, str]:
    tokens: dict[str, str] = shop.exchange(browser.code(scope="openid")).json()
    return tokens


@pytest.mark.spec("OIDC Registration §2")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_id_token_is_signed_as_the_client_registered(
    browser: Browser, shop: Caller, algorithm: str
) -> None:
    register(algorithm)
    first = given(browser, shop)
    again = shop.refresh(first["refresh_token"]).json()
    for tokens in (first, again):
        header = jwt.get_unverified_header(tokens["id_token"])
        assert header["alg"] == algorithm
        assert header["typ"] == "JWT"
        assert verified(tokens["id_token"])["sub"]
        access = jwt.get_unverified_header(tokens["access_token"])
        assert access["alg"] == "ES256"
        assert access["kid"] != header["kid"]


@pytest.mark.rule("AS-51")
@pytest.mark.spec("OIDC Core §3.1.3.6")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_at_hash_is_of_the_hash_that_belongs_to_the_algorithm(
    browser: Browser, shop: Caller, algorithm: str
) -> None:
    register(algorithm)
    tokens = given(browser, shop)
    name = "sha512" if algorithm == "Ed25519" else "sha256"
    digest = hashlib.new(name, tokens["access_token"].encode()).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    assert claims_of(tokens["id_token"])["at_hash"] == half


@pytest.mark.rule("AS-36")
@pytest.mark.spec("OIDC Core §10.1.1")
@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "Ed25519"])
def test_its_keys_are_published_before_they_sign(
    browser: Browser, shop: Caller, algorithm: str
) -> None:
    mine = {"purpose": "id_token", "algorithm": algorithm}
    assert not SigningKey.objects.filter(**mine).exists()
    assert published()  # the document is kept from now on
    register(algorithm)
    states = SigningKey.objects.filter(**mine).values_list("state", flat=True)
    assert sorted(states) == ["active", "next"]
    kids = set(SigningKey.objects.filter(**mine).values_list("kid", flat=True))
    assert kids < published().keys()
    header = jwt.get_unverified_header(given(browser, shop)["id_token"])
    assert header["kid"] in kids


@pytest.mark.rule("AS-35")
@pytest.mark.parametrize("algorithm", ["HS256", "none", "EdDSA", "RS512", ""])
def test_no_other_algorithm_is_registered(registrations: None, algorithm: str) -> None:
    with pytest.raises(ValidationError, match=r"not a valid choice|blank"):
        register(algorithm)


# Rotation.


@pytest.mark.rule("AS-36")
@pytest.mark.spec("OIDC Core §10.1.1")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_rotation_of_each_algorithm_overlaps(
    browser: Browser, shop: Caller, algorithm: str
) -> None:
    register(algorithm)
    tokens = [given(browser, shop)["id_token"]]
    for _ in range(2):
        known = published().keys()
        keys.rotate(keys.Purpose.ID_TOKEN, algorithm)
        tokens.append(given(browser, shop)["id_token"])
        assert jwt.get_unverified_header(tokens[-1])["kid"] in known
    assert len({jwt.get_unverified_header(token)["kid"] for token in tokens}) == 3
    for token in tokens:
        assert verified(token)
        silent = browser.authorize(scope="openid", prompt="none", id_token_hint=token)
        assert "code" in answer(silent)


def test_rotation_of_one_algorithm_leaves_the_others(registrations: None) -> None:
    register("ES256")

    def active() -> dict[tuple[str, str], str]:
        rows = SigningKey.objects.filter(state="active")
        return {(key.purpose, key.algorithm): key.kid for key in rows}

    before = active()
    out = StringIO()
    call_command("rotate_keys", purpose=["id_token"], algorithm=["ES256"], stdout=out)
    after = active()
    changed = {pair for pair in before if before[pair] != after[pair]}
    assert changed == {("id_token", "ES256")}
    assert out.getvalue() == f"id_token: {after['id_token', 'ES256']} (ES256)\n"
    call_command("rotate_keys", stdout=StringIO())
    last = active()
    assert all(last[pair] != after[pair] for pair in after)


def test_only_keys_that_are_there_are_rotated(registrations: None) -> None:
    with pytest.raises(CommandError, match="No key"):
        call_command("rotate_keys", algorithm=["Ed25519"], stdout=StringIO())
    with pytest.raises(CommandError, match="No key"):
        call_command("rotate_keys", purpose=["access_token"], algorithm=["RS256"])


def test_the_help_explains_the_life_of_a_key(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        call_command("rotate_keys", "--help")
    said = " ".join(capsys.readouterr().out.split())
    for word in ("next", "active", "retires", "published", "hints", "--algorithm"):
        assert word in said


# What is read goes through one verifier.


def forged(kind: str, genuine: dict[str, Any], algorithm: str) -> str:
    """An ID token hint that is none."""
    signer = keys.signer(keys.Purpose.ID_TOKEN, algorithm)
    stranger = keys.signer(
        keys.Purpose.ID_TOKEN, "RS256" if algorithm != "RS256" else "ES256"
    )
    headers: dict[str, Any] = {"kid": signer.kid, "typ": "JWT"}

    def signed(**changes: Any) -> str:
        said = {k: v for k, v in (headers | changes).items() if v is not None}
        return jwt.encode(genuine, signer.private_key, algorithm, said)

    access = keys.signer(keys.Purpose.ACCESS_TOKEN)
    made = {
        "none": lambda: jwt.encode(genuine, "", "none", headers),
        "public key as secret": lambda: careless(genuine, signer, headers),
        "kid of another algorithm": lambda: signed(kid=stranger.kid),
        "key for access tokens": lambda: access.sign(genuine, typ="JWT"),
        "logout token": lambda: signed(typ="logout+jwt"),
        "access token": lambda: signed(typ="at+jwt"),
        "no typ": lambda: signed(typ=""),
        "no kid": lambda: signed(kid=None),
        "unknown kid": lambda: signed(kid="x"),
        "crit": lambda: signed(crit=["b64"], b64=False),
    }
    if kind in made:
        return made[kind]()
    missing = {name: value for name, value in genuine.items() if name != kind}
    return signer.sign(missing, typ="JWT")


def careless(
    genuine: dict[str, Any], signer: keys.Signer, headers: dict[str, Any]
) -> str:
    """HS256 with the public key for a secret."""
    pem = signer.private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    jws = jwt.PyJWS()
    jws.unregister_algorithm("HS256")
    jws.register_algorithm("HS256", Careless(Careless.SHA256))
    return jws.encode(json.dumps(genuine).encode(), pem, "HS256", headers)


class Careless(jwt.algorithms.HMACAlgorithm):
    """Takes a public key for a secret, as an attacker's library would."""

    def prepare_key(self, key: str | bytes) -> bytes:
        return key if isinstance(key, bytes) else key.encode()


@pytest.mark.rule("AS-55", "AS-33")
@pytest.mark.spec("RFC 8725 §3.1")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "kind",
    [
        *("none", "public key as secret", "kid of another algorithm"),
        *("key for access tokens", "logout token", "access token", "no typ"),
        *("no kid", "unknown kid", "crit", "iss", "aud", "sub", "exp", "iat", "sid"),
    ],
)
def test_what_is_no_id_token_is_no_hint(
    browser: Browser, shop: Caller, kind: str, algorithm: str
) -> None:
    register(algorithm)
    genuine = claims_of(given(browser, shop)["id_token"])
    control = keys.signer(keys.Purpose.ID_TOKEN, algorithm).sign(genuine, typ="JWT")
    silent = {"scope": "openid", "prompt": "none"}
    assert "code" in answer(browser.authorize(**silent, id_token_hint=control))
    hint = forged(kind, genuine, algorithm)
    said = answer(browser.authorize(**silent, id_token_hint=hint))
    assert said["error"] == "invalid_request"


@pytest.mark.rule("AS-33", "AS-54")
@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_logout_token_is_signed_alike_and_is_no_hint(
    browser: Browser, shop: Caller, algorithm: str
) -> None:
    client = register(algorithm)
    given(browser, shop)
    session, alice = Session.objects.get(), User.objects.get(username="alice")
    row = LogoutDelivery(client=client, user=alice, sub=alice.sub, sid=session.sid)
    token = logout_tokens.logout_token(row)
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["typ"]) == (algorithm, "logout+jwt")
    assert verified(token)["sid"] == str(session.sid)
    said = answer(browser.authorize(scope="openid", id_token_hint=token))
    assert said["error"] == "invalid_request"
    assert shop.userinfo(token).status_code == 401


# The two documents.


@pytest.fixture
def http(registrations: None) -> DjangoClient:
    return Caller().http


PATHS = ["/oauth/jwks", "/.well-known/openid-configuration"]


@pytest.mark.parametrize("path", PATHS)
def test_a_warm_document_asks_the_database_nothing(
    http: DjangoClient, path: str, django_assert_num_queries: Any
) -> None:
    first = http.get(path)
    with django_assert_num_queries(0):
        again = http.get(path, headers={"origin": "https://anybody.example"})
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]


@pytest.mark.spec("RFC 9110 §13.1.2")
@pytest.mark.parametrize("path", PATHS)
def test_who_has_a_document_is_not_sent_it_again(http: DjangoClient, path: str) -> None:
    first = http.get(path)
    assert first["Cache-Control"] == "public, max-age=300"
    etag = first["ETag"]
    same = http.get(path, headers={"if-none-match": etag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert same["Cache-Control"] == "public, max-age=300"
    assert http.get(path, headers={"if-match": etag}).content == first.content
    assert http.get(path, headers={"if-match": '"another"'}).status_code == 412
    assert http.get(path, headers={"if-none-match": '"x"'}).status_code == 200
    assert http.head(path).content == b""


def test_a_rotation_here_is_seen_at_once_and_elsewhere_in_a_minute(
    http: DjangoClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = http.get("/oauth/jwks")["ETag"]
    keys.rotate(keys.Purpose.ID_TOKEN)
    here = http.get("/oauth/jwks", headers={"if-none-match": etag})
    assert here.status_code == 200
    gone = here.json()["keys"][0]["kid"]
    SigningKey.objects.filter(kid=gone).delete()  # as another process would
    assert gone in published()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    assert gone not in published()
