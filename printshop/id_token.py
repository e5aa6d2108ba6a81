"""Is this ID token genuine, current and meant for us: OIDC Core §3.1.3.7."""

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare

from printshop.algorithms import left_half
from printshop.failures import BadToken
from printshop.signed_token import LEEWAY, SignedToken


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in, proven: nobody can hold one unchecked."""

    iss: str
    sub: str
    sid: str  # the session at the provider; empty if it names none
    iat: float
    claims: Mapping[str, object]


def verify(
    text: str,
    *,
    nonce: str | None,
    access_token: str,
    max_age: int | None = None,
    client_id: str = "",
) -> Identity:
    """Check an ID token, in the order of OIDC Core §3.1.3.7 and numbered alike.

    ``nonce`` None: a refreshed token, which need not repeat it (OIDC Core §12.2), or
    a device's, which sent none. ``client_id``: who asked, if not the shop itself.
    Raises BadToken, or ProviderUnavailable when its key cannot be fetched. Does not
    compare ``sub`` with anybody: the caller knows whom to expect.
    """
    us = client_id or settings.CLIENT_ID
    token = SignedToken.parse(text, "", "jwt")

    # 1. Not encrypted: we asked for none.
    # 2. The issuer, exactly.
    token.check_issuer()
    # 3. For us, and for nobody we do not know.
    token.check_audience(us)
    # 4. and 5. If it names the party it was issued to, that is us.
    if token.claims.get("azp", us) != us:
        raise BadToken("the token was issued to another party")
    # 6. to 8. Signed by the provider, with the one algorithm we agreed on.
    token.check_signature()
    # 9. and 10. Not expired, and not from the future.
    token.check_times()
    # 11. The answer to our question and to no other.
    asked_with = str(token.claims.get("nonce"))
    if nonce is not None and not constant_time_compare(asked_with, nonce):
        raise BadToken("the nonce differs")
    # 12. acr: none was asked for.
    # 13. As recent as was asked for.
    if max_age is not None and token.time("auth_time") < time.time() - max_age - LEEWAY:
        raise BadToken("the sign-in is too long ago")

    _verify_at_hash(token, access_token)
    sub = token.name("sub")
    if not sub:
        raise BadToken("the token names nobody")
    return Identity(
        settings.ISSUER, sub, token.name("sid"), token.time("iat"), token.claims
    )


def _verify_at_hash(token: SignedToken, access_token: str) -> None:
    if "at_hash" not in token.claims:
        return
    half = left_half(access_token, settings.ID_TOKEN_ALGORITHM)
    expected = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    if not constant_time_compare(str(token.claims["at_hash"]), expected):
        raise BadToken("at_hash belongs to another access token")  # OIDC Core §3.1.3.8
