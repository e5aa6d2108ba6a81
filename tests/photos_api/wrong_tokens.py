"""One wrong token per row, and what is said of it: for test_wrong_tokens.py.

A row changes one thing about a good token.
"""

import base64
import hmac
import json
import time
import zlib
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from photo_cast import ALICE, AUDIENCE, BOB, ISSUER, LIBRARY, NOTHING, Issuer, as_jwk

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HEADER = {"typ": "at+jwt", "kid": "es-1", "alg": "ES256"}

# What is said of each; the rest of an answer follows from it.
NO_JWT = "The access token is not a signed JWT"
NO_ACCESS_TOKEN = "The token is not an access token: its typ is not at+jwt"
OTHER_ALG = "The access token is signed in a way we do not accept"
NO_KID = "The access token does not name its key"
UNKNOWN_KEY = "The access token is signed with a key we do not know"
SIGNATURE = "The access token's signature is wrong"
LACKS = "The access token lacks a claim it must have"
EXPIRED = "The access token has expired"
NOT_YET = "The access token is not valid yet"
OTHER_ISSUER = "The access token comes from another issuer"
OTHER_AUDIENCE = "The access token is meant for another service"
MALFORMED = "The access token is malformed"
TOO_LONG = "The access token is too long"
NO_PERSON = "No person stands behind this access token"
BOUND = "The access token is bound to a key and is no bearer token"

Mint = Callable[[Issuer], str]


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def forged(header: object, claims: object, signature: bytes = b"x") -> str:
    """Written by hand, with whatever as a signature."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(b64(part) for part in parts)


def shared_secret(secret: Callable[[Issuer], bytes]) -> Mint:
    """HS256 with something public as the secret."""

    def mint(issuer: Issuer) -> str:
        signed = forged({**HEADER, "alg": "HS256"}, issuer.claims()).rpartition(".")[0]
        return f"{signed}.{b64(hmac.digest(secret(issuer), signed.encode(), 'sha256'))}"

    return mint


def header(**changes: object) -> Mint:
    return lambda issuer: issuer.token(header=changes)


def claims(**changes: Any) -> Mint:
    return lambda issuer: issuer.token(**changes)


def strangers(**changes: object) -> Mint:
    """Signed by somebody else, who says where the key is."""
    return lambda issuer: issuer.token(key=issuer.stranger, header=changes)


def signed(payload: bytes) -> Mint:
    """Anything at all, signed by the issuer."""
    return lambda issuer: jwt.PyJWS().encode(
        payload, issuer.key, "ES256", headers=HEADER
    )


def signature(change: Callable[[bytes], bytes]) -> Mint:
    """A good token with another signature."""

    def mint(issuer: Issuer) -> str:
        rest, _, last = issuer.token().rpartition(".")
        return f"{rest}.{b64(change(base64.urlsafe_b64decode(last + '==')))}"

    return mint


def text(change: Callable[[str], str]) -> Mint:
    """A good token, written otherwise."""
    return lambda issuer: change(issuer.token())


def other_curve(curve: ec.EllipticCurve, alg: str) -> Mint:
    def mint(issuer: Issuer) -> str:
        key = ec.generate_private_key(curve)
        return issuer.token(key=key, alg=alg)

    return mint


def promoted(issuer: Issuer) -> str:
    """Bob's token with Alice's name in it."""
    head, _, last = issuer.token(sub=BOB).split(".")
    return f"{head}.{b64(json.dumps(issuer.claims()).encode())}.{last}"


def halves(issuer: Issuer) -> str:
    """The header of one good token and the rest of another."""
    first = issuer.token(key=issuer.rsa, alg="RS256", header={"kid": "rs-1"})
    return f"{first.partition('.')[0]}.{issuer.token().partition('.')[2]}"


def inside(issuer: Issuer) -> str:
    """A good token, signed once more."""
    token = issuer.token()
    return jwt.PyJWS().encode(
        token.encode(), issuer.key, "ES256", headers={**HEADER, "cty": "JWT"}
    )


def unused_bits(token: str) -> str:
    """The last character spells the same bytes in another way."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


def id_token(issuer: Issuer) -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "sub": ALICE, "aud": "printshop", "exp": now + 300}
    return jwt.encode(
        {**said, "iat": now, "nonce": "n"}, issuer.key, "ES256", headers={"kid": "es-1"}
    )


