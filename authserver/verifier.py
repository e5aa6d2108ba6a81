"""The one way in for JWTs: each that this server reads is verified here.

A kind of token has one purpose, whose keys sign nothing else, one ``typ``, and a fixed
list of algorithms; the key has the last word on which of them (RFC 8725 §3.1, RFC 8725
§3.11). Access tokens are not read at all: they are found by their fingerprint.
"""

from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings
from jwt.types import Options

from authserver import key_material
from authserver.keys import ALGORITHMS, Purpose
from authserver.models import SigningKey


class NotVerified(Exception):
    """Not a token of that kind, of ours, for whom it should be for."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What makes a token one of its kind."""

    purpose: SigningKey.Purpose
    typ: str
    required: tuple[str, ...]
    may_be_expired: bool = False


# An expired one is still a hint: OIDC Core §3.1.2.1, OIDC RP-Initiated Logout §2.
ID_TOKEN_HINT = Kind(
    Purpose.ID_TOKEN,
    typ="JWT",
    required=("iss", "sub", "aud", "exp", "iat", "sid"),
    may_be_expired=True,
)


def verified(token: str, kind: Kind, *, audience: str | None) -> dict[str, Any]:
    """The claims of a genuine token of that kind; raises NotVerified.

    Without ``audience`` it may be for anybody: whom it was for is the caller's
    question.
    """
    options: Options = {
        "verify_exp": not kind.may_be_expired,
        "verify_aud": audience is not None,
        "require": list(kind.required),
    }
    try:
        key = _key_of(token, kind)
        return jwt.decode(
            token,
            key_material.public_key(key.public_jwk),
            algorithms=[key.algorithm],  # RFC 8725 §3.1
            audience=audience,
            issuer=settings.URL,
            options=options,
        )
    except (jwt.InvalidTokenError, SigningKey.DoesNotExist, RecursionError):
        raise NotVerified from None


def _key_of(token: str, kind: Kind) -> SigningKey:
    """The key that a token names, among those of its kind; retired ones too."""
    header = jwt.get_unverified_header(token)
    if header.get("typ") != kind.typ:  # RFC 8725 §3.11
        raise jwt.InvalidTokenError
    return SigningKey.objects.get(
        purpose=kind.purpose,
        algorithm__in=ALGORITHMS[kind.purpose],
        kid=str(header.get("kid"))[:100].replace("\0", ""),
    )
