"""One photo: large, with what is known about it, and what its owner may say of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from photos_api import places
from photos_api.models import App, ContentCategory, Photo
from photos_api.pages.addresses import own_path
from photos_api.pages.answers import explain, photos, scripted
from photos_api.pages.requests import OwnersRequest, photo_ids
from photos_api.pages.seen_by import with_names

LONGEST = 1000  # characters of a description


@never_cache
@scripted
@require_safe
@login_required
def photo(request: OwnersRequest, photo_id: str) -> HttpResponse:
    """The page; with ``?place`` it also says where the photo was taken."""
    mine = Photo.objects.owned_by(request.user)
    shown = get_object_or_404(mine.select_related("original"), pk=photo_id)
    newer, older = _neighbours(request, shown)
    context = {
        "photo": shown,
        "newer": newer,
        "older": older,
        "albums": shown.albums.order_by("-created_at"),
        "added_by": App.name_of(shown.created_by_client),
        "categories": ContentCategory.choices,
        "readings": with_names(shown.readings.order_by("-last_at")),
        "wants_place": "place" in request.GET,
        "place": places.of(shown.original) if "place" in request.GET else None,
    }
    return render(request, "photo.html", context)


def _neighbours(request: OwnersRequest, shown: Photo) -> tuple[str | None, str | None]:
    """The ids of the photos beside it on the timeline, or in the archive."""
    mine = Photo.objects.owned_by(request.user).filter(archived=shown.archived)
    time, pk = shown.creation_time, shown.pk
    newer = Q(creation_time__gt=time) | Q(creation_time=time, pk__gt=pk)
    older = Q(creation_time__lt=time) | Q(creation_time=time, pk__lt=pk)
    # The first condition alone lets the index be entered at the right place.
    after = mine.filter(creation_time__gte=time).filter(newer)
    before = mine.filter(creation_time__lte=time).filter(older)
    return (
        after.order_by("creation_time", "pk").values_list("pk", flat=True).first(),
        before.order_by("-creation_time", "-pk").values_list("pk", flat=True).first(),
    )


@never_cache
@require_POST
@login_required
def describe(request: OwnersRequest, photo_id: str) -> HttpResponse:
    """Say what the photo shows, in words and as a category."""
    text = " ".join(request.POST.get("description", "").split())
    category = request.POST.get("content_category", "")
    if len(text) > LONGEST or category not in ["", *ContentCategory]:
        return explain(
            request,
            "That could not be saved",
            f"A description has at most {LONGEST} characters; yours has {len(text)}. "
            "Nothing was changed: go back, and your words are still there.",
            status=400,
        )
    mine = Photo.objects.owned_by(request.user)
    if not mine.describe(photo_id, text.replace("\0", ""), category):
        return redirect("photo", photo_id)  # not theirs: nothing there
    messages.success(request, "Saved.")
    return redirect("photo", photo_id)


@never_cache
@require_POST
@login_required
def mark(request: OwnersRequest) -> HttpResponse:
    """Make photos favourites, archive them, or take that back."""
    marks = {
        name: request.POST[name] == "1"
        for name in ("favorite", "archived")
        if name in request.POST
    }
    ids = photo_ids(request)
    count = Photo.objects.owned_by(request.user).mark(ids, **marks) if marks else 0
    sentences = {
        ("favorite", True): "Added to your favourites: ",
        ("favorite", False): "Not among your favourites any more: ",
        ("archived", True): "Archived, and off the timeline: ",
        ("archived", False): "Back on the timeline: ",
    }
    for marked in marks.items():
        messages.success(request, f"{sentences[marked]}{photos(count)}.")
    return redirect(own_path(request.POST.get("next", "")))