def logout_token(issuer: Issuer) -> str:
    now = int(time.time())
    events: dict[str, object] = {
        "http://schemas.openid.net/event/backchannel-logout": {}
    }
    said = {"iss": ISSUER, "sub": ALICE, "aud": "photos", "iat": now, "exp": now + 120}
    return jwt.encode(
        {**said, "jti": "j", "events": events},
        issuer.key,
        "ES256",
        headers={"kid": "es-1", "typ": "logout+jwt"},
    )


def assertion(issuer: Issuer) -> str:
    """A client's own, with its own key."""
    now = int(time.time())
    said = {"iss": "printshop", "sub": "printshop", "aud": AUDIENCE, "exp": now + 60}
    return jwt.encode(
        {**said, "iat": now, "jti": "j"}, issuer.stranger, "ES256", headers={"kid": "c"}
    )


def weak_rsa(issuer: Issuer) -> str:
    key = rsa.generate_private_key(65537, 2048)
    return issuer.token(key=key, alg="RS256", header={"kid": "rs-1"})


def deep(issuer: Issuer) -> str:
    said = json.dumps(issuer.claims(jti="DEEP"))
    payload = said.replace('"DEEP"', "[" * 1500 + "]" * 1500)
    return signed(payload.encode())(issuer)


def endless(issuer: Issuer) -> str:
    said = json.dumps(issuer.claims(exp="EXP"))
    return signed(said.replace('"EXP"', "1e999").encode())(issuer)


def timed(**seconds: int) -> Mint:
    """Claims at so many seconds from now."""

    def mint(issuer: Issuer) -> str:
        now = int(time.time())
        times: dict[str, Any] = {name: now + late for name, late in seconds.items()}
        return issuer.token(**times)

    return mint


