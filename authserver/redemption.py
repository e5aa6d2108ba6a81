"""What a code and a refresh token are asked before they give anything.

Called by the validator: RFC 6749 §4.1.3, RFC 6749 §6. What is not success is said with
the row locked (`ahead`).
"""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from oauthlib.oauth2 import OAuth2Error

from authserver import families, pkce, replay
from authserver.ahead import insist_on_lock
from authserver.errors import refused
from authserver.models import (
    AuthorizationCode,
    DeviceGrant,
    Event,
    RefreshToken,
    User,
)
from authserver.tokens import Issue, TokenRequest


class InvalidTargetError(OAuth2Error):
    """RFC 8707 §2, as oauthlib would name it."""

    error = "invalid_target"


def locked(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With all that is asked next, in one statement; only the row itself is locked."""
    related = rows.select_related("user", "session", "authorization")
    return related.select_for_update(of=("self",))


def proves(request: TokenRequest, grant: AuthorizationCode) -> bool:
    """RFC 6749 §4.1.3, then RFC 7636 §4.6."""
    if request.redirect_uri != grant.redirect_uri:
        return False
    return pkce.proves(request.code_verifier or "", grant.code_challenge)


def accept(
    request: TokenRequest, source: AuthorizationCode | DeviceGrant | RefreshToken
) -> bool:
    """Last guard for all: the person, the consent and the session still stand."""
    user, session, allowed = source.user, source.session, source.authorization
    if not user.still_vouches_for(source.auth_time):
        return refuse(request, "the account is disabled or has a new password", user)
    if allowed is None or allowed.revoked_at is not None:
        return refuse(request, "the person has taken back their consent", user)
    if not source.offline and not (session and session.is_live):  # OIDC Core §11
        return refuse(request, "the session has ended", user)
    request.issue, request.user = Issue.of(source), user
    request.scopes = source.scope.split()
    return _narrow_to_resource(request)


def _narrow_to_resource(request: TokenRequest) -> bool:
    """``resource`` of the token request: among those of the grant (RFC 8707 §2.2)."""
    body = request.decoded_body or []
    wanted = tuple(value for name, value in body if name == "resource")
    issue = request.issue
    if not set(wanted) <= set(issue.audience):
        description = "resource is not among those of the authorization."
        raise InvalidTargetError(description, request=request)
    if wanted:
        issue.audience = list(dict.fromkeys(wanted))
    return True


def was_just_used(token: RefreshToken) -> bool:
    """So recently that it may be the same client asking again."""
    used_at = token.used_at
    return used_at is not None and timezone.now() < used_at + replay.WINDOW


def answer_again(token: RefreshToken, presented: str) -> dict[str, Any] | None:
    """The answer of a moment ago, if what it gave is still good."""
    vouched = token.user.still_vouches_for(token.auth_time)
    if not vouched or not families.is_alive(token.token_family):
        return None
    return replay.unseal(bytes(token.sealed_answer or b""), presented)


def refuse(request: TokenRequest, reason: str, user: User | None = None) -> bool:
    """Say no, and why, to the log and the activity."""
    insist_on_lock(request)
    refused("invalid_grant", reason, client=request.client)
    record(request, Event.Kind.REFUSED, user, reason)
    return False


def alarm(request: TokenRequest, kind: Event.Kind, user: User) -> bool:
    """Say no to a replay; its family is dead already."""
    refused("invalid_grant", f"replay: {kind.label}", client=request.client)
    record(request, kind, user, "Everything that came of it was revoked.")
    return False


def record(
    request: TokenRequest, kind: Event.Kind, user: User | None, reason: str = ""
) -> None:
    address = request.headers.get("REMOTE_ADDR")
    Event.objects.record(kind, address, user=user, client=request.client, reason=reason)
