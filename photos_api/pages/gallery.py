"""The owner's photos: all of them by month, one at a time, and in albums."""

from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from photos_api import paging
from photos_api.models import Album, App, Person, Photo
from photos_api.pages.addresses import own_path
from photos_api.pages.requests import OwnersRequest, person_of
from photos_api.problems import InvalidArgument
from photos_api.samples.adding import add_samples

PAGE = 120  # photos


@never_cache
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """The newest photos, month by month; a welcome for those who are not signed in."""
    person = person_of(request)
    if person is None:
        return render(request, "welcome.html")
    mine = Photo.objects.owned_by(person).select_related("original")
    token = request.GET.get("page", "")
    try:
        page = paging.newest_first(
            mine, "creation_time", query="gallery", token=token[:1000], size=PAGE
        )
    except InvalidArgument:
        return redirect("gallery")
    months = by_month(list(page.items))
    context = {"here": "gallery", "months": months, "older": page.next_token}
    return render(request, "gallery.html", {**context, "total": mine.count()})


def by_month(photos: list[Photo]) -> list[tuple[Photo, list[Photo]]]:
    """Photos of one month together, with the first of them to name it."""
    groups = groupby(photos, lambda p: (p.creation_time.year, p.creation_time.month))
    months = [list(group) for _, group in groups]
    return [(month[0], month) for month in months]


@never_cache
@require_safe
@login_required
def photo(request: OwnersRequest, photo_id: str) -> HttpResponse:
    """One photo, large, with what is known about it."""
    mine = Photo.objects.owned_by(request.user).select_related("original")
    shown = get_object_or_404(mine, pk=photo_id)
    time = shown.creation_time
    older = Q(creation_time__lt=time) | Q(creation_time=time, pk__lt=photo_id)
    newer = Q(creation_time__gt=time) | Q(creation_time=time, pk__gt=photo_id)
    context = {
        "photo": shown,
        "older": mine.filter(older).order_by("-creation_time", "-pk").first(),
        "newer": mine.filter(newer).order_by("creation_time", "pk").first(),
        "albums": shown.albums.all(),
        "added_by": App.name_of(shown.created_by_client),
    }
    return render(request, "photo.html", context)


@never_cache
@require_safe
@login_required
def albums(request: OwnersRequest) -> HttpResponse:
    """All albums, each with its first photo."""
    mine = Album.objects.owned_by(request.user).with_cover().order_by("-created_at")
    return render(request, "albums.html", {"here": "albums", "albums": mine})


@never_cache
@require_safe
@login_required
def album(request: OwnersRequest, album_id: str) -> HttpResponse:
    """The photos of one album in its order."""
    shown = get_object_or_404(Album.objects.owned_by(request.user), pk=album_id)
    items = shown.items.select_related("photo__original").order_by("position")
    context = {
        "here": "albums",
        "album": shown,
        "photos": [item.photo for item in items],
        "added_by": App.name_of(shown.created_by_client),
    }
    return render(request, "album.html", context)


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
