"""What is minted: access tokens (RFC 9068 §2), refresh and ID tokens (OIDC Core §2)."""

import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings
from oauthlib.common import Request

from authserver.keys import Purpose, signer
from authserver.models import (
    AccessToken,
    AuthorizationCode,
    Client,
    RefreshToken,
    ResourceScope,
    User,
)
from authserver.models.grants import fingerprint

ID_TOKEN_LIFETIME = 300  # seconds; an expired one is still a valid hint


@dataclass(slots=True)
class Issue:
    """What a token request may issue: read from the locked code or refresh token.

    The validator puts one on oauthlib's request; whoever finds one there need not
    check again whether its code or refresh token was good.
    """

    origin: dict[str, Any]  # the fields of models.Issued
    family: uuid.UUID
    scope: str  # all that was granted, whatever this request narrows it to
    requested_scope: str
    spelling: dict[str, str]
    audience: list[str]
    sub: str
    sid: str
    nonce: str = ""
    code: AuthorizationCode | None = None
    refresh_token: RefreshToken | None = None
    jti: uuid.UUID = field(default_factory=uuid.uuid4)

    @classmethod
    def of(cls, source: AuthorizationCode | RefreshToken) -> Self:
        """Everything that a code or a refresh token hands on."""
        is_code = isinstance(source, AuthorizationCode)
        return cls(
            origin={
                "authorization": source.authorization,
                "session": source.session,
                "auth_time": source.auth_time,
                "acr": source.acr,
                "offline": source.offline,
            },
            family=source.family if is_code else source.token_family,
            scope=source.scope,
            requested_scope=source.requested_scope,
            spelling=source.scope_spelling,
            audience=source.resource,
            sub=str(source.user.sub),
            sid=str(source.session.sid),
            nonce=source.nonce if is_code else "",  # OIDC Core §12.2
            code=source if is_code else None,
            refresh_token=None if is_code else source,
        )

    def narrow(self, scopes: list[str]) -> None:
        """A token for fewer scopes is meant for fewer resource servers."""
        if set(scopes) != set(self.scope.split()):
            owners = audience(frozenset(scopes))
            self.audience = [owner for owner in self.audience if owner in owners]

    @property
    def auth_time(self) -> int:
        """The sign-in it all came of; refreshing does not move it (OIDC Core §12.2)."""
        return int(self.origin["auth_time"].timestamp())


class TokenRequest(Request):
    """oauthlib's request with what the validator put on it; a name for the types."""

    client: Client
    client_id: str
    user: User
    scopes: list[str]
    refresh_token: str
    issue: Issue
    issued: dict[str, Any]  # the fields of a new code
    access_token: AccessToken


def audience(scopes: frozenset[str], resources: tuple[str, ...] = ()) -> list[str]:
    """The resource servers that own a granted scope, among those asked for if any.

    RFC 9068 §3, RFC 8707 §2. Empty if the token is for this server alone.
    """
    owners = ResourceScope.objects.filter(name__in=scopes).values_list(
        "resource_server__identifier", flat=True
    )
    found = sorted(set(owners))
    return [owner for owner in found if not resources or owner in resources]


def presented(token: str) -> AccessToken | None:
    """The live access token of ours that was presented, or None.

    Found by its fingerprint: a token we did not issue, or an ID token, is not there.
    Who it was meant for (``aud``) is the caller's question.
    """
    found = (
        AccessToken.objects.live()
        .select_related("user", "application", "session", "authorization")
        .filter(token_checksum=fingerprint(token))
        .first()
    )
    if found is None or found.authorization.revoked_at is not None:
        return None
    if not found.user.still_vouches_for(found.auth_time):
        return None
    return found if found.application.is_usable(None) else None


def lifetime(request: TokenRequest) -> int:
    """Seconds an access token of this client lives."""
    seconds: int = request.client.access_token_lifetime
    return seconds


def access_token(request: TokenRequest) -> str:
    """A JWT access token: RFC 9068 §2. Holds nothing about the person but ``sub``."""
    issue = request.issue
    issue.narrow(request.scopes)
    now = int(time.time())
    claims = {
        "iss": settings.URL,
        "exp": now + lifetime(request),
        "aud": issue.audience or [settings.URL],
        "sub": issue.sub,
        "client_id": request.client.client_id,
        "iat": now,
        "jti": str(issue.jti),
        "scope": " ".join(request.scopes),
        "sid": issue.sid,
        "auth_time": issue.auth_time,
        "acr": issue.origin["acr"],
    }
    return signer(Purpose.ACCESS_TOKEN).sign(claims, typ="at+jwt")  # RFC 9068 §2.1


def refresh_token(request: TokenRequest) -> str:
    """An opaque refresh token: 256 bits (RFC 6749 §10.10)."""
    return secrets.token_urlsafe(32)


def id_token(prepared: dict[str, Any], request: TokenRequest) -> str:
    """An ID token; ``prepared`` holds oauthlib's ``aud``, ``iat`` and ``at_hash``.

    No claim about the person but ``sub``: the scopes' claims are UserInfo's
    (OIDC Core §5.4).
    """
    issue = request.issue
    claims = prepared | {
        "iss": settings.URL,
        "sub": issue.sub,
        "exp": prepared["iat"] + ID_TOKEN_LIFETIME,
        "auth_time": issue.auth_time,
        "acr": issue.origin["acr"],
        "sid": issue.sid,
    }
    if issue.nonce:
        claims["nonce"] = issue.nonce
    return signer(Purpose.ID_TOKEN).sign(claims, typ="JWT")
