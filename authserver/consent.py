"""Consent: when it is needed, what the page shows, and what a decision does."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from authserver import redirect_uris, scopes
from authserver.authorization_request import (
    AuthorizationRequest,
    RequestGone,
    must_sign_in,
)
from authserver.authorization_response import failure, success
from authserver.models import Authorization, Client, Event, PendingRequest, User
from authserver.scopes import OFFLINE_ACCESS, OPENID, Scope
from authserver.sessions import current_session


@dataclass(frozen=True, slots=True)
class Row:
    """One permission on the page. A required one is ticked and locked."""

    name: str  # the value of the checkbox ``scope``
    sentence: str
    required: bool
    granted_before: bool


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """All that the consent page says."""

    request_id: str
    client: Client  # name, logo, client_uri, policy_uri, tos_uri, created
    returns_to: str  # the host
    rows: tuple[Row, ...]
    cannot: tuple[str, ...]
    lifetime: str

    @property
    def has_choice(self) -> bool:
        """Whether any box can be ticked; else only allow or deny."""
        return any(not row.required for row in self.rows)


def needed(asked: AuthorizationRequest, client: Client, user: User) -> bool:
    """Whether the person must be asked (RFC 6749 §4.1.1, OIDC Core §3.1.2.4)."""
    if client.is_first_party:
        return False
    if "consent" in asked.prompt or client.is_public:  # RFC 8252 §8.6
        return True
    return not set(asked.scopes) <= granted_before(client, user)


def granted_before(client: Client, user: User) -> frozenset[str]:
    """What the person allowed this client earlier and has not taken back."""
    live = Authorization.objects.live().filter(user=user, client=client).first()
    return live.scopes if live else frozenset()


def page(pending: PendingRequest, user: User) -> ConsentPage:
    """What to show for a pending request."""
    asked, client = AuthorizationRequest.of(pending), pending.client
    catalogue = scopes.catalogue()
    shown = [catalogue[name] for name in asked.scopes if name in catalogue]
    locked, before = _locked(shown, client), granted_before(client, user)
    return ConsentPage(
        request_id=pending.id,
        client=client,
        returns_to=redirect_uris.host(asked.redirect_uri),
        rows=tuple(
            Row(scope.name, scope.sentence, scope.name in locked, scope.name in before)
            for scope in shown
        ),
        cannot=tuple(dict.fromkeys(scope.cannot for scope in shown if scope.cannot)),
        lifetime=_lifetime(asked),
    )


def decide(
    request: HttpRequest, pending: PendingRequest, *, allow: bool, scope: Iterable[str]
) -> HttpResponse:
    """Answer the client with a code or ``access_denied``.

    ``scope`` comes from the form: what was not asked for is ignored, and what is
    locked on the page counts as ticked. Raises RequestGone if nobody is signed in, or
    somebody whom the request does not mean, or if it was answered before: one request
    gives one code.
    """
    session = current_session(request)
    if session is None or must_sign_in(pending, session):
        raise RequestGone
    asked, client, user = AuthorizationRequest.of(pending), pending.client, session.user
    if not asked.means(user):
        raise RequestGone
    catalogue = scopes.catalogue()
    locked = _locked([catalogue[s] for s in asked.scopes if s in catalogue], client)
    granted = tuple(s for s in asked.scopes if s in locked | set(scope))
    if not PendingRequest.objects.answer(pending.pk):
        raise RequestGone
    if not allow or not granted:
        Event.objects.record(Event.Kind.DENIED, request, user=user, client=client)
        denied = "The resource owner denied the request."
        return failure(request, asked.return_address, "access_denied", denied)
    Event.objects.record(
        Event.Kind.GRANTED, request, user=user, client=client, reason=" ".join(granted)
    )
    return success(request, asked, client, session, granted)


def _locked(shown: Iterable[Scope], client: Client) -> frozenset[str]:
    """Rows without a choice: required by the client, or the only thing asked for."""
    required = client.required_scopes | {OPENID}
    optional = [s for s in shown if s.name not in required and s.name != OFFLINE_ACCESS]
    if len(optional) == 1 and optional[0].is_data:
        required |= {optional[0].name}
    return frozenset(required)


def _lifetime(asked: AuthorizationRequest) -> str:
    until = "until you sign out of Photos Account"
    if OFFLINE_ACCESS in asked.scopes:
        until += ", or for a year if you allow it to keep access"
    return f"{until}. You can take it back at any time."
