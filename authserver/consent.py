"""Consent: when it is needed, what the page shows, and what a decision does."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from django.http import HttpRequest, HttpResponse, QueryDict

from authserver import claims, redirect_uris, scopes
from authserver.authorization_request import (
    AuthorizationRequest,
    Granted,
    RequestGone,
    must_sign_in,
)
from authserver.authorization_response import failure, success
from authserver.models import Authorization, Client, Event, PendingRequest, User
from authserver.prepared import PARAMETER, One
from authserver.scopes import OFFLINE_ACCESS, OPENID, Scope
from authserver.sessions import current_session

LIVE = One(
    lambda: Authorization.objects.live().filter(user=PARAMETER).filter(client=PARAMETER)
)


@dataclass(frozen=True, slots=True)
class Row:
    """One permission on the page: ``<input type=checkbox name={field} value={name}>``.

    A required one is ticked and locked. A claim asked for by itself, beyond what the
    scopes tell, is a row too (OIDC Core §5.5).
    """

    name: str
    sentence: str
    required: bool = False
    essential: bool = False  # the client says so, and may be refused all the same
    granted_before: bool = False
    field: str = "scope"  # or "claim": a scope and a claim may have the same name
    owner: str = ""  # the name of the resource server that it opens, if any
    ticked: bool = False  # as it was sent, or before: as it is to be shown first

    def sent(self, form: QueryDict) -> Self:
        """The row as it was sent with a form."""
        ticked = self.required or self.name in form.getlist(self.field)
        return replace(self, ticked=ticked)


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

    def sent(self, form: QueryDict) -> Self:
        """The page again, with the boxes as they were sent."""
        return replace(self, rows=tuple(row.sent(form) for row in self.rows))


def needed(asked: AuthorizationRequest, client: Client, before: Authorization) -> bool:
    """Whether the person must be asked (RFC 6749 §4.1.1, OIDC Core §3.1.2.4).

    A public client is asked for each time, for anybody could use its name.
    """
    if "consent" in asked.prompt or client.is_public:  # RFC 8252 §8.6
        return True
    if client.is_first_party:
        return False
    return not before.covers(asked.scopes, asked.single_claims)


def granted_before(client: Client, user: User) -> Authorization:
    """What the person allowed this client earlier and has not taken back."""
    live = LIVE.get(user.pk, client.pk) or Authorization()
    live.client = client  # known: not read again
    return live


def page(pending: PendingRequest, user: User) -> ConsentPage:
    """What to show for a pending request."""
    asked, client = AuthorizationRequest.of(pending), pending.client
    catalogue = scopes.catalogue()
    shown = [catalogue[name] for name in asked.scopes if name in catalogue]
    before = granted_before(client, user)
    return ConsentPage(
        request_id=pending.id,
        client=client,
        returns_to=redirect_uris.host(asked.redirect_uri),
        rows=scope_rows(shown, client, before, asked.single_claims)
        + _claim_rows(asked, before),
        cannot=tuple(dict.fromkeys(scope.cannot for scope in shown if scope.cannot)),
        lifetime=lifetime(asked.scopes),
    )


def scope_rows(
    shown: Iterable[Scope],
    client: Client,
    before: Authorization,
    single_claims: tuple[str, ...] = (),
) -> tuple[Row, ...]:
    """A row for each scope asked for; single claims get rows elsewhere."""
    shown = tuple(shown)
    locked = _locked(shown, client, single_claims)
    return tuple(
        Row(
            scope.name,
            scope.sentence,
            required=scope.name in locked,
            granted_before=scope.name in before.scopes,
            owner=scope.owner_name,
            ticked=scope.name in locked | before.scopes,
        )
        for scope in shown
    )


def _claim_rows(asked: AuthorizationRequest, before: Authorization) -> tuple[Row, ...]:
    """A row for each claim asked for by itself: ticked if the client says it cannot do
    its work without, but never locked (OIDC Core §5.5.1).
    """
    return tuple(
        Row(
            name,
            claims.SENTENCES[name],
            essential=name in asked.essential,
            granted_before=name in before.claim_names,
            field="claim",
            ticked=name in before.claim_names or name in asked.essential,
        )
        for name in asked.single_claims
    )


def decide(
    request: HttpRequest,
    pending: PendingRequest,
    *,
    allow: bool,
    scope: Iterable[str],
    claim: Iterable[str] = (),
) -> HttpResponse:
    """Answer the client with a code or ``access_denied``.

    ``scope`` and ``claim`` come from the form: what was not asked for is ignored, and
    what is locked on the page counts as ticked. Raises RequestGone if nobody is signed
    in, or somebody whom the request does not mean, or if it was answered before: one
    request gives one code.
    """
    session = current_session(request)
    if session is None or must_sign_in(pending, session):
        raise RequestGone
    asked, client, user = AuthorizationRequest.of(pending), pending.client, session.user
    if not asked.means(user):
        raise RequestGone
    catalogue = scopes.catalogue()
    shown = [catalogue[name] for name in asked.scopes if name in catalogue]
    locked = _locked(shown, client, asked.single_claims)
    granted = Granted(
        tuple(name for name in asked.scopes if name in locked.union(scope)),
        tuple(name for name in asked.single_claims if name in set(claim)),
    )
    if not PendingRequest.objects.answer(pending.pk):
        raise RequestGone
    if not allow or not granted.scopes:
        Event.objects.record(Event.Kind.DENIED, request, user=user, client=client)
        denied = "The resource owner denied the request."
        return failure(request, asked.return_address, "access_denied", denied)
    told = " ".join((*granted.scopes, *granted.claims))
    Event.objects.record(
        Event.Kind.GRANTED, request, user=user, client=client, reason=told
    )
    return success(request, asked, client, session, granted)


def _locked(
    shown: Iterable[Scope], client: Client, single_claims: tuple[str, ...]
) -> frozenset[str]:
    """Rows without a choice: required by the client, or the only thing asked for."""
    required = client.required_scopes | {OPENID}
    optional = [s for s in shown if s.name not in required and s.name != OFFLINE_ACCESS]
    if len(optional) == 1 and optional[0].is_data and not single_claims:
        required |= {optional[0].name}
    return frozenset(required)


def lifetime(asked: Iterable[str]) -> str:
    """How long access for these scopes lasts, as the end of a sentence."""
    until = "until you sign out of Photos Account"
    if OFFLINE_ACCESS in asked:
        until += ", or for a year if you allow it to keep access"
    return f"{until}. You can take it back at any time."
