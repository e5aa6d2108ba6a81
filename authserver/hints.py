"""An ID token that comes back as a hint of who is meant.

OIDC Core §3.1.2.1, OIDC RP-Initiated Logout §2.
"""

from dataclasses import dataclass

import jwt
from django.conf import settings
from jwt.types import Options

from authserver.errors import InvalidRequest
from authserver.keys import ALGORITHMS, Purpose
from authserver.models import Client, SigningKey


@dataclass(frozen=True, slots=True)
class Hint:
    """Who a genuine ID token of ours speaks of."""

    sub: str
    sid: str
    client_id: str


def read(token: str, client: Client | None = None) -> Hint:
    """The hint, verified; raises InvalidRequest.

    Does not check ``exp``: an expired token is a valid hint. With ``client`` given the
    token must have been issued to it; without, its ``aud`` names the client.
    """
    options: Options = {
        "verify_exp": False,
        "verify_aud": client is not None,
        "require": ["iss", "sub", "aud", "exp", "iat", "sid"],
    }
    try:
        claims = jwt.decode(
            token,
            _key_of(token),
            algorithms=[ALGORITHMS[Purpose.ID_TOKEN]],  # RFC 8725 §3.1
            audience=client.client_id if client else None,
            issuer=settings.URL,
            options=options,
        )
    except (jwt.InvalidTokenError, SigningKey.DoesNotExist, RecursionError):
        raise InvalidRequest("id_token_hint is not an ID token of ours.") from None
    return Hint(str(claims["sub"]), str(claims["sid"]), str(claims["aud"]))


def _key_of(token: str) -> jwt.PyJWK:
    """The key it names, among those for ID tokens: no other token can pass for one."""
    header = jwt.get_unverified_header(token)
    if header.get("typ") != "JWT":  # RFC 8725 §3.11
        raise jwt.InvalidTokenError
    kid = str(header.get("kid"))[:100].replace("\0", "")
    key = SigningKey.objects.get(purpose=Purpose.ID_TOKEN, kid=kid)
    return jwt.PyJWK.from_dict(key.public_jwk)
