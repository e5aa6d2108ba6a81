"""An ID token that comes back as a hint of who is meant.

OIDC Core §3.1.2.1, OIDC RP-Initiated Logout §2.
"""

from dataclasses import dataclass

from authserver.errors import InvalidRequest
from authserver.models import Client
from authserver.verifier import ID_TOKEN_HINT, NotVerified, verified


@dataclass(frozen=True, slots=True)
class Hint:
    """Who a genuine ID token of ours speaks of."""

    sub: str
    sid: str
    client_id: str


def read(token: str, client: Client | None = None) -> Hint:
    """The hint, verified; raises InvalidRequest.

    With ``client`` given the token must have been issued to it; without, its ``aud``
    names the client.
    """
    audience = client.client_id if client else None
    try:
        claims = verified(token, ID_TOKEN_HINT, audience=audience)
    except NotVerified:
        raise InvalidRequest("id_token_hint is not an ID token of ours.") from None
    return Hint(str(claims["sub"]), str(claims["sid"]), str(claims["aud"]))
