"""Deleting, and thinking better of it: the bin keeps photos for thirty days."""

import math
from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from photos_api import libraries, paging, purge
from photos_api.models import Photo
from photos_api.models.photos import PhotoQuerySet
from photos_api.pages.addresses import own_path
from photos_api.pages.answers import photos
from photos_api.pages.requests import OwnersRequest, photo_ids
from photos_api.problems import InvalidArgument

PAGE = 120  # photos
LONGEST = 40  # characters of a time


@never_cache
@require_safe
@login_required
def show(request: OwnersRequest) -> HttpResponse:
    """What was deleted, the latest first, and how long it can still be had back."""
    theirs = Photo.objects.deleted_by(request.user).select_related("original")
    token = request.GET.get("page", "")[:1000]
    try:
        page = paging.newest_first(
            theirs, "deleted_at", query="bin", token=token, size=PAGE
        )
    except InvalidArgument:
        return redirect("bin")
    context = {
        "here": "bin",
        "photos": [(photo, _days_left(photo)) for photo in page.items],
        "older": page.next_token,
        "kept": Photo.KEPT_IN_BIN.days,
    }
    return render(request, "bin.html", context)


def _days_left(photo: Photo) -> int:
    deleted_at = photo.deleted_at or timezone.now()
    left = deleted_at + Photo.KEPT_IN_BIN - timezone.now()
    return max(0, math.ceil(left / timedelta(days=1)))


@never_cache
@require_POST
@login_required
def discard(request: OwnersRequest) -> HttpResponse:
    """Put photos into the bin; the message about it has a button that undoes it."""
    chosen = photo_ids(request)
    count = libraries.discard(request.user, chosen)
    if count:
        just_now = Photo.objects.deleted_by(request.user).filter(pk__in=chosen)
        moment = just_now.latest("deleted_at").deleted_at
        messages.success(
            request,
            f"{photos(count)} moved to the bin.",
            extra_tags=moment.isoformat() if moment else "",
        )
    return redirect(own_path(request.POST.get("next", "")))


@never_cache
@require_POST
@login_required
def restore(request: OwnersRequest) -> HttpResponse:
    """Put photos back: those that are named, or all that were deleted in one go."""
    named = _named(request).values_list("pk", flat=True)
    count = libraries.restore(request.user, set(named))
    if count:
        messages.success(request, f"{photos(count)} back in your library.")
    else:
        messages.info(request, "There was nothing to put back.")
    return redirect(own_path(request.POST.get("next", "")))


@never_cache
@require_POST
@login_required
def delete_now(request: OwnersRequest) -> HttpResponse:
    """Delete for good: what is named, or with ``everything`` all that is in the bin."""
    theirs = Photo.objects.deleted_by(request.user)
    if request.POST.get("everything") != "1":
        theirs = theirs.filter(pk__in=photo_ids(request))
    count = purge.forget(theirs)
    messages.success(request, f"{photos(count)} deleted for good.")
    return redirect("bin")


def _named(request: OwnersRequest) -> PhotoQuerySet:
    theirs = Photo.objects.deleted_by(request.user)
    if "deleted_at" not in request.POST:
        return theirs.filter(pk__in=photo_ids(request))
    moment = _moment(request.POST["deleted_at"])
    return theirs.filter(deleted_at=moment) if moment else theirs.none()


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text[:LONGEST])
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
