"""The picker: an app asked, its owner chooses, the app learns of nothing else."""

import re

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from photos_api.models import App, Photo, PickingSession
from photos_api.models.picking import MOST_ITEMS
from photos_api.pages.answers import explain
from photos_api.pages.gallery import by_month
from photos_api.pages.requests import OwnersRequest

ID = re.compile("[A-Za-z0-9_-]{1,64}")


@never_cache
@csp_update({"script-src": ["'self'"]})  # type: ignore[arg-type] # it knows no arguments
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pick(
    request: OwnersRequest, session_id: str, *, autoclose: bool = False
) -> HttpResponse:
    """Show the library with a checkbox on each photo; POST is the Done button."""
    session = PickingSession.objects.filter(pk=session_id).first()
    if session is None:
        raise Http404
    if refusal := _refusal(request, session):
        return refusal
    if session.finished_at:
        return _done(request, session, autoclose=autoclose)
    if request.method != "POST":
        return _library(request, session)
    if problem := _choose(request, session):
        return _library(request, session, problem)
    return redirect(request.path)  # where the page says that it is done


def _refusal(request: OwnersRequest, session: PickingSession) -> HttpResponse | None:
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


def _choose(request: OwnersRequest, session: PickingSession) -> str:
    """Finish with what was ticked; a sentence says why it could not be done."""
    ids = chosen(request)
    if len(ids) > session.max_item_count:
        return (
            f"You ticked {len(ids)} photos, but this app can take only "
            f"{session.max_item_count}. Untick some of them. Nothing was shared yet."
        )
    possible = [i for i in ids if ID.fullmatch(i)]
    mine = Photo.objects.owned_by(request.user)
    found = mine.filter(pk__in=possible).count()
    if found < len(ids):
        return "Some of these photos are not there any more. Nothing was shared yet."
    session.choose(ids)  # False: done in another tab; the page says so either way
    return ""


def chosen(request: HttpRequest) -> list[str]:
    """The ticked ids: in the order of ticking if a script told it, else as shown."""
    ticked = dict.fromkeys(i[:65] for i in request.POST.getlist("photo"))
    told = request.POST.get("order", "").split(",")
    first = {i: None for i in told if i in ticked}
    return list(first | ticked)


def _library(
    request: OwnersRequest, session: PickingSession, problem: str = ""
) -> HttpResponse:
    mine = Photo.objects.owned_by(request.user).select_related("original")
    photos = list(mine.order_by("-creation_time", "-pk")[:MOST_ITEMS])
    context = {
        "app": App.name_of(session.client_id),
        "limit": session.max_item_count,
        "problem": problem,
        "months": by_month(photos),
        "ticked": set(chosen(request)) if request.method == "POST" else set(),
    }
    return render(request, "picker.html", context, status=400 if problem else 200)


def _done(
    request: OwnersRequest, session: PickingSession, *, autoclose: bool
) -> HttpResponse:
    context = {
        "app": App.name_of(session.client_id),
        "count": session.picks.count(),
        "autoclose": autoclose,
    }
    return render(request, "picked.html", context)
