"""The screen of the photo station: what it shows, and its few large buttons.

The station's program runs in this server; the page is only its screen, bound to a visit
by a cookie that signs nobody in. No token and no device_code ever gets here. It says
that a code somebody else sends is worth nothing: RFC 8628 §5.4.
"""

import uuid
from collections.abc import Callable, Mapping

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from printshop import throttle
from printshop.doors.opening import behind
from printshop.models.stations import Problem, Stage, StationVisit
from printshop.pages.pictures import jpeg
from printshop.products import PRODUCTS
from printshop.station import device_grant, lent, picks, prints, visits
from printshop.station.qr import Drawing

MOST_A_MINUTE = 20  # beginnings at one address: a hall has several screens
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
    Problem.CROWDED: (
        "Many people are beginning just now",
        "Please wait a minute or two, then touch the screen again.",
    ),
}


@behind("station")
@never_cache
@only_us
@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    """What the person in front of it sees now."""
    visit = _visit(request)
    if visit:
        visits.attend(visit)
    template, page = _shown(visit)
    return render(request, template, page)


@behind("station")
@never_cache
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """The same for the page's script: a version that changes when the page does."""
    visit = _visit(request)
    if visit:
        visits.attend(visit)
    return JsonResponse(_progress(visit))


@behind("station")
@never_cache
@require_POST
def touch(request: HttpRequest) -> HttpResponse:
    """A button: begin, stay, choose, put into the cart, leave."""
    visit, do = _visit(request), request.POST.get("do", "")
    if do == "begin":
        return _begin(request, visit)
    if visit is None or not visits.touched(visit):
        return redirect("station")
    if do in BUTTONS:
        BUTTONS[do](visit)
    elif do in prints.OFFERED:
        StationVisit.objects.chose(visit, product_code=do)
    return redirect("station")


@behind("station")
@never_cache  # nothing of a visit stays in a browser that everybody uses
@require_safe
def photo(request: HttpRequest, original_id: uuid.UUID) -> HttpResponse:
    """A small picture of what was picked in this visit, while a size is chosen."""
    visit = _visit(request)
    if visit is None or visit.stage != Stage.CHOOSING or visit.is_forsaken:
        raise Http404
    return jpeg(get_object_or_404(visit.photos, pk=original_id))


def _visit(request: HttpRequest) -> StationVisit | None:
    """The visit of this screen; why it ended is shown for a minute."""
    cookie = request.COOKIES.get(settings.STATION_COOKIE_NAME, "")
    visit = StationVisit.objects.on(cookie)
    return None if visit and visit.is_history else visit


def _begin(request: HttpRequest, before: StationVisit | None) -> HttpResponse:
    """A new visit under a new cookie; whoever was here before is signed out."""
    if before:
        lent.end(before)
    if throttle.is_busy(request, "station", MOST_A_MINUTE):
        page = {"problem": PROBLEMS[Problem.CROWDED]}
        return render(request, "station_start.html", page, status=429)
    response = redirect("station")
    response.set_cookie(
        settings.STATION_COOKIE_NAME,
        visits.begin(throttle.place(request)),
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


def _progress(visit: StationVisit | None) -> dict[str, object]:
    if visit is None or visit.stage == Stage.ENDED:
        return {"version": f"ended-{bool(visit)}"}
    total = visit.selection.originals.count() if visit.selection else 0
    waiting = visit.selection.originals.waiting().count() if visit.selection else 0
    version = f"{visit.stage}-{bool(total)}-{bool(visit.failures)}-{visit.warns}"
    return {"version": version, "done": total - waiting, "total": total}


def _shown(visit: StationVisit | None) -> tuple[str, dict[str, object]]:
    """The page of this stage, and whatever it needs."""
    page = {"visit": visit, **_progress(visit)}
    if visit is None:
        return "station_start.html", page
    if visit.customer:  # the first name will do in a hall
        page["name"] = visit.customer.name.partition(" ")[0]
    template, more = PAGES[Stage(visit.stage)]
    return template, page | more(visit)


def _nothing_more(visit: StationVisit) -> dict[str, object]:
    return {}


def _code(visit: StationVisit) -> dict[str, object]:
    address = visit.verification_uri_complete or visit.verification_uri
    return {
        "qr": Drawing.of(address),  # RFC 8628 §3.3.1
        "spoken": device_grant.spoken(visit.user_code),
    }


def _picker(visit: StationVisit) -> dict[str, object]:
    return {
        "link": f"{visit.picker_uri.rstrip('/')}/autoclose",
        "qr": Drawing.of(visit.picker_uri),
        "most": picks.MOST,
    }


def _prints(visit: StationVisit) -> dict[str, object]:
    return {"product": PRODUCTS[visit.product_code], "quote": prints.quote(visit)}


def _choice(visit: StationVisit) -> dict[str, object]:
    return _prints(visit) | {
        "photos": visit.photos,
        "refused": visit.refused,
        "blurred": prints.blurred(visit),
        "products": [PRODUCTS[code] for code in prints.OFFERED],
        "most": prints.MOST_COPIES,
    }


def _cart(visit: StationVisit) -> dict[str, object]:
    link = f"{settings.URL}{reverse('cart')}"
    return _prints(visit) | {"link": link, "qr": Drawing.of(link)}


def _why(visit: StationVisit) -> dict[str, object]:
    return {"problem": PROBLEMS.get(visit.problem)}


PAGES: Mapping[Stage, tuple[str, Callable[[StationVisit], dict[str, object]]]] = {
    Stage.ASKING: ("station_code.html", _nothing_more),
    Stage.WAITING: ("station_code.html", _code),
    Stage.MEETING: ("station_pick.html", _nothing_more),
    Stage.PICKING: ("station_pick.html", _picker),
    Stage.FETCHING: ("station_pick.html", _nothing_more),
    Stage.CHOOSING: ("station_choose.html", _choice),
    Stage.CARRIED: ("station_carried.html", _cart),
    Stage.ENDED: ("station_start.html", _why),
}
