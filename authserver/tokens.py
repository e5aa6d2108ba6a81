"""What is minted: access tokens (RFC 9068 §2), refresh and ID tokens (OIDC Core §2)."""

import secrets
import time
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings
from django.http import QueryDict
from oauthlib.common import Request
from oauthlib.oauth2 import InvalidScopeError

from authserver.claims import SCOPE_OF
from authserver.claims import of as claims_of
from authserver.key_material import half_hash
from authserver.keys import Purpose, signer
from authserver.models import (
    AccessToken,
    AuthorizationCode,
    Client,
    DeviceGrant,
    RefreshToken,
    ResourceScope,
    User,
)
from authserver.models.grants import fingerprint
from authserver.prepared import PARAMETER, One
from authserver.scopes import OPENID

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
    resource: list[str]  # every resource server that it was granted for
    audience: list[str]  # those that this request narrows it to
    sub: str
    sid: str
    nonce: str = ""
    code: AuthorizationCode | None = None
    refresh_token: RefreshToken | None = None
    jti: uuid.UUID = field(default_factory=uuid.uuid4)
    access_token: str = ""  # once it is made: the ID token holds its hash

    @classmethod
    def of(cls, source: AuthorizationCode | DeviceGrant | RefreshToken) -> Self:
        """Everything that a code, a device grant or a refresh token hands on."""
        is_code = isinstance(source, AuthorizationCode)
        is_refresh = isinstance(source, RefreshToken)
        session = source.session
        assert session is not None  # noqa: S101  # an allowed grant has one
        return cls(
            origin={
                "authorization": source.authorization,
                "session": session,
                "auth_time": source.auth_time,
                "acr": source.acr,
                "offline": source.offline,
                "requested_claims": source.requested_claims,
            },
            family=source.token_family if is_refresh else source.family,
            scope=source.scope,
            requested_scope=source.requested_scope,
            spelling=source.scope_spelling,
            resource=source.resource,
            audience=source.resource,
            sub=str(source.user.sub),
            sid=str(session.sid),
            nonce=source.nonce if is_code else "",  # OIDC Core §12.2
            code=source if is_code else None,
            refresh_token=source if is_refresh else None,
        )

    def narrow(self, scopes: list[str]) -> list[str]:
        """Make scopes and resource servers of an access token fit each other.

        A token for fewer scopes is meant for fewer resource servers; and one for fewer
        resource servers holds no scope of the others, where it would mean nothing
        (RFC 8707 §2.2, RFC 9068 §3). Raises InvalidScopeError if none is left.
        """
        is_whole = set(scopes) == set(self.scope.split())
        if is_whole and set(self.audience) == set(self.resource):
            return scopes
        owner = owners(scopes)
        kept = [s for s in scopes if s not in owner or owner[s] in self.audience]
        if not kept:
            raise InvalidScopeError("No scope belongs to the resource asked for.")
        found = {owner[scope] for scope in kept if scope in owner}
        found |= {settings.URL} if OPENID in kept else set()
        self.audience = [server for server in self.audience if server in found]
        return kept

    def id_token_claims(self, user: User, scopes: list[str]) -> dict[str, Any]:
        """Claims asked for in the ID token, one by one (OIDC Core §5.5).

        One that came with a scope goes with it, when a refresh leaves the scope out.
        """
        lost = set(self.scope.split()) - set(scopes)
        wanted = self.origin["requested_claims"].get("id_token", {})
        kept = {n: v for n, v in wanted.items() if SCOPE_OF.get(n) not in lost}
        return claims_of(user, (), kept) if kept else {}

    @property
    def auth_time(self) -> int:
        """The sign-in it all came of; refreshing does not move it (OIDC Core §12.2)."""
        return int(self.origin["auth_time"].timestamp())


