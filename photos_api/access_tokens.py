"""Is this access token genuine, current and meant for us? RFC 9068 §4.

The answer is an `AccessToken`: who holds one need not check again. What it may do and
whose photos those are is asked elsewhere (`permissions`, the views).
"""

from dataclasses import dataclass
from typing import Any, Self

import jwt
from django.conf import settings

from photos_api import key_set
from photos_api.problems import InvalidToken, Unavailable

LONGEST = 8000  # characters; ours have about 600
LONGEST_NAME = 255  # characters of a sub, client_id or jti
TYPES = ("at+jwt", "application/at+jwt")  # RFC 9068 §4
# RFC 9068 §2.1 has everybody understand RS256; ES256 is what our issuer signs with.
ALGORITHMS = ("ES256", "RS256")
REQUIRED = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"]  # RFC 9068 §2.2
LEEWAY = 30  # seconds two clocks may differ
PREFIX = "https://www.googleapis.com/auth/"  # unmodified clients of Google ask with it


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that passed every check, for a person at an app."""

    iss: str
    sub: str
    client_id: str
    scopes: frozenset[str]
    jti: str

    @classmethod
    def verify(cls, text: str) -> Self:
        """Raise InvalidToken naming the check that failed, or Unavailable."""
        if len(text) > LONGEST:
            raise InvalidToken("The access token is too long")
        header = _header(text)
        key = _key(header)
        claims = _claims(text, key, header["alg"])
        return cls(
            iss=claims["iss"],
            sub=claims["sub"],
            client_id=claims["client_id"],
            scopes=_scopes(claims),
            jti=claims["jti"],
        )


def _header(text: str) -> dict[str, Any]:
    """The part nobody vouches for yet: good for looking up a key, no more."""
    try:
        header = jwt.get_unverified_header(text)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise InvalidToken("The access token is not a signed JWT") from error
    if header.get("typ") not in TYPES:  # RFC 9068 §4, RFC 8725 §3.11
        raise InvalidToken("The token is not an access token: its typ is not at+jwt")
    if header.get("alg") not in ALGORITHMS:  # RFC 9068 §4, RFC 8725 §3.1
        raise InvalidToken("The access token is signed in a way we do not accept")
    if not isinstance(header.get("kid"), str):
        raise InvalidToken("The access token does not name its key")
    return header


def _key(header: dict[str, Any]) -> jwt.PyJWK:
    try:
        key = key_set.of_issuer().find(header["kid"], header["alg"])
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
            options={"require": REQUIRED},
        )
    except jwt.PyJWTError as error:
        raise InvalidToken(
            SENTENCES.get(type(error), "The access token is malformed")
        ) from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidToken("The access token is malformed") from error
    for name in ("sub", "client_id", "jti"):
        if (
            not isinstance(claims[name], str)
            or not 0 < len(claims[name]) <= LONGEST_NAME
        ):
            raise InvalidToken("The access token is malformed")
    if claims["sub"] == claims["client_id"]:  # RFC 9068 §5, RFC 9700 §4.15
        raise InvalidToken("No person stands behind this access token")
    if "cnf" in claims:  # RFC 7800 §3.1: it proves nothing when sent as a bearer
        raise InvalidToken("The access token is bound to a key and is no bearer token")
    return claims


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    """The scopes under their short names (RFC 9068 §2.2.3)."""
    scope = claims.get("scope", "")
    if not isinstance(scope, str):
        raise InvalidToken("The access token is malformed")
    return frozenset(name.removeprefix(PREFIX) for name in scope.split(" ") if name)
