"""What of a library is looked for: by name, by the days it was taken, in an album."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from photos_api import paging
from photos_api.models import AlbumItem, Person, Photo
from photos_api.models.photos import PhotoQuerySet
from photos_api.pages import columns
from photos_api.pages.gallery import BUCKET
from photos_api.pages.requests import ID, OwnersRequest
from photos_api.problems import InvalidArgument

LONGEST_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question somebody asked; an empty one means everything but the archive."""

    name: str = ""  # each of its words is in the file name or in the description
    since: date | None = None
    until: date | None = None  # this day too
    album: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, Any]) -> Self:
        """Raise InvalidArgument for days that are none; what no album is, is empty."""
        name = query.get("name", "").replace("\0", "").strip()
        album = query.get("album", "")
        return cls(
            name=name[:LONGEST_NAME],
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            album=album if not album or ID.fullmatch(album) else "-",
        )

    def __bool__(self) -> bool:
        return self != Wanted()

    def of(self, person: Person) -> PhotoQuerySet:
        """Those of a person's photos, in no order."""
        photos = Photo.objects.owned_by(person)
        if self.album:
            photos = photos.filter(places__album=self.album)
        else:
            photos = photos.filter(archived=False)
        for word in self.name.split():
            named = Q(filename__icontains=word) | Q(description__icontains=word)
            photos = photos.filter(named)
        if self.since:
            photos = photos.filter(creation_time__gte=_start(self.since))
        if self.until and self.until < date.max:
            end = _start(self.until + timedelta(days=1))
            photos = photos.filter(creation_time__lt=end)
        return photos

    def page(self, person: Person, token: str, size: int) -> paging.Page[Photo]:
        """A page of them, an album in its own order; raises InvalidArgument."""
        asked = {"query": repr(self), "token": token[:1000]}
        if not self.album:
            photos = self.of(person).select_related("original")
            return paging.newest_first(photos, "creation_time", size=size, **asked)
        items = self._items(person).select_related("photo__original")
        page = paging.by_position(items, size=size, **asked)
        return paging.Page([i.photo for i in page.items if i.photo], page.next_token)

    def rows(self, person: Person, token: str, size: int) -> paging.Page[Any]:
        """The same, as what columns are made of."""
        asked = {"query": repr(self), "token": token[:1000]}
        if not self.album:
            photos = columns.rows(self.of(person))
            return paging.newest_first(photos, "creation_time", size=size, **asked)
        items = columns.rows_of(self._items(person))
        page = paging.by_position(items, size=size, **asked)
        return paging.Page([item[1:] for item in page.items], page.next_token)

    def _items(self, person: Person) -> QuerySet[AlbumItem]:
        return AlbumItem.objects.filter(album=self.album, photo__in=self.of(person))

    def first(self, person: Person, most: int) -> Sequence[Photo]:
        """The first of them."""
        return self.page(person, "", most).items


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidArgument("That is not a day.") from error


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


@never_cache
@require_safe
@login_required
def found(request: OwnersRequest) -> HttpResponse:
    """Photos that were looked for, a column for each thing about them."""
    try:
        wanted = Wanted.parse(request.GET)
        page = wanted.rows(request.user, request.GET.get("page", ""), BUCKET)
    except InvalidArgument as problem:
        return JsonResponse({"error": problem.message}, status=400)
    return JsonResponse({**columns.columns(page.items), "next": page.next_token})


@never_cache
@require_safe
@login_required
def found_months(request: OwnersRequest) -> HttpResponse:
    """How many of them there are in each month, the newest first."""
    try:
        photos = Wanted.parse(request.GET).of(request.user)
    except InvalidArgument as problem:
        return JsonResponse({"error": problem.message}, status=400)
    months = photos.annotate(month=TruncMonth("creation_time", tzinfo=UTC))
    counts = months.values("month").annotate(n=Count("pk")).order_by("-month")
    told = [{"month": f"{c['month']:%Y-%m}", "photos": c["n"]} for c in counts]
    return JsonResponse({"months": told})
