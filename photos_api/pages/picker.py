"""The picker: an app asked, its owner chooses, the app learns of nothing else.

Everything is one form, so that it works without a script: what was picked travels in
it, from page to page of the library, until somebody presses Done.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from photos_api.models import App, Photo, PickingSession
from photos_api.pages.answers import explain, photos, scripted
from photos_api.pages.picking import SHOW, Picking, chosen
from photos_api.pages.requests import OwnersRequest


@never_cache
@scripted
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pick(
    request: OwnersRequest, session_id: str, *, autoclose: bool = False
) -> HttpResponse:
    """Show the library with a checkbox on each photo; POST is the Done button.

    But for the other buttons of the form, which only show something else.
    """
    session = PickingSession.objects.filter(pk=session_id).first()
    if refusal := _refusal(request, session):
        return refusal
    assert session  # noqa: S101 # or it was refused
    if session.finished_at:
        return _finished(request, session, autoclose=autoclose)
    if request.method != "POST" or not SHOW.isdisjoint(request.POST):
        return Picking(request, session).answer()
    return _choose(request, session)


def _refusal(
    request: OwnersRequest, session: PickingSession | None
) -> HttpResponse | None:
    if session is None:
        return explain(
            request,
            "This choice is over",
            "The app that asked you for photos has finished with this choice or has "
            "cancelled it. Your photos are where they were. If you want to pick some, "
            "start again in the app.",
            status=404,
        )
    if session.owner_id != request.user.pk:
        return render(request, "not_yours.html", status=403)
    if session.expired and not session.finished_at:
        return explain(
            request,
            "This choice has expired",
            "An app asked you for photos more than a week ago. Nothing was shared. Go "
            "back to the app and start again there.",
            status=410,
        )
    return None


def _choose(request: OwnersRequest, session: PickingSession) -> HttpResponse:
    """Finish with what was ticked, or say why that cannot be done."""
    ids = chosen(request)
    mine = Photo.objects.owned_by(request.user).in_bulk(ids)
    if problem := _problem(session, len(ids), len(mine)):
        return Picking(request, session, problem).answer()
    session.choose(ids)  # False: done in another tab; the page says so either way
    return redirect(request.path)  # where the page says that it is done


def _problem(session: PickingSession, wanted: int, found: int) -> str:
    if gone := wanted - found:
        rest = f"{photos(found)} left: press Done again" if found else "none is left"
        return (
            f"{photos(gone)} that you picked cannot be shared: not in your library "
            f"any more. Of your choice, {rest}. Nothing was shared yet."
        )
    if wanted > session.max_item_count:
        return (
            f"You picked {wanted} photos, but this app can take only "
            f"{session.max_item_count}. Untick some of them. Nothing was shared yet."
        )
    return ""


def _finished(
    request: OwnersRequest, session: PickingSession, *, autoclose: bool
) -> HttpResponse:
    """Say what was shared; the address is good for nothing else any more."""
    picks = session.picks.order_by("position").values_list("photo_id", flat=True)
    if request.method == "POST":
        if chosen(request) != list(picks):
            messages.warning(
                request,
                "You were done with this choice before, perhaps in another tab. What "
                "you picked on this page was not shared.",
            )
        return redirect(request.path)
    context = {
        "app": App.name_of(session.client_id),
        "count": len(picks.filter(photo__deleted_at=None)),
        "autoclose": autoclose,
    }
    return render(request, "picked.html", context)
