"""The owner's albums: made, filled, renamed, deleted; photos outlive every album."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from photos_api import albums, paging
from photos_api.models import Album, App, Photo
from photos_api.pages.addresses import own_path
from photos_api.pages.answers import explain, photos
from photos_api.pages.requests import OwnersRequest, photo_ids
from photos_api.problems import FailedPrecondition, InvalidArgument

PAGE = 60  # albums
PHOTOS = 240  # on a page of one album
LONGEST_TITLE = 500  # characters


@never_cache
@require_safe
@login_required
def album_list(request: OwnersRequest) -> HttpResponse:
    """All albums, the newest first, and a form for another one."""
    mine = Album.objects.owned_by(request.user).with_cover()
    token = request.GET.get("page", "")[:1000]
    try:
        page = paging.newest_first(
            mine, "created_at", query="albums", token=token, size=PAGE
        )
    except InvalidArgument:
        return redirect("albums")
    context = {"here": "albums", "albums": page.items, "older": page.next_token}
    return render(request, "albums.html", context)


@never_cache
@require_safe
@login_required
def album(request: OwnersRequest, album_id: str) -> HttpResponse:
    """The photos of one album in its order, with what apps wrote between them."""
    mine = Album.objects.owned_by(request.user)
    shown = get_object_or_404(mine.with_cover(), pk=album_id)
    items = shown.items.filter(photo__deleted_at=None)
    token = request.GET.get("page", "")[:1000]
    try:
        page = paging.by_position(
            items.select_related("photo__original", "enrichment"),
            query=f"album {album_id}",
            token=token,
            size=PHOTOS,
        )
    except InvalidArgument:
        return redirect("album", album_id)
    context = {
        "here": "albums",
        "album": shown,
        "items": page.items,
        "more": page.next_token,
        "added_by": App.name_of(shown.created_by_client),
    }
    return render(request, "album.html", context)


@never_cache
@require_POST
@login_required
def choose(request: OwnersRequest) -> HttpResponse:
    """Which album shall these photos go into? Nothing is changed yet."""
    chosen = photo_ids(request)
    if not chosen:
        return redirect(own_path(request.POST.get("next", "")))
    mine = Album.objects.owned_by(request.user).with_cover()
    context = {
        "here": "albums",
        "chosen": chosen,
        "albums": mine.order_by("-created_at", "-pk")[:PAGE],
    }
    return render(request, "choose_album.html", context)


@never_cache
@require_POST
@login_required
def create(request: OwnersRequest) -> HttpResponse:
    """Make an album, with photos in it if the form names some."""
    title = _title(request)
    if not title:
        return _no_title(request)
    made = Album.objects.create(owner=request.user, title=title)
    return _filled(request, made, "The album is there")


@never_cache
@require_POST
@login_required
def add(request: OwnersRequest, album_id: str) -> HttpResponse:
    """Put photos into an album, behind those that are in it."""
    mine = Album.objects.owned_by(request.user)
    return _filled(request, get_object_or_404(mine, pk=album_id), "Added")


def _filled(request: OwnersRequest, album: Album, done: str) -> HttpResponse:
    chosen = photo_ids(request)
    mine = Photo.objects.owned_by(request.user).in_bulk(chosen)
    try:
        albums.add(album, [mine[i] for i in chosen if i in mine])
    except FailedPrecondition as problem:
        return explain(request, "The album is full", problem.message, status=400)
    said = f"{done}, with {photos(len(mine))}." if mine else f"{done}."
    messages.success(request, said)
    return redirect("album", album.pk)


@never_cache
@require_POST
@login_required
def remove(request: OwnersRequest, album_id: str) -> HttpResponse:
    """Take photos out of an album; they stay in the library."""
    album = get_object_or_404(Album.objects.owned_by(request.user), pk=album_id)
    chosen = set(photo_ids(request))
    if missing := albums.remove(album, chosen):  # gone already, from another tab
        chosen -= missing
        albums.remove(album, chosen)
    messages.success(
        request, f"Taken out of the album, and still in your library: {_n(chosen)}."
    )
    return redirect("album", album_id)


def _n(chosen: set[str]) -> str:
    return photos(len(chosen))


@never_cache
@require_POST
@login_required
def strike(request: OwnersRequest, album_id: str, enrichment_id: str) -> HttpResponse:
    """Take out what an app wrote between photos."""
    album = get_object_or_404(Album.objects.owned_by(request.user), pk=album_id)
    albums.strike(album, enrichment_id)
    return redirect("album", album_id)


@never_cache
@require_POST
@login_required
def cover(request: OwnersRequest, album_id: str) -> HttpResponse:
    """Put the first of the ticked photos in front."""
    mine = Album.objects.owned_by(request.user).filter(pk=album_id)
    get_object_or_404(mine)
    chosen = photo_ids(request)
    if chosen and mine.put_in_front(chosen[0]):
        messages.success(request, "This photo stands for the album now.")
    return redirect("album", album_id)


@never_cache
@require_POST
@login_required
def rename(request: OwnersRequest, album_id: str) -> HttpResponse:
    """Give an album another title."""
    mine = Album.objects.owned_by(request.user).filter(pk=album_id)
    get_object_or_404(mine)
    title = _title(request)
    if not title:
        return _no_title(request)
    mine.rename(title)
    return redirect("album", album_id)


@never_cache
@require_POST
@login_required
def delete(request: OwnersRequest, album_id: str) -> HttpResponse:
    """Delete an album, and none of its photos."""
    album = get_object_or_404(Album.objects.owned_by(request.user), pk=album_id)
    albums.discard(album)
    messages.success(
        request, f"“{album.title}” is gone. Its photos are in your library as before."
    )
    return redirect("albums")


def _title(request: OwnersRequest) -> str:
    title = " ".join(request.POST.get("title", "").replace("\0", "").split())
    return title if len(title) <= LONGEST_TITLE else ""


def _no_title(request: OwnersRequest) -> HttpResponse:
    return explain(
        request,
        "An album needs a title",
        f"Give it one of up to {LONGEST_TITLE} characters. Nothing was changed: go "
        "back and try again.",
        status=400,
    )
