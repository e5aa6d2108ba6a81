"""Is this logout token genuine, current and for us? OIDC Back-Channel Logout §2.6.

The answer is a `Logout`: who holds one need not check again. Whether the token has
been here before is asked elsewhere (`models.ReceivedLogout`).
"""

import time
from dataclasses import dataclass
from typing import Any, Self

import jwt
from django.conf import settings

from photos_api import key_set

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPES = ("logout+jwt", "application/logout+jwt")
ALGORITHMS = ("RS256", "ES256")  # those of ID tokens
REQUIRED = [
    "iss",
    "aud",
    "iat",
    "exp",
    "jti",
    "events",
]  # OIDC Back-Channel Logout §2.4
LONGEST = 8000  # characters; ours have about 900
LONGEST_NAME = 255  # characters of a sub, sid or jti
LEEWAY = 30  # seconds two clocks may differ
OLDEST = 300  # seconds since it was issued: it comes at once, or is made anew


class BadLogoutToken(Exception):
    """The token ends nothing; the sentence says which check failed."""


@dataclass(frozen=True, slots=True)
class Logout:
    """Whom the issuer signed out."""

    iss: str
    sub: str  # empty: whoever the session belongs to
    sid: str  # empty: every session of that person
    jti: str
    iat: int

    @classmethod
    def verify(cls, text: str) -> Self:
        """Raise BadLogoutToken naming the check that failed."""
        if len(text) > LONGEST:
            raise BadLogoutToken("The logout token is too long")
        header = _header(text)
        claims = _claims(text, _key(header), header["alg"])
        sub, sid, jti = (_name(claims, name) for name in ("sub", "sid", "jti"))
        if not (sub or sid):
            raise BadLogoutToken("The logout token says neither who nor which session")
        events = claims["events"]
        if not (isinstance(events, dict) and isinstance(events.get(EVENT), dict)):
            raise BadLogoutToken("The logout token does not speak of a logout")
        if "nonce" in claims:  # else it could stand for an ID token
            raise BadLogoutToken("The logout token has a nonce")
        return cls(claims["iss"], sub, sid, jti, int(claims["iat"]))


def _header(text: str) -> dict[str, Any]:
    """The part nobody vouches for yet: good for looking up a key, no more."""
    try:
        header = jwt.get_unverified_header(text)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadLogoutToken("The logout token is not a signed JWT") from error
    # Recommended there, and required here: OIDC Back-Channel Logout §4.1.
    if str(header.get("typ")).lower() not in TYPES:
        raise BadLogoutToken("The token is not a logout token: see its typ")
    if header.get("alg") not in ALGORITHMS:  # RFC 8725 §3.1
        raise BadLogoutToken("The logout token is signed in a way we do not accept")
    if not isinstance(header.get("kid"), str):
        raise BadLogoutToken("The logout token does not name its key")
    return header


def _key(header: dict[str, Any]) -> jwt.PyJWK:
    try:
        key = key_set.of_issuer().find(header["kid"], header["alg"])
    except key_set.KeysUnavailable as error:
        raise BadLogoutToken("The issuer's keys cannot be fetched just now") from error
    if key is None:
        raise BadLogoutToken("The logout token is signed with a key we do not know")
    return key


# What PyJWT finds wrong, in the order in which it looks, and how we say it.
SENTENCES: dict[type[jwt.PyJWTError], str] = {
    jwt.InvalidSignatureError: "The logout token's signature is wrong",
    jwt.MissingRequiredClaimError: "The logout token lacks a claim it must have",
    jwt.ExpiredSignatureError: "The logout token has expired",
    jwt.ImmatureSignatureError: "The logout token was issued in the future",
    jwt.InvalidIssuerError: "The logout token comes from another issuer",
    jwt.InvalidAudienceError: "The logout token is meant for somebody else",
}


def _claims(text: str, key: jwt.PyJWK, alg: str) -> dict[str, Any]:
    """The claims, once signature, issuer, audience and times have been checked."""
    try:
        claims = jwt.decode(
            text,
            key,
            algorithms=[alg],
            issuer=settings.ISSUER,
            audience=settings.CLIENT_ID,
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )
        age = time.time() - int(claims["iat"])
    except jwt.PyJWTError as error:
        raise BadLogoutToken(
            SENTENCES.get(type(error), "The logout token is malformed")
        ) from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadLogoutToken("The logout token is malformed") from error
    if claims["aud"] not in (settings.CLIENT_ID, [settings.CLIENT_ID]):
        raise BadLogoutToken("The logout token is meant for others as well")
    if age > OLDEST:
        raise BadLogoutToken("The logout token was issued too long ago")
    return claims


def _name(claims: dict[str, Any], name: str) -> str:
    """A claim that names somebody or something; empty if it is not there."""
    if name not in claims:
        return ""
    value = claims[name]
    if not (isinstance(value, str) and 0 < len(value) <= LONGEST_NAME):
        raise BadLogoutToken(f"The {name} of the logout token is no name")
    if not value.isprintable():  # a database may refuse it
        raise BadLogoutToken(f"The {name} of the logout token is no name")
    return value
