"""Is this access token genuine, current and meant for us? RFC 9068 §4.

The answer is an `AccessToken`: who holds one need not check again. What it may do and
whose photos those are is asked elsewhere (`permissions`, the views).

What was found good stays known until it expires or the issuer's keys are fetched anew:
a client's next request costs a look-up. Nobody is asked if a token was revoked since,
so it lives as long as it says, five minutes with our issuer; `introspection` is the
other way of checking.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import jwt
from django.conf import settings
from jwt.utils import base64url_decode

from photos_api import key_set
from photos_api.memory import Memory
from photos_api.problems import InvalidToken, Unavailable

LONGEST = 8000  # characters; ours have about 600
LONGEST_NAME = 255  # characters of a sub, client_id or jti
TYPES = ("at+jwt", "application/at+jwt")  # RFC 9068 §4
# RFC 9068 §2.1 has everybody understand RS256; ES256 is what our issuer signs with.
ALGORITHMS = ("ES256", "RS256")
REQUIRED = ("iss", "exp", "aud", "sub", "client_id", "iat", "jti")  # RFC 9068 §2.2
LEEWAY = 30  # seconds two clocks may differ
PREFIX = "https://www.googleapis.com/auth/"  # unmodified clients of Google ask with it
MALFORMED = "The access token is malformed"
NO_JWT = "The access token is not a signed JWT"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that passed every check, for a person at an app."""

    iss: str
    sub: str
    client_id: str
    scopes: frozenset[str]
    jti: str
    iat: float  # seconds since 1970, as all times here
    exp: float
    auth_time: float | None  # when the person signed in, if the token says
    acr: str  # and how

    @classmethod
    def verify(cls, text: str) -> Self:
        """Raise InvalidToken naming the check that failed, or Unavailable."""
        if len(text) > LONGEST:
            raise InvalidToken("The access token is too long")
        name = hashlib.sha256(text.encode()).digest()
        if (known := verified.get(name)) and known[1] is _key(*known[0]):
            return known[2]  # type: ignore[return-value] # there is only this class
        header = _header(text)
        signed_with = header["kid"], header["alg"]
        key = _key(*signed_with)
        token = cls.of(_claims(text, key, header["alg"]))
        verified.put(name, (signed_with, key, token), until=token.exp + LEEWAY)
        return token

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self:
        """What claims say whose issuer, audience and times are good already."""
        for name in ("sub", "client_id", "jti"):
            value = claims[name]
            if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
                raise InvalidToken(MALFORMED)
        if claims["sub"] == claims["client_id"]:  # RFC 9068 §5, RFC 9700 §4.15
            raise InvalidToken("No person stands behind this access token")
        if "cnf" in claims:  # RFC 7800 §3.1: it proves nothing when sent as a bearer
            raise InvalidToken(
                "The access token is bound to a key and is no bearer token"
            )
        acr = claims.get("acr", "")
        return cls(
            iss=claims["iss"],
            sub=claims["sub"],
            client_id=claims["client_id"],
            scopes=_scopes(claims),
            jti=claims["jti"],
            iat=moment(claims["iat"]),
            exp=moment(claims["exp"]),
            auth_time=moment(claims["auth_time"]) if "auth_time" in claims else None,
            acr=acr if isinstance(acr, str) else "",
        )


Found = tuple[tuple[str, str], jwt.PyJWK, AccessToken]  # signed with, key, token
verified: Memory[Found] = Memory(5_000)  # by the token's SHA-256


def _header(text: str) -> dict[str, Any]:
    """The part nobody vouches for yet: good for looking up a key, no more."""
    if "=" in text:  # RFC 7515 §2
        raise InvalidToken(NO_JWT)
    try:
        header = json.loads(base64url_decode(text.partition(".")[0]))
    except (ValueError, RecursionError) as error:
        raise InvalidToken(NO_JWT) from error
    if not isinstance(header, dict):
        raise InvalidToken(NO_JWT)
    if header.get("typ") not in TYPES:  # RFC 9068 §4, RFC 8725 §3.11
        raise InvalidToken("The token is not an access token: its typ is not at+jwt")
    if header.get("alg") not in ALGORITHMS:  # RFC 9068 §4, RFC 8725 §3.1
        raise InvalidToken("The access token is signed in a way we do not accept")
    if not isinstance(header.get("kid"), str):
        raise InvalidToken("The access token does not name its key")
    return header


def _key(kid: str, alg: str) -> jwt.PyJWK:
    try:
        key = key_set.of_issuer().find(kid, alg)
    except key_set.KeysUnavailable as error:
        raise Unavailable(
            "The authorization server's keys cannot be fetched at the moment, so "
            "access tokens cannot be checked. Try again shortly.",
            retry_after=5,
        ) from error
    if key is None:
        raise InvalidToken("The access token is signed with a key we do not know")
    return key


# What PyJWT finds wrong, in the order in which it looks, and how we say it.
SENTENCES: dict[type[jwt.PyJWTError], str] = {
    jwt.InvalidSignatureError: "The access token's signature is wrong",
    jwt.MissingRequiredClaimError: "The access token lacks a claim it must have",
    jwt.ExpiredSignatureError: "The access token has expired",
    jwt.ImmatureSignatureError: "The access token is not valid yet",
    jwt.InvalidIssuerError: "The access token comes from another issuer",
    jwt.InvalidAudienceError: "The access token is meant for another service",
}


def _claims(text: str, key: jwt.PyJWK, alg: str) -> dict[str, Any]:
    """The claims, once signature, issuer, audience and times have been checked."""
    try:
        claims = jwt.decode(
            text,
            key,
            algorithms=[alg],
            issuer=settings.ISSUER,  # RFC 9068 §4
            audience=settings.URL,  # RFC 9068 §4
            leeway=LEEWAY,
            options={"require": [*REQUIRED]},
        )
    except jwt.PyJWTError as error:
        raise InvalidToken(SENTENCES.get(type(error), MALFORMED)) from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidToken(MALFORMED) from error
    if "nbf" in claims:
        moment(claims["nbf"])
    return claims


def moment(value: object) -> float:
    """A NumericDate (RFC 7519 §2), which is a number; raises InvalidToken."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    except OverflowError:
        pass
    raise InvalidToken(MALFORMED)


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """The scopes under their short names (RFC 9068 §2.2.3)."""
    scope = claims.get("scope", "")
    if not isinstance(scope, str):
        raise InvalidToken(MALFORMED)
    return frozenset(name.removeprefix(PREFIX) for name in scope.split(" ") if name)
