"""Is this access token genuine, current and meant for the shop? RFC 9068 §4.

The shop is a resource server too: integrators order prints with such tokens. Who holds
an `AccessToken` need not check again; what it may do is asked elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import jwt
from django.conf import settings

from printshop.failures import BadToken
from printshop.provider import key_set

LONGEST = 8000  # characters; ours have about 600
LONGEST_NAME = 255  # characters of a sub or client_id
TYPES = ("at+jwt", "application/at+jwt")  # RFC 9068 §4
ALGORITHMS = ("RS256", "ES256")  # RFC 9068 §2.1 has everybody understand the first
REQUIRED = ("iss", "exp", "aud", "sub", "client_id", "iat", "jti")  # RFC 9068 §2.2
LEEWAY = 30  # seconds two clocks may differ


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that passed every check, for a person at an integrator."""

    iss: str
    sub: str
    client_id: str
    scopes: frozenset[str]

    @classmethod
    def verify(cls, text: str) -> Self:
        """Raise BadToken naming the check that failed, or ProviderUnavailable."""
        if len(text) > LONGEST:
            raise BadToken("The access token is too long")
        kid, algorithm = _header(text)
        return cls.of(_claims(text, key_set().key(kid, algorithm), algorithm))

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self:
        """What claims say whose issuer, audience and times are good already."""
        for name in ("sub", "client_id", "jti"):
            if not (isinstance(claims[name], str) and claims[name].isprintable()):
                raise BadToken("The access token is malformed")
            if not 0 < len(claims[name]) <= LONGEST_NAME:
                raise BadToken("The access token is malformed")
        if claims["sub"] == claims["client_id"]:  # RFC 9068 §5, RFC 9700 §4.15
            raise BadToken("No person stands behind this access token")
        if "cnf" in claims:  # RFC 7800 §3.1: it proves nothing when sent as a bearer
            raise BadToken("The access token is bound to a key and is no bearer token")
        scope = claims.get("scope", "")
        if not isinstance(scope, str):
            raise BadToken("The access token is malformed")
        scopes = frozenset(scope.split(" "))  # RFC 9068 §2.2.3
        return cls(claims["iss"], claims["sub"], claims["client_id"], scopes)


def _header(text: str) -> tuple[str, str]:
    """The kid and alg nobody vouches for yet: good for looking up a key, no more."""
    try:
        header = jwt.get_unverified_header(text)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadToken("The access token is not a signed JWT") from error
    if header.get("typ") not in TYPES:  # RFC 9068 §4, RFC 8725 §3.11
        raise BadToken("The token is not an access token: its typ is not at+jwt")
    if header.get("alg") not in ALGORITHMS:  # RFC 9068 §4, RFC 8725 §3.1
        raise BadToken("The access token is signed in a way we do not accept")
    if not isinstance(header.get("kid"), str):
        raise BadToken("The access token does not name its key")
    return header["kid"], header["alg"]


# What PyJWT finds wrong, and how we say it.
SENTENCES: dict[type[jwt.PyJWTError], str] = {
    jwt.InvalidSignatureError: "The access token's signature is wrong",
    jwt.MissingRequiredClaimError: "The access token lacks a claim it must have",
    jwt.ExpiredSignatureError: "The access token has expired",
    jwt.ImmatureSignatureError: "The access token is not valid yet",
    jwt.InvalidIssuerError: "The access token comes from another issuer",
    jwt.InvalidAudienceError: "The access token is meant for another service",
}


def _claims(text: str, key: jwt.PyJWK, algorithm: str) -> dict[str, Any]:
    """The claims, once signature, issuer, audience and times have been checked."""
    try:
        claims = jwt.decode(
            text,
            key,
            algorithms=[algorithm],
            issuer=settings.ISSUER,  # RFC 9068 §4
            audience=settings.URL,  # RFC 9068 §4
            leeway=LEEWAY,
            options={"require": [*REQUIRED]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as no:
        sentence = SENTENCES.get(type(no), "The access token is malformed")  # type: ignore[arg-type]
        raise BadToken(sentence) from no
    if not all(
        _is_time(claims[name]) for name in ("exp", "iat", "nbf") if name in claims
    ):
        raise BadToken("The access token is malformed")
    return claims


def _is_time(value: object) -> bool:
    """A NumericDate (RFC 7519 §2) is a number, and no more than a clock can show."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value < 2**40  # type: ignore[operator]