class TokenRequest(Request):
    """oauthlib's request with what the validator puts on it."""

    client: Client
    client_id: str
    grant_type: str
    user: User
    scopes: list[str]
    refresh_token: str | None
    device_code: str
    issue: Issue
    issued: dict[str, Any]  # the fields of a new code
    access_token: AccessToken
    is_locked = True  # what it presents is read with its row locked
    source: AuthorizationCode | RefreshToken | None = None  # read already

    @classmethod
    def of(cls, form: QueryDict, headers: dict[str, str]) -> Self:
        """What a client posted, as it was read and checked; not parsed again.

        Each parameter becomes an attribute: only known ones may be in the form.
        """
        request = cls("", "POST", None, headers)
        request.decoded_body = [(n, v) for n, some in form.lists() for v in some]
        for name, value in form.items():
            setattr(request, name, value)
        return request


def audience(scopes: frozenset[str], resources: tuple[str, ...] = ()) -> list[str]:
    """The resource servers that own a granted scope, among those asked for if any.

    RFC 9068 §3, RFC 8707 §2. Empty if the token is for this server alone. It is one of
    several where UserInfo is meant too: with ``openid``, unless only others were named.
    """
    owning = sorted(set(owners(scopes).values()))
    found = [owner for owner in owning if not resources or owner in resources]
    is_for_us = OPENID in scopes and (not resources or settings.URL in resources)
    return [*found, settings.URL] if found and is_for_us else found


def fitting(scopes: Iterable[str], resources: Collection[str]) -> list[str]:
    """Those scopes that a token for these resource servers may hold, all if none."""
    owner = owners(scopes) if resources else {}
    return [s for s in scopes if s not in owner or owner[s] in resources]


def owners(scopes: Iterable[str]) -> dict[str, str]:
    """Scope → identifier of its resource server; OpenID's own have none."""
    owned = ResourceScope.objects.filter(name__in=scopes)
    return dict(owned.values_list("name", "resource_server__identifier"))


PRESENTED = One(
    lambda: AccessToken.objects.select_related(
        "user", "application", "session", "authorization"
    ).filter(token_checksum=PARAMETER)
)


def presented(token: str) -> AccessToken | None:
    """The live access token of ours that was presented, or None.

    Found by its fingerprint: a token we did not issue, or an ID token, is not there.
    Who it was meant for (``aud``) is the caller's question.
    """
    found = PRESENTED.get(fingerprint(token))
    if found is None or not found.is_live or found.authorization.revoked_at is not None:
        return None
    if not found.user.still_vouches_for(found.auth_time):
        return None
    return found if found.application.is_usable(None) else None


def is_for_us(token: AccessToken) -> bool:
    """Whether this server's own UserInfo is in its audience (RFC 9068 §4)."""
    return not token.resource or settings.URL in token.resource


def lifetime(request: TokenRequest) -> int:
    """Seconds an access token of this client lives."""
    seconds: int = request.client.access_token_lifetime
    return seconds


def access_token(request: TokenRequest) -> str:
    """A JWT access token: RFC 9068 §2. Holds nothing about the person but ``sub``."""
    issue = request.issue
    request.scopes = issue.narrow(request.scopes)
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
    signing = signer(Purpose.ACCESS_TOKEN)
    issue.access_token = signing.sign(claims, typ="at+jwt")  # RFC 9068 §2.1
    return issue.access_token


def refresh_token(request: TokenRequest) -> str:
    """An opaque refresh token: 256 bits (RFC 6749 §10.10)."""
    return secrets.token_urlsafe(32)


def id_token(prepared: dict[str, Any], request: TokenRequest) -> str:
    """An ID token; ``prepared`` holds oauthlib's ``aud`` and ``iat``.

    Of claims about the person only ``sub`` and those asked for here one by one: the
    scopes' claims are UserInfo's (OIDC Core §5.4).
    """
    issue, algorithm = request.issue, request.client.id_token_signed_response_alg
    claims = issue.id_token_claims(request.user, request.scopes) | prepared
    claims |= {
        "iss": settings.URL,
        "sub": issue.sub,
        "exp": prepared["iat"] + ID_TOKEN_LIFETIME,
        "auth_time": issue.auth_time,
        "acr": issue.origin["acr"],
        "sid": issue.sid,
        "at_hash": half_hash(issue.access_token, algorithm),
    }
    if issue.nonce:
        claims["nonce"] = issue.nonce
    return signer(Purpose.ID_TOKEN, algorithm).sign(claims, typ="JWT")
