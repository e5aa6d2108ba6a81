"""The owner's photos on one timeline, by month, the newest first.

Without a script the timeline is a list of pages; with one it shows the whole library at
once and asks for the months that somebody looks at. How many photos there are is known
by month, so that no page ever counts them.
"""

from collections.abc import Sequence
from datetime import MAXYEAR, UTC, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from photos_api import paging
from photos_api.models import Person, Photo, PhotoMonth
from photos_api.pages.addresses import own_path
from photos_api.pages.answers import scripted
from photos_api.pages.columns import columns, rows
from photos_api.pages.requests import OwnersRequest, person_of
from photos_api.problems import InvalidArgument
from photos_api.samples.adding import add_samples

PAGE = 60  # photos: a few windows full
BUCKET = 2000  # photos in one answer to the script


@never_cache
@scripted
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The newest photos, or those until a month; a welcome for strangers."""
    person = person_of(request)
    if person is None:
        return render(request, "welcome.html")
    mine = Photo.objects.owned_by(person).filter(archived=False)
    if until := end_of_month(request.GET.get("from", "")):
        mine = mine.filter(creation_time__lt=until)
    try:
        page = _page(request, mine)
    except InvalidArgument:
        return redirect("gallery")
    months = list(PhotoMonth.objects.of(person))
    context = {
        "total": f"{sum(month.photos for month in months):,}",
        "years": _by_year(months),
        "from": request.GET.get("from", "") if until else "",
    }
    return render(request, "gallery.html", _listed(page, "gallery", **context))


@never_cache
@require_safe
@login_required
def favorites(request: OwnersRequest) -> HttpResponse:
    """What the owner likes best."""
    return _some(request, "favorites", favorite=True)


@never_cache
@require_safe
@login_required
def archive(request: OwnersRequest) -> HttpResponse:
    """What the owner keeps, but does not want to meet on the timeline."""
    return _some(request, "archive", archived=True)


def _some(request: OwnersRequest, which: str, **marked: bool) -> HttpResponse:
    mine = Photo.objects.owned_by(request.user).filter(**marked)
    try:
        page = _page(request, mine)
    except InvalidArgument:
        return redirect(which)
    return render(request, f"{which}.html", _listed(page, which))


def _page(request: HttpRequest, photos: QuerySet[Photo]) -> paging.Page[Photo]:
    """A page of them, with what a wall shows; raises InvalidArgument."""
    return paging.newest_first(
        photos.select_related("original"),
        "creation_time",
        query=request.path,
        token=request.GET.get("page", "")[:1000],
        size=PAGE,
    )


def _listed(page: paging.Page[Photo], here: str, **more: Any) -> dict[str, Any]:
    months = by_month(list(page.items))
    return {"here": here, "months": months, "older": page.next_token, **more}


def by_month(photos: list[Photo]) -> list[tuple[Photo, list[Photo]]]:
    """Photos of one month together, with the first of them to name it."""
    groups = groupby(photos, lambda p: (p.creation_time.year, p.creation_time.month))
    months = [list(group) for _, group in groups]
    return [(month[0], month) for month in months]


def _by_year(
    months: Sequence[PhotoMonth],
) -> list[tuple[int, list[tuple[str, str, int]]]]:
    """Years with their months: address, name, and how many photos.

    In words already: there may be hundreds, and a template takes its time for dates.
    """
    years = groupby(months, lambda month: month.first_day.year)
    return [
        (year, [(f"{m.first_day:%Y-%m}", f"{m.first_day:%b}", m.photos) for m in group])
        for year, group in years
    ]


@never_cache
@require_safe
@login_required
def bucket(request: OwnersRequest) -> HttpResponse:
    """The photos from one month back to another, a column for each thing about them."""
    newest, oldest = request.GET.get("from", ""), request.GET.get("to", "")
    until, since = end_of_month(newest), start_of_month(oldest)
    if not (until and since):
        return JsonResponse({"error": "Which months?"}, status=400)
    mine = Photo.objects.owned_by(request.user).filter(
        archived=False, creation_time__gte=since, creation_time__lt=until
    )
    try:
        page = paging.newest_first(
            rows(mine),
            "creation_time",
            query=f"{newest} {oldest}",
            token=request.GET.get("page", "")[:1000],
            size=BUCKET,
        )
    except InvalidArgument:
        return JsonResponse({"error": "Which page?"}, status=400)
    return JsonResponse({**columns(page.items), "next": page.next_token})


def start_of_month(text: str) -> datetime | None:
    """``2024-03`` as its first moment; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return None


def end_of_month(text: str) -> datetime | None:
    """The first moment that is not in the month any more."""
    start = start_of_month(text)
    if start is None or start.year == MAXYEAR:
        return None
    year, month = divmod(start.year * 12 + start.month, 12)
    return start.replace(year=year, month=month + 1)


@never_cache
@require_POST
@login_required
def samples(request: OwnersRequest) -> HttpResponse:
    """Give a newcomer photos to play with; only in a demonstration."""
    if not settings.DEMO:
        return redirect("gallery")
    owner: Person = request.user
    if owner.photos.exists():
        messages.info(request, "Your library has photos already.")
    else:
        added = add_samples(owner)
        messages.success(request, f"{added} sample photos are in your library now.")
    return redirect(own_path(request.POST.get("next", "")))
