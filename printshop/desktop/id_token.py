"""Who signed in: the ID token, checked in the order of OIDC Core §3.1.3.7."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import jwt

from printshop.desktop import discovery
from printshop.desktop.discovery import Server
from printshop.desktop.failures import Failure
from printshop.desktop.registration import CLIENT_ID, ID_TOKEN_ALGORITHM

LEEWAY = 30  # seconds two clocks may differ
REQUIRED = ["iss", "sub", "aud", "exp", "iat"]  # OIDC Core §2


def subject(text: str, server: Server, *, nonce: str | None, access_token: str) -> str:
    """The ``sub`` of a genuine ID token; raises Failure.

    ``nonce`` None: the device grant asks for none.
    """
    claims = _claims(text, server)
    if claims["aud"] not in (CLIENT_ID, [CLIENT_ID]):  # 3: no stranger beside us
        raise _wrong("it is for somebody else as well")
    if claims.get("azp", CLIENT_ID) != CLIENT_ID:  # 4, 5
        raise _wrong("it was issued to another program")
    if nonce is not None and not _same(claims.get("nonce"), nonce):  # 11
        raise _wrong("it belongs to another sign-in")
    if "at_hash" in claims and not _same(claims["at_hash"], at_hash(access_token)):
        raise _wrong("it came with another access token")  # OIDC Core §3.1.3.8
    if not isinstance(claims["sub"], str) or not claims["sub"].isprintable():
        raise _wrong("it names nobody")
    return claims["sub"]


def at_hash(access_token: str) -> str:
    """The left half of its hash: OIDC Core §3.1.3.6."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def _claims(text: str, server: Server) -> dict[str, Any]:
    """What it says; issuer (2), audience (3), signature (6–8), times (9, 10) good."""
    try:
        header = jwt.get_unverified_header(text)
        if str(header.get("typ", "JWT")).upper() != "JWT":  # RFC 8725 §3.11
            raise _wrong("it is a token of another kind")
        return jwt.decode(
            text,
            _key(header, server),
            algorithms=[ID_TOKEN_ALGORITHM],  # RFC 8725 §3.1
            issuer=server.issuer,
            audience=CLIENT_ID,
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise _wrong(str(error)[:100]) from error


def _key(header: Mapping[str, Any], server: Server) -> jwt.PyJWK:
    for key in discovery.key_set(server.jwks_uri):
        if key.get("kid") == header.get("kid") and key.get("use", "sig") == "sig":
            return jwt.PyJWK(dict(key), ID_TOKEN_ALGORITHM)
    raise _wrong("no key of the server fits it")


def _same(value: object, expected: str) -> bool:
    return secrets.compare_digest(str(value).encode(), expected.encode())


def _wrong(why: str) -> Failure:
    return Failure(
        f"The server's word about who signed in cannot be trusted: {why}. Sign in "
        "again; if it happens again, tell whoever runs the server."
    )
