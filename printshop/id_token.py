"""Is this ID token genuine, current and meant for us: OIDC Core §3.1.3.7."""

import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

import jwt
from django.conf import settings
from django.utils.crypto import constant_time_compare

from printshop.failures import SignInFailed
from printshop.provider import key_set

LEEWAY = 10  # seconds that two clocks may differ
LONGEST = 255  # characters of a sub: OIDC Core §2


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in, proven: nobody can hold one unchecked."""

    iss: str
    sub: str
    claims: Mapping[str, object]


def verify(
    token: str,
    *,
    nonce: str | None,
    access_token: str,
    max_age: int | None = None,
) -> Identity:
    """Check an ID token, in the order of OIDC Core §3.1.3.7 and numbered alike.

    ``nonce`` None: a refreshed token, which need not repeat it (OIDC Core §12.2).
    Raises SignInFailed. Does not compare ``sub`` with anybody: the caller knows whom
    to expect.
    """
    header, claims = _parse(token)

    # 1. Not encrypted: we asked for none.
    # 2. The issuer, exactly.
    if claims.get("iss") != settings.ISSUER:
        raise SignInFailed("the ID token is of another issuer")
    # 3. For us, and for nobody we do not know.
    if claims.get("aud") not in (settings.CLIENT_ID, [settings.CLIENT_ID]):
        raise SignInFailed("the ID token is for another audience")
    # 4. and 5. If it names the party it was issued to, that is us.
    if claims.get("azp", settings.CLIENT_ID) != settings.CLIENT_ID:
        raise SignInFailed("the ID token was issued to another party")
    # 6. to 8. Signed by the provider, with the one algorithm we agreed on.
    _verify_signature(token, header)
    # 9. Not expired.
    now = time.time()
    if _time(claims, "exp") <= now - LEEWAY:
        raise SignInFailed("the ID token has expired")
    # 10. Not from the future; a sign-in token is minutes old at most.
    if _time(claims, "iat") > now + LEEWAY:
        raise SignInFailed("the ID token was issued in the future")
    # 11. The answer to our question and to no other.
    if nonce is not None and not constant_time_compare(str(claims.get("nonce")), nonce):
        raise SignInFailed("the nonce differs")
    # 12. acr: none was asked for.
    # 13. As recent as was asked for.
    if max_age is not None and _time(claims, "auth_time") < now - max_age - LEEWAY:
        raise SignInFailed("the sign-in is too long ago")

    _verify_at_hash(claims, access_token)
    return Identity(settings.ISSUER, _subject(claims), claims)


def _parse(token: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    try:
        decoded = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise SignInFailed("the ID token is not readable") from error
    header, claims = decoded["header"], decoded["payload"]
    if str(header.get("typ", "JWT")).upper() != "JWT":  # RFC 8725 §3.11
        raise SignInFailed("a token of another type stands for the ID token")
    return header, claims


def _verify_signature(token: str, header: Mapping[str, object]) -> None:
    algorithm = settings.ID_TOKEN_ALGORITHM
    if header.get("alg") != algorithm:  # RFC 8725 §3.1
        raise SignInFailed("the ID token is signed with another algorithm")
    key = key_set().key(header.get("kid"), algorithm)
    try:
        jwt.PyJWS().decode(token, key, algorithms=[algorithm])
    except (jwt.PyJWTError, ValueError) as error:
        raise SignInFailed("the signature of the ID token is wrong") from error


def _verify_at_hash(claims: Mapping[str, object], access_token: str) -> None:
    if "at_hash" not in claims:
        return
    bits = settings.ID_TOKEN_ALGORITHM[-3:]
    digest = hashlib.new(f"sha{bits}", access_token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not constant_time_compare(str(claims["at_hash"]), half):  # OIDC Core §3.1.3.8
        raise SignInFailed("at_hash belongs to another access token")


def _subject(claims: Mapping[str, object]) -> str:
    sub = claims.get("sub")
    if not (isinstance(sub, str) and 0 < len(sub) <= LONGEST and sub.isprintable()):
        raise SignInFailed("the ID token names nobody")
    return sub


def _time(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInFailed(f"the ID token has no {name}")
    if not 0 <= value < 2**40:
        raise SignInFailed(f"the {name} of the ID token is no time")
    return value
