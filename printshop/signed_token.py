"""A token the provider signed for us, an ID token or a logout token: RFC 8725."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import jwt
from django.conf import settings

from printshop.algorithms import check_signature
from printshop.failures import BadToken
from printshop.provider import key_set

LEEWAY = 10  # seconds that two clocks may differ
LONGEST = 255  # characters of a sub: OIDC Core §2


@dataclass(frozen=True, slots=True)
class SignedToken:
    """Header and claims as they came: each check proves what it is named for."""

    text: str
    header: Mapping[str, object]
    claims: Mapping[str, object]

    @classmethod
    def parse(cls, text: str, *types: str) -> Self:
        """Read a token of one of these types (RFC 8725 §3.11); proves nothing yet."""
        try:
            decoded = jwt.decode_complete(text, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise BadToken("the token is not readable") from error
        header, claims = decoded["header"], decoded["payload"]
        if str(header.get("typ", "")).lower() not in types:
            raise BadToken("the token is of another type")
        return cls(text, header, claims)

    def check_issuer(self) -> None:
        """Of the provider, exactly."""
        if self.claims.get("iss") != settings.ISSUER:
            raise BadToken("the token is of another issuer")

    def check_audience(self, client_id: str = "") -> None:
        """For us, and for nobody we do not know; a door of ours has its own name."""
        us = client_id or settings.CLIENT_ID
        if self.claims.get("aud") not in (us, [us]):
            raise BadToken("the token is for another audience")

    def check_signature(self) -> None:
        """Signed by the provider, with the one algorithm we agreed on."""
        algorithm = settings.ID_TOKEN_ALGORITHM
        if self.header.get("alg") != algorithm:  # RFC 8725 §3.1
            raise BadToken("the token is signed with another algorithm")
        key = key_set().key(self.header.get("kid"), algorithm)
        check_signature(self.text, key, algorithm)

    def check_times(self) -> None:
        """Not expired, and not from the future."""
        now = time.time()
        if self.time("exp") <= now - LEEWAY:
            raise BadToken("the token has expired")
        if self.time("iat") > now + LEEWAY:
            raise BadToken("the token was issued in the future")

    def time(self, name: str) -> float:
        """A claim that must be a time, in seconds."""
        value = self.claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadToken(f"the token has no {name}")
        if not 0 <= value < 2**40:
            raise BadToken(f"the {name} of the token is no time")
        return value

    def name(self, name: str) -> str:
        """A claim that names somebody or something; empty if it is not there."""
        if name not in self.claims:
            return ""
        value = self.claims[name]
        if not (isinstance(value, str) and 0 < len(value) <= LONGEST):
            raise BadToken(f"the {name} of the token is no name")
        if not value.isprintable():  # a database may refuse it
            raise BadToken(f"the {name} of the token is no name")
        return value
