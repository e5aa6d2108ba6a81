"""Who saw my photos: what each app was told of, what it fetched, and when."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Min, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from photos_api import paging
from photos_api.models import App, Listing, Reading
from photos_api.pages.requests import OwnersRequest
from photos_api.problems import InvalidArgument

PAGE = 60  # readings
SHOWN = 12  # pictures of each app on the first page


@never_cache
@require_safe
@login_required
def seen_by(request: OwnersRequest) -> HttpResponse:
    """Each app with what it was told and what it fetched, the latest first."""
    apps = _apps(request)
    for app in apps[:SHOWN]:
        each_once: dict[str, Reading] = {}
        for reading in _readings(request, app["client_id"])[: 2 * SHOWN]:
            each_once.setdefault(reading.photo_id, reading)
        app["latest"] = list(each_once.values())[:SHOWN]
    context = {
        "here": "seen_by",
        "apps": apps,
        "token_check": settings.TOKEN_CHECK,
    }
    return render(request, "seen_by.html", context)


def _apps(request: OwnersRequest) -> list[dict[str, Any]]:
    read = Reading.objects.filter(owner=request.user).values("client_id")
    listed = Listing.objects.filter(owner=request.user).values("client_id")
    fetched = read.annotate(
        pictures=Count("pk", filter=Q(what=Reading.What.PICTURE)),
        originals=Count("pk", filter=Q(what=Reading.What.ORIGINAL)),
        first_read=Min("first_at"),
        last_read=Max("last_at"),
    )
    told = listed.annotate(
        items=Sum("items"), first_told=Min("day"), last_told=Max("last_at")
    )
    apps: dict[str, dict[str, Any]] = {}
    for row in [*fetched, *told]:
        apps.setdefault(row["client_id"], {}).update(row)
    names = _names(apps)
    for client_id, app in apps.items():
        times = [app[k] for k in ("last_read", "last_told") if k in app]
        app.update(name=names.get(client_id, client_id), last_at=max(times))
    return sorted(apps.values(), key=lambda app: app["last_at"], reverse=True)


def _readings(request: OwnersRequest, client_id: str) -> Any:
    theirs = Reading.objects.filter(owner=request.user, client_id=client_id)
    return theirs.select_related("photo__original").order_by("-last_at", "-pk")


def _names(client_ids: Iterable[str]) -> dict[str, str]:
    apps = App.objects.filter(pk__in=set(client_ids))
    return dict(apps.values_list("client_id", "name"))


def with_names(readings: Iterable[Reading]) -> list[Reading]:
    """Readings that know as ``app`` what to call the app."""
    rows = list(readings)
    names = _names(reading.client_id for reading in rows)
    for reading in rows:
        name = names.get(reading.client_id, reading.client_id)
        reading.app = name  # type: ignore[attr-defined] # for the template
    return rows


@never_cache
@require_safe
@login_required
def seen_by_app(request: OwnersRequest) -> HttpResponse:
    """Everything one app fetched, the latest first, and on which days it listed."""
    client_id = request.GET.get("app", "").replace("\0", "")[:255]
    token = request.GET.get("page", "")[:1000]
    try:
        page = paging.newest_first(
            _readings(request, client_id),
            "last_at",
            query=f"seen by {client_id}",
            token=token,
            size=PAGE,
        )
    except InvalidArgument:
        return redirect("seen_by")
    days = Listing.objects.filter(owner=request.user, client_id=client_id)
    context = {
        "here": "seen_by",
        "app": App.name_of(client_id),
        "client_id": client_id,
        "readings": with_names(page.items),
        "older": page.next_token,
        "days": days.order_by("-day", "surface")[:PAGE],
    }
    return render(request, "seen_by_app.html", context)
