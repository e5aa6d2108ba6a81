"""The authorization request, parsed and frozen: whoever holds one need not check again.

The endpoint keeps it server-side as a PendingRequest; the pages know only its id:

1. ``/oauth/authorize`` checks, keeps the request, and redirects to
   ``/sign-in/?request=<id>`` if somebody must sign in (or sign in again), to
   ``/consent/<id>/`` if a decision is needed, or straight back to the client.
2. The sign-in page calls ``pending_of(request, id)`` when it is shown; after a right
   password ``sessions.start_session(request, user)`` and then
   ``return authorization.resume(request, pending)``.
3. The consent page shows ``consent.page(pending, user)`` and, on POST, returns
   ``consent.decide(request, pending, allow=…, scope=…, claim=…)`` with the boxes sent.

``pending_of`` raises RequestGone, which a page answers with 404 and a way back. Pages
that lead on to a client need ``form-action`` to name it: ``form_action(pending)``.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django.http import HttpRequest
from django.utils import timezone

from authserver import claims, redirect_uris
from authserver.claims import Requested
from authserver.models import PendingRequest, Session, User
from authserver.sessions import BROWSER, browser_of


class RequestGone(Exception):
    """No such request in this browser: never was, expired, or answered already."""


@dataclass(frozen=True, slots=True)
class ReturnAddress:
    """Where an answer goes, success or error, once the redirect URI is trusted."""

    redirect_uri: str
    state: str = ""
    response_mode: str = "query"


@dataclass(frozen=True, slots=True)
class Granted:
    """What a person allowed: scopes by their short names, and single claims."""

    scopes: tuple[str, ...]
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """A request whose client, redirect URI and parameters were checked."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]  # short names
    spelling: dict[str, str]  # short name → as the client wrote it
    response_mode: str = "query"
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    resource: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    login_hint: str = ""
    only_sub: tuple[str, ...] = ()  # who will do, if a hint or a claim names somebody
    claims: Requested = field(default_factory=dict)
    essential: tuple[str, ...] = ()  # claims that the client says it cannot do without
    include_granted_scopes: bool = False

    @classmethod
    def of(cls, pending: PendingRequest) -> Self:
        """The request that was kept."""
        kept: dict[str, Any] = dict(pending.parameters)
        for name in ("scopes", "resource", "prompt", "only_sub", "essential"):
            kept[name] = tuple(kept[name])
        return cls(**kept)

    @property
    def return_address(self) -> ReturnAddress:
        """Where the answer goes."""
        return ReturnAddress(self.redirect_uri, self.state, self.response_mode)

    @property
    def is_silent(self) -> bool:
        """No page may be shown (OIDC Core §3.1.2.1)."""
        return "none" in self.prompt

    @property
    def everything(self) -> Granted:
        """What it asks for, when nobody leaves anything out."""
        return Granted(self.scopes, self.single_claims)

    @property
    def single_claims(self) -> tuple[str, ...]:
        """Claims asked for one by one that no scope of the request opens."""
        asked = {name for names in self.claims.values() for name in names}
        return tuple(
            name for name in claims.SENTENCES if name in asked - self._of_scopes()
        )

    def _of_scopes(self) -> set[str]:
        return {name for name, scope in claims.SCOPE_OF.items() if scope in self.scopes}

    def means(self, user: User) -> bool:
        """Whether a hint or claim, if there is one, names this person.

        OIDC Core §3.1.2.2, OIDC Core §5.5.1.
        """
        return not self.only_sub or str(user.sub) in self.only_sub

    def keep(self, request: HttpRequest, **fields: Any) -> PendingRequest:
        """Keep it server-side, bound to this browser, with the duty to sign in."""
        return PendingRequest.objects.create(
            browser=browser_of(request),
            parameters=asdict(self),
            must_authenticate_after=self.must_authenticate_after(),
            **fields,
        )

    def must_authenticate_after(self) -> datetime | None:
        """The earliest sign-in that is recent enough, counted from now.

        OIDC Core §3.1.2.1: ``prompt=login`` wants a new one, ``select_account`` lets
        the person choose by one, ``max_age`` says how old it may be.
        """
        if {"login", "select_account"} & set(self.prompt):
            return timezone.now()
        if self.max_age is not None:
            return timezone.now() - timedelta(seconds=self.max_age)
        return None


def pending_of(request: HttpRequest, request_id: str) -> PendingRequest:
    """The pending request of that id in this browser; raises RequestGone."""
    browser = request.session.get(BROWSER)
    if not browser or "\0" in request_id:  # PostgreSQL has no word for NUL
        raise RequestGone
    found = PendingRequest.objects.open().filter(id=request_id, browser=browser)
    pending = found.select_related("client").first()
    if pending is None:
        raise RequestGone
    return pending


def form_action(pending: PendingRequest) -> list[str]:
    """CSP ``form-action`` of a page whose form may end at the client."""
    uri = AuthorizationRequest.of(pending).redirect_uri
    page = redirect_uris.page_behind(uri, pending.client.client_uri)
    return ["'self'", *map(redirect_uris.origin, [uri, *page])]


def must_sign_in(pending: PendingRequest, session: Session | None) -> bool:
    """Whether a sign-in is still owed; the duty is kept here, not in the URL."""
    if session is None:
        return True
    duty = pending.must_authenticate_after  # OIDC Core §3.1.2.1: prompt, max_age
    return duty is not None and session.auth_time < duty
