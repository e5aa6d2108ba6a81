"""Storing what a token request issues, as fingerprints (RFC 6749 §10.3)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from oauthlib.oauth2 import InvalidGrantError

from authserver import replay
from authserver.models import AccessToken, RefreshToken
from authserver.models.grants import fingerprint
from authserver.prepared import insert
from authserver.tokens import TokenRequest


def save_access_token(token: dict[str, Any], request: TokenRequest) -> AccessToken:
    """The row of an access token; the JWT is not in it."""
    issue = request.issue
    row = AccessToken(
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
    insert(row)
    return row


def save_refresh_token(
    token: dict[str, Any], request: TokenRequest, access: AccessToken
) -> None:
    """The next generation; its absolute end stays where it was (RFC 9700 §4.14.2)."""
    issue, now = request.issue, timezone.now()
    before: RefreshToken | None = issue.refresh_token
    row = RefreshToken(
        user=request.user,
        application=request.client,
        access_token=access,
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
    insert(row)


def retire(used: RefreshToken, answer: dict[str, Any], presented: str) -> None:
    """Mark a rotated token used and keep its answer, sealed, for a moment."""
    if answer["refresh_token"] == presented:  # not rotated: only its idle time moves
        renewed = timezone.now() + RefreshToken.IDLE
        RefreshToken.objects.filter(pk=used.pk).update(expires_at=renewed)
        return
    if not RefreshToken.objects.use(used.pk, replay.seal(answer, presented)):
        raise InvalidGrantError  # rolls back what was made beside the winner