INVALID: dict[str, tuple[Mint, str]] = {
    # No signature, or none that means anything: RFC 8725 §3.1.
    "alg none": (lambda i: forged({**HEADER, "alg": "none"}, i.claims()), OTHER_ALG),
    "alg none, unsigned": (
        lambda i: forged({**HEADER, "alg": "none"}, i.claims(), b""),
        OTHER_ALG,
    ),
    "alg NoNe": (lambda i: forged({**HEADER, "alg": "NoNe"}, i.claims()), OTHER_ALG),
    "alg missing": (
        lambda i: forged({"typ": "at+jwt", "kid": "es-1"}, i.claims()),
        OTHER_ALG,
    ),
    "alg a list": (
        lambda i: forged({**HEADER, "alg": ["ES256"]}, i.claims()),
        OTHER_ALG,
    ),
    "HS256 with the public key as JSON": (
        shared_secret(lambda i: json.dumps(i.jwks["keys"][0]).encode()),
        OTHER_ALG,
    ),
    "HS256 with the kid": (shared_secret(lambda i: b"es-1"), OTHER_ALG),
    "HS256 with nothing": (shared_secret(lambda i: b""), OTHER_ALG),
    "PS256 with the RSA key": (
        lambda i: i.token(key=i.rsa, alg="PS256", header={"kid": "rs-1"}),
        OTHER_ALG,
    ),
    "RS256 under the kid of the EC key": (
        lambda i: i.token(key=i.rsa, alg="RS256", header={"kid": "es-1"}),
        UNKNOWN_KEY,
    ),
    "ES256 under the kid of the RSA key": (header(kid="rs-1"), UNKNOWN_KEY),
    "ES256 on another curve": (other_curve(ec.SECP256K1(), "ES256K"), OTHER_ALG),
    "ES384": (other_curve(ec.SECP384R1(), "ES384"), OTHER_ALG),
    "another RSA key": (weak_rsa, SIGNATURE),
    "another EC key": (strangers(), SIGNATURE),
    "another key, sent along as jwk": (
        lambda i: i.token(key=i.stranger, header={"jwk": as_jwk(i.stranger, "es-1")}),
        SIGNATURE,
    ),
    "another key, at a jku": (strangers(jku="http://evil.example/jwks"), SIGNATURE),
    "another key, at an x5u": (strangers(x5u="http://evil.example/x5"), SIGNATURE),
    "another key, in an x5c": (strangers(x5c=["MIIB"]), SIGNATURE),
    "all zeros": (signature(lambda s: bytes(64)), SIGNATURE),
    "one byte more": (signature(lambda s: s + b"\0"), SIGNATURE),
    "one byte less": (signature(lambda s: s[:-1]), SIGNATURE),
    "half": (signature(lambda s: s[:32]), SIGNATURE),
    "r and s swapped": (signature(lambda s: s[32:] + s[:32]), SIGNATURE),
    "s past the order": (
        signature(
            lambda s: (
                s[:32]
                + ((int.from_bytes(s[32:], "big") + P256_ORDER) % 2**256).to_bytes(32)
            )
        ),
        SIGNATURE,
    ),
    "as DER": (signature(lambda s: b"\x30\x44\x02\x20" + s), SIGNATURE),
    "no signature": (text(lambda t: t.rpartition(".")[0] + "."), SIGNATURE),
    "unused bits": (text(unused_bits), MALFORMED),
    "padding": (text(lambda t: t + "=="), NO_JWT),
    "an alphabet of its own": (text(lambda t: t + "~"), MALFORMED),
    "somebody else's name": (promoted, SIGNATURE),
    "two tokens put together": (halves, SIGNATURE),
    # The header: RFC 9068 §4, RFC 7515 §4.1.11.
    "typ JWT": (header(typ="JWT"), NO_ACCESS_TOKEN),
    "typ missing": (header(typ=NOTHING), NO_ACCESS_TOKEN),
    "typ empty": (header(typ=""), NO_ACCESS_TOKEN),
    "typ in capitals": (header(typ="AT+JWT"), NO_ACCESS_TOKEN),
    "typ with a space": (header(typ="at+jwt "), NO_ACCESS_TOKEN),
    "typ a list": (
        lambda i: forged({**HEADER, "typ": ["at+jwt"]}, i.claims()),
        NO_ACCESS_TOKEN,
    ),
    "kid missing": (header(kid=NOTHING), NO_KID),
    "kid a list": (lambda i: forged({**HEADER, "kid": ["es-1"]}, i.claims()), NO_KID),
    "kid empty": (header(kid=""), UNKNOWN_KEY),
    "kid unknown": (header(kid="es-2"), UNKNOWN_KEY),
    "kid a path": (header(kid="../../etc/passwd"), UNKNOWN_KEY),
    "kid an injection": (header(kid="es-1' OR '1'='1"), UNKNOWN_KEY),
    "crit, unknown": (header(crit=["x"], x=1), MALFORMED),
    "crit, known": (header(crit=["exp"]), MALFORMED),
    "b64 false": (header(b64=False, crit=["b64"]), MALFORMED),
    "zip": (
        lambda i: jwt.PyJWS().encode(
            zlib.compress(json.dumps(i.claims()).encode()),
            i.key,
            "ES256",
            headers={**HEADER, "zip": "DEF"},
        ),
        MALFORMED,
    ),
    "a token inside": (inside, MALFORMED),
    # Who issued it for whom: RFC 9068 §4.
    "iss with a slash": (claims(iss=f"{ISSUER}/"), OTHER_ISSUER),
    "iss without its port": (claims(iss="http://localhost"), OTHER_ISSUER),
    "iss in capitals": (claims(iss=ISSUER.upper()), OTHER_ISSUER),
    "iss of somebody else": (claims(iss="https://evil.example"), OTHER_ISSUER),
    "iss a list": (claims(iss=[ISSUER]), OTHER_ISSUER),
    "iss missing": (claims(iss=NOTHING), LACKS),
    "aud of the issuer": (claims(aud=ISSUER), OTHER_AUDIENCE),
    "aud of the client": (claims(aud="printshop"), OTHER_AUDIENCE),
    "aud with a slash": (claims(aud=f"{AUDIENCE}/"), OTHER_AUDIENCE),
    "aud longer": (claims(aud=f"{AUDIENCE}.evil.example"), OTHER_AUDIENCE),
    "aud shorter": (claims(aud=AUDIENCE[:-1]), OTHER_AUDIENCE),
    "aud a part": (claims(aud="localhost:8002"), OTHER_AUDIENCE),
    "aud in one string": (claims(aud=f"{ISSUER} {AUDIENCE}"), OTHER_AUDIENCE),
    "aud a list of others": (claims(aud=[ISSUER, "photos"]), OTHER_AUDIENCE),
    "aud an empty list": (claims(aud=[]), LACKS),
    "aud a list in a list": (claims(aud=[[AUDIENCE]]), OTHER_AUDIENCE),
    "aud an object": (claims(aud={AUDIENCE: 1}), OTHER_AUDIENCE),
    "aud missing": (claims(aud=NOTHING), LACKS),
    # When: RFC 9068 §4.
    "exp past": (timed(exp=-60), EXPIRED),
    "exp long past": (claims(exp=1), EXPIRED),
    "exp negative": (claims(exp=-1), EXPIRED),
    "exp missing": (claims(exp=NOTHING), LACKS),
    "exp null": (claims(exp=None), LACKS),
    "exp a word": (claims(exp="soon"), MALFORMED),
    "exp digits in a string": (claims(exp="9999999999"), MALFORMED),
    "exp true": (claims(exp=True), EXPIRED),
    "exp a list": (claims(exp=[9_999_999_999]), MALFORMED),
    "exp without end": (endless, MALFORMED),
    "exp of four hundred digits": (claims(exp=10**400), MALFORMED),
    "nbf to come": (timed(nbf=90), NOT_YET),
    "nbf a word": (claims(nbf="now"), MALFORMED),
    "nbf digits in a string": (claims(nbf="1"), MALFORMED),
    "iat to come": (timed(iat=90), NOT_YET),
    "iat missing": (claims(iat=NOTHING), LACKS),
    "iat a word": (claims(iat="yesterday"), MALFORMED),
    "iat digits in a string": (claims(iat="1"), MALFORMED),
    # For whom, through whom: RFC 9068 §2.2, RFC 9700 §4.15.
    "sub missing": (claims(sub=NOTHING), LACKS),
    "sub empty": (claims(sub=""), MALFORMED),
    "sub a number": (claims(sub=7), MALFORMED),
    "sub too long": (claims(sub="x" * 300), MALFORMED),
    "client_id missing": (claims(client_id=NOTHING), LACKS),
    "client_id a list": (claims(client_id=["printshop"]), MALFORMED),
    "client_id empty": (claims(client_id=""), MALFORMED),
    "jti missing": (claims(jti=NOTHING), LACKS),
    "jti a number": (claims(jti=5), MALFORMED),
    "scope a list": (claims(scope=[LIBRARY]), MALFORMED),
    "scope null": (claims(scope=None), MALFORMED),
    "auth_time a word": (claims(auth_time="lately"), MALFORMED),
    "a client for itself": (claims(sub="printshop"), NO_PERSON),
    "bound by DPoP": (claims(cnf={"jkt": "x" * 43}), BOUND),
    "bound to a certificate": (claims(cnf={"x5t#S256": "x" * 43}), BOUND),
    "bound to nothing": (claims(cnf={}), BOUND),
    # Other kinds of tokens: RFC 8725 §3.11, RFC 8725 §3.12.
    "an ID token": (id_token, NO_ACCESS_TOKEN),
    "a logout token": (logout_token, NO_ACCESS_TOKEN),
    "a client's assertion": (assertion, NO_ACCESS_TOKEN),
    "a refresh token": (lambda i: b64(b"r" * 32), NO_JWT),
    # Rubbish.
    "a word": (lambda i: "x", NO_JWT),
    "two parts": (lambda i: "a.b", NO_JWT),
    "five parts": (lambda i: "a.b.c.d.e", NO_JWT),
    "dots": (lambda i: "....", NO_JWT),
    "no Base64": (lambda i: "a.b.c", NO_JWT),
    "a header that is a word": (lambda i: b64(b'"text"') + ".e30.eA", NO_JWT),
    "a header that is null": (lambda i: b64(b"null") + ".e30.eA", NO_JWT),
    "a header that is no UTF-8": (lambda i: b64(b"\xff\xfe") + ".e30.eA", NO_JWT),
    "a deep header": (lambda i: b64(b"[" * 3000) + ".e30.eA", NO_JWT),
    "a deep header of objects": (lambda i: b64(b'{"a":' * 800) + ".e30.eA", NO_JWT),
    "deep claims": (deep, MALFORMED),
    "claims that are a list": (signed(b"[]"), MALFORMED),
    "claims that are null": (signed(b"null"), MALFORMED),
    "claims that are no UTF-8": (signed(b"\xff"), MALFORMED),
    "claims that are no JSON": (signed(b"{"), MALFORMED),
    "too long": (claims(more="x" * 8000), TOO_LONG),
    "much too long": (lambda i: "a" * 30_000, TOO_LONG),
    "not ASCII": (lambda i: "é" * 30, MALFORMED),
    "a NUL": (text(lambda t: t[:50] + "\0" + t[50:]), MALFORMED),
    "in quotes": (text(lambda t: f'"{t}"'), MALFORMED),
}
