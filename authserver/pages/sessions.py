"""Where one is signed in, and signing out there."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from authserver import browsers
from authserver.models import Session
from authserver.pages.answers import SeeOther, SignedInRequest
from authserver.sessions import current_session, end_one, end_others, live_of


@dataclass(frozen=True, slots=True)
class Place:
    """A session in a person's words."""

    session: Session
    name: str
    is_phone: bool
    is_here: bool

    @classmethod
    def of(cls, session: Session, here: Session | None) -> "Place":
        """Named after what its browser says of itself."""
        agent = session.user_agent
        name, is_phone = browsers.name(agent), browsers.is_held_in_a_hand(agent)
        return cls(session, name, is_phone, session == here)


@never_cache
@require_safe
@login_required
def sessions(request: SignedInRequest) -> HttpResponse:
    """Every browser in which one is signed in, this one first."""
    here = current_session(request)
    places = [Place.of(session, here) for session in live_of(request.user)]
    places.sort(key=lambda place: not place.is_here)
    return render(request, "sessions.html", {"here": "sessions", "places": places})


@require_POST
@login_required
def sign_out_there(request: SignedInRequest, sid: UUID) -> HttpResponse:
    """End one other session, with what was lent until its end."""
    if end_one(request, sid):
        messages.success(request, "That browser is signed out.")
    else:
        messages.info(request, "That browser was signed out already.")
    return SeeOther(reverse("sessions"))


@require_POST
@login_required
def sign_out_elsewhere(request: SignedInRequest) -> HttpResponse:
    """End every session but this one."""
    count = end_others(request)
    browsers_ended = "One other browser is" if count == 1 else f"{count} browsers are"
    messages.success(request, f"{browsers_ended} signed out. This one is not.")
    return SeeOther(reverse("sessions"))
