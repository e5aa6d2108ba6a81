"""What happened with an account, in plain sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from authserver import scopes
from authserver.models import Event
from authserver.pages.answers import SignedInRequest

PER_PAGE = 25
Kind = Event.Kind
SENTENCES = {
    Kind.SIGNED_UP: "You created this account.",
    Kind.SIGNED_IN: "You signed in.",
    Kind.SIGN_IN_FAILED: "Somebody tried to sign in with a wrong password.",
    Kind.SIGNED_OUT: "You signed out.",
    Kind.PASSWORD_CHANGED: "Your password was changed.",
    Kind.GRANTED: "You gave {client} access.",
    Kind.DENIED: "You denied {client} access.",
    Kind.REMOVED: "You took back what {client} was allowed.",
    Kind.REFUSED: "A request of {client} was refused.",
    Kind.CODE_REPLAYED: "A one-time code of {client} was used twice. "
    "Everything that came of it was taken back.",
    Kind.TOKEN_REPLAYED: "A spent refresh token of {client} was used again. "
    "Everything that came of it was taken back.",
    Kind.TOKEN_REVOKED: "{client} gave back its access.",
}
GOOD = {Kind.SIGNED_UP, Kind.SIGNED_IN, Kind.GRANTED}
BAD = {Kind.SIGN_IN_FAILED, Kind.REFUSED, Kind.CODE_REPLAYED, Kind.TOKEN_REPLAYED}


@dataclass(frozen=True, slots=True)
class Line:
    """An event in a person's words; ``tone`` is "good", "bad" or nothing."""

    sentence: str
    details: tuple[str, ...]
    when: datetime
    address: str | None
    tone: str


def line_of(event: Event, catalogue: dict[str, scopes.Scope] | None = None) -> Line:
    """Say an event."""
    kind = Kind(event.kind)
    client = event.client.name if event.client else "an app"
    sentence = SENTENCES[kind].format(client=client)
    return Line(
        sentence[0].upper() + sentence[1:],
        tuple(_details(event, catalogue or {})),
        event.at,
        event.address,
        "good" if kind in GOOD else "bad" if kind in BAD else "",
    )


def _details(event: Event, catalogue: dict[str, scopes.Scope]) -> list[str]:
    """What was granted, or why not; of a wrong password nothing that can be read."""
    match event.kind:
        case Kind.SIGN_IN_FAILED:
            return []
        case Kind.GRANTED:
            names = event.reason.split()
            return [catalogue[name].sentence for name in names if name in catalogue]
    return [event.reason] if event.reason else []


@never_cache
@require_safe
@login_required
def activity(request: SignedInRequest) -> HttpResponse:
    """Everything about this account, newest first."""
    events = request.user.events.select_related("client")
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    catalogue = scopes.catalogue()
    lines = [line_of(event, catalogue) for event in page]
    context = {"here": "activity", "page": page, "lines": lines}
    return render(request, "activity.html", context)
