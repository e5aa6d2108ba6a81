"""Is this logout token genuine, current and for us: OIDC Back-Channel Logout §2.6."""

import time
from dataclasses import dataclass

from django.conf import settings

from printshop.failures import BadToken
from printshop.signed_token import SignedToken

EVENT = "http://schemas.openid.net/event/backchannel-logout"
OLDEST = 300  # seconds since it was issued: it comes at once, or is made anew
LONGEST = 16_000  # characters; ours have about 900


@dataclass(frozen=True, slots=True)
class Logout:
    """Whom the provider signed out, proven: nobody can hold one unchecked."""

    iss: str
    sub: str  # empty: whoever the session belongs to
    sid: str  # empty: every session of that person
    jti: str
    iat: float


def verify(text: str) -> Logout:
    """Check a logout token, in the order of OIDC Back-Channel Logout §2.6, numbered
    alike.

    Raises BadToken, or ProviderUnavailable when its key cannot be fetched. Does not
    know whether it was received before: who remembers its ``jti`` does (8.), and
    who compares ``sub`` and ``sid`` with the sessions there are (9. to 11.).
    """
    if len(text) > LONGEST:
        raise BadToken("the token is too long")
    # Recommended there, and required here: OIDC Back-Channel Logout §4.1.
    token = SignedToken.parse(text, "logout+jwt", "application/logout+jwt")

    # 1. Not encrypted: we asked for none.
    # 2. and 3. Signed by the provider, with the algorithm of its ID tokens.
    token.check_signature()
    # 4. iss, aud, exp and iat as in an ID token; and just issued.
    token.check_issuer()
    token.check_audience()
    token.check_times()
    if token.time("iat") < time.time() - OLDEST:
        raise BadToken("the token was issued too long ago")
    # 5. It says who, or which session.
    sub, sid = token.name("sub"), token.name("sid")
    if not (sub or sid):
        raise BadToken("the token names neither a person nor a session")
    # 6. It says what happened.
    events = token.claims.get("events")
    if not (isinstance(events, dict) and isinstance(events.get(EVENT), dict)):
        raise BadToken("the token does not speak of a logout")
    # 7. It cannot stand for an ID token.
    if "nonce" in token.claims:
        raise BadToken("the token has a nonce")
    # 8. It can be told from every other.
    jti = token.name("jti")
    if not jti:
        raise BadToken("the token has no jti")
    return Logout(settings.ISSUER, sub, sid, jti, token.time("iat"))
