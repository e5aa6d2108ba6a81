"""The screen of the photo station: what it shows, and its few large buttons.

The station's program runs in this server; the page is only its screen, bound to a visit
by a cookie that signs nobody in. No token and no device_code ever gets here.
"""

import uuid
from collections.abc import Callable, Mapping
from functools import wraps

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from printshop.models.stations import Problem, Stage, StationVisit
from printshop.pages.pictures import jpeg
from printshop.products import PRODUCTS
from printshop.station import device_grant, lent, picks, prints, visits
from printshop.station.qr import Drawing

View = Callable[..., HttpResponseBase]
only_us = csp_replace({"form-action": ["'self'"]})

PROBLEMS: Mapping[str, tuple[str, str]] = {
    Problem.DENIED: (
        "You said no, and that is fine",
        "The station has learnt nothing about you.",
    ),
    Problem.EXPIRED: (
        "Time ran out",
        "Nobody answered on a phone in time. Nothing was changed.",
    ),
    Problem.REFUSED: (
        "That did not work",
        "Your account answered what this station cannot use. Nothing is kept here.",
    ),
    Problem.TAKEN_BACK: (
        "Your access has ended",
        "You signed out elsewhere, or took back what you lent this station.",
    ),
    Problem.NO_PHOTOS: (
        "We may not see your photos",
        "You left that permission out, so there is nothing to print. You can begin"
        " again and allow it.",
    ),
    Problem.NONE_PICKED: (
        "No photo to print",
        "None was picked, or none of them can be printed. Nothing is kept here.",
    ),
    Problem.LEFT: (
        "Goodbye",
        "Nobody touched the screen, so we signed you out here. Nothing is kept.",
    ),
}


def at_a_station(view: View) -> View:
    """There is a station here only where it has been registered as a client."""

    @wraps(view)
    def guarded(
        request: HttpRequest, *args: object, **more: object
    ) -> HttpResponseBase:
        if not settings.STATION_CLIENT_ID:
            raise Http404
        return view(request, *args, **more)

    return guarded


@at_a_station
@never_cache
@only_us
@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    """What the person in front of it sees now."""
    visit = _visit(request)
    if visit:
        visits.attend(visit)
    page = "start" if visit is None else PAGES[Stage(visit.stage)]
    return render(request, f"station_{page}.html", _shown(visit))


@at_a_station
@never_cache
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """The same for the page's script: a version that changes when the page does."""
    visit = _visit(request)
    if visit:
        visits.attend(visit)
    return JsonResponse(_progress(visit))


@at_a_station
@never_cache
@require_POST
def touch(request: HttpRequest) -> HttpResponse:
    """A button: begin, stay, choose, put into the cart, leave."""
    visit, do = _visit(request), request.POST.get("do", "")
    if do == "begin":
        return _begin(visit)
    if visit is None:
        return redirect("station")
    StationVisit.objects.touched(visit)
    if do in BUTTONS:
        BUTTONS[do](visit)
    elif do in prints.OFFERED:
        StationVisit.objects.chose(visit, product_code=do)
    return redirect("station")


@at_a_station
@never_cache  # nothing of a visit stays in a browser that everybody uses
@require_safe
def photo(request: HttpRequest, original_id: uuid.UUID) -> HttpResponse:
    """A small picture of what was picked in this visit, for as long as it lasts."""
    visit = _visit(request)
    if visit is None or visit.selection_id is None or visit.is_forsaken:
        raise Http404
    return jpeg(get_object_or_404(visit.photos, pk=original_id))


def _visit(request: HttpRequest) -> StationVisit | None:
    """The visit of this screen; why it ended is shown for a minute."""
    cookie = request.COOKIES.get(settings.STATION_COOKIE_NAME, "")
    visit = StationVisit.objects.on(cookie)
    return None if visit and visit.is_history else visit


def _begin(before: StationVisit | None) -> HttpResponse:
    """A new visit under a new cookie; whoever was here before is signed out."""
    response = redirect("station")
    response.set_cookie(
        settings.STATION_COOKIE_NAME,
        visits.begin(before),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _copies(visit: StationVisit, more: int) -> None:
    copies = min(max(visit.copies + more, 1), prints.MOST_COPIES)
    StationVisit.objects.chose(visit, copies=copies)


BUTTONS: Mapping[str, Callable[[StationVisit], None]] = {
    "fewer": lambda visit: _copies(visit, -1),
    "more": lambda visit: _copies(visit, 1),
    "order": prints.carry,
    "leave": lent.end,
}
PAGES: Mapping[Stage, str] = {
    Stage.ASKING: "code",
    Stage.WAITING: "code",
    Stage.MEETING: "pick",
    Stage.PICKING: "pick",
    Stage.FETCHING: "pick",
    Stage.CHOOSING: "choose",
    Stage.CARRIED: "carried",
    Stage.ENDED: "start",
}


def _progress(visit: StationVisit | None) -> dict[str, object]:
    if visit is None or visit.stage == Stage.ENDED:
        return {"version": f"ended-{bool(visit)}"}
    total = visit.selection.originals.count() if visit.selection else 0
    waiting = visit.selection.originals.waiting().count() if visit.selection else 0
    version = f"{visit.stage}-{bool(total)}-{bool(visit.failures)}-{visit.warns}"
    return {"version": version, "done": total - waiting, "total": total}


def _shown(visit: StationVisit | None) -> dict[str, object]:
    """Whatever the page of this stage needs."""
    page: dict[str, object] = {"visit": visit, **_progress(visit)}
    if visit and visit.customer:  # the first name will do in a hall
        page["name"] = visit.customer.name.partition(" ")[0]
    match visit and Stage(visit.stage), visit:
        case Stage.ENDED, StationVisit(problem=problem) if problem in PROBLEMS:
            page["problem"] = PROBLEMS[problem]
        case Stage.WAITING, StationVisit() as waiting:
            page["qr"] = Drawing.of(
                waiting.verification_uri_complete or waiting.verification_uri
            )
            page["spoken"] = device_grant.spoken(waiting.user_code)
        case Stage.PICKING, StationVisit() as picking:
            page["link"] = f"{picking.picker_uri.rstrip('/')}/autoclose"
            page["qr"] = Drawing.of(picking.picker_uri)
            page["most"] = picks.MOST
        case ((Stage.CHOOSING | Stage.CARRIED), StationVisit() as choosing):
            page["photos"] = choosing.photos
            page["refused"] = choosing.refused
            page["blurred"] = prints.blurred(choosing)
            page["most"] = prints.MOST_COPIES
            page["products"] = [PRODUCTS[code] for code in prints.OFFERED]
            page["product"] = PRODUCTS[choosing.product_code]
            page["quote"] = prints.quote(choosing)
            page["link"] = f"{settings.URL}{reverse('cart')}"
            page["qr"] = Drawing.of(str(page["link"]))
    return page
