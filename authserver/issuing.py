"""Storing what a token request issues, as fingerprints (RFC 6749 §10.3)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from oauthlib.oauth2 import InvalidGrantError

from authserver import replay
from authserver.ahead import insist_on_lock
from authserver.models import AccessToken, AuthorizationCode, RefreshToken
from authserver.models.grants import fingerprint
from authserver.spending import New, store
from authserver.tokens import TokenRequest


def save(token: dict[str, Any], request: TokenRequest, *, rotate: bool) -> None:
    """Store the tokens of an answer and spend, once, what they were given for.

    Raises InvalidGrantError if another request was quicker: nothing is stored then.
    """
    issue = request.issue
    rows = [_access_token(token, request)]
    if "refresh_token" in token and (issue.refresh_token is None or rotate):
        rows.append(_refresh_token(token, request))
    if issue.code:  # RFC 6749 §4.1.2
        done = AuthorizationCode.objects.redeem(issue.code.pk, *rows)
    elif issue.refresh_token and len(rows) > 1:  # RFC 9700 §4.14.2
        answer = replay.seal(token, request.refresh_token or "")
        done = RefreshToken.objects.use(issue.refresh_token.pk, answer, *rows)
    else:
        insist_on_lock(request)
        done = store(*rows) and _renew(issue.refresh_token)
    if not done:
        insist_on_lock(request)
        raise InvalidGrantError(request=request)


def _access_token(token: dict[str, Any], request: TokenRequest) -> New:
    """The row of an access token; the JWT is not in it."""
    issue = request.issue
    return New(
        AccessToken,
        user=request.user,
        application=request.client,
        token_checksum=fingerprint(token["access_token"]),
        expires=timezone.now() + timedelta(seconds=token["expires_in"]),
        scope=" ".join(request.scopes),
        resource=issue.audience,
        family=issue.family,
        jti=issue.jti,
        **issue.origin,
    )


def _refresh_token(token: dict[str, Any], request: TokenRequest) -> New:
    """The next generation; its absolute end stays where it was (RFC 9700 §4.14.2)."""
    issue, now = request.issue, timezone.now()
    before: RefreshToken | None = issue.refresh_token
    return New(
        RefreshToken,
        user=request.user,
        application=request.client,
        token_checksum=fingerprint(token["refresh_token"]),
        token_family=issue.family,
        scope=issue.scope,  # identical to the one before: RFC 6749 §6
        requested_scope=issue.requested_scope,
        scope_spelling=issue.spelling,
        resource=issue.resource,  # narrowed by no request: RFC 8707 §2.2
        expires_at=now + RefreshToken.IDLE,
        family_expires_at=(
            before.family_expires_at if before else now + RefreshToken.ABSOLUTE
        ),
        **issue.origin,
    )


def _renew(kept: RefreshToken | None) -> bool:
    """A refresh token that is not rotated: only its idle time moves."""
    if kept:
        renewed = timezone.now() + RefreshToken.IDLE
        RefreshToken.objects.filter(pk=kept.pk).update(expires_at=renewed)
    return True
