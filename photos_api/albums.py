"""What lies in an album and in which order: how things come in, and how they go out.

Whoever changes that locks the album first, so that no two things get the same place.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Min

from photos_api.models import Album, AlbumItem, Enrichment, Photo
from photos_api.problems import FailedPrecondition, InvalidArgument, NotFound

MOST_PHOTOS = 20_000
MOST_ENRICHMENTS = 100
GAP = 2**20  # twenty things fit right after the same one before others have to move
FAR = 2**61  # beyond every position: where others wait while they move


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an album: at the end, at the start, or right after something in it.

    An app (``seen_by``, its client_id) can only name photos it added itself.
    """

    first: bool = False
    after_photo: str | None = None
    after_enrichment: str | None = None
    seen_by: str | None = None


END = Place()


@transaction.atomic
def add(album: Album, photos: Sequence[Photo], place: Place = END) -> None:
    """Put photos in, in this order; one that is there already stays where it is.

    Raises FailedPrecondition, and adds none, where the album cannot hold them all.
    """
    _lock(album)
    wanted = {photo.pk: photo for photo in photos}
    there = set(album.items.filter(photo__in=wanted).values_list("photo_id", flat=True))
    new = [photo for pk, photo in wanted.items() if pk not in there]
    _demand_room(album, len(new))
    _insert(album, [AlbumItem(album=album, photo=photo) for photo in new], place)


@transaction.atomic
def enrich(album: Album, kind: str, content: Any, place: Place) -> Enrichment:
    """Put a text, a place or a map in; raises FailedPrecondition if there are many."""
    _lock(album)
    if album.items.exclude(enrichment=None).count() >= MOST_ENRICHMENTS:
        raise FailedPrecondition(
            f"An album holds {MOST_ENRICHMENTS} enrichments at most, and this one does."
        )
    enrichment = Enrichment.objects.create(kind=kind, content=content)
    _insert(album, [AlbumItem(album=album, enrichment=enrichment)], place)
    return enrichment


@transaction.atomic
def remove(album: Album, photo_ids: Collection[str]) -> set[str]:
    """Take photos out, all or none; the ids of those that were not in it."""
    _lock(album)
    going = album.items.filter(photo__in=photo_ids, photo__deleted_at=None)
    missing = set(photo_ids) - set(going.values_list("photo_id", flat=True))
    if not missing:
        going.delete()
    return missing


def strike(album: Album, enrichment_id: str) -> bool:
    """Take an enrichment out; False if it is not in it."""
    named = Enrichment.objects.filter(pk=enrichment_id, albumitem__album=album)
    return named.delete()[0] > 0


@transaction.atomic
def discard(album: Album) -> None:
    """Delete the album and its enrichments; its photos stay in the library."""
    _lock(album)
    Enrichment.objects.filter(albumitem__album=album).delete()
    album.delete()


def _lock(album: Album) -> None:
    """Raise NotFound if somebody deleted it meanwhile."""
    held = Album.objects.select_for_update().filter(pk=album.pk)
    if held.first() is None:
        raise NotFound("Album not found.")


def _demand_room(album: Album, new: int) -> None:
    shown = album.items.filter(photo__isnull=False, photo__deleted_at=None)
    room = max(MOST_PHOTOS - shown.count(), 0)
    if new > room:
        raise FailedPrecondition(
            f"An album holds {MOST_PHOTOS} media items at most. "
            f"This one has room for {room} more, not for {new}."
        )


def _insert(album: Album, items: Sequence[AlbumItem], place: Place) -> None:
    """Give positions to new items, one after the other, and save them."""
    if not items:
        return
    low, high = _gap(album, place)
    step = GAP
    if low is None:
        low = (high or 0) - (len(items) + 1) * GAP
    elif high is not None:
        step = (high - low) // (len(items) + 1)
        if not step:
            step = GAP
            _make_room(album, low, (len(items) + 1) * GAP)
    for number, item in enumerate(items, start=1):
        item.position = low + number * step
    AlbumItem.objects.bulk_create(items)


def _gap(album: Album, place: Place) -> tuple[int | None, int | None]:
    """The positions between which things are put; None where nothing is there."""
    if place.after_photo is not None or place.after_enrichment is not None:
        low = _position(album, place)
        following = album.items.filter(position__gt=low)
        return low, following.aggregate(next=Min("position"))["next"]
    if place.first:
        return None, album.items.aggregate(first=Min("position"))["first"]
    return album.items.aggregate(last=Max("position"))["last"], None


def _position(album: Album, place: Place) -> int:
    """Where the thing stands after which others are put; raises InvalidArgument."""
    if place.after_photo is not None:
        name = "relativeMediaItemId"
        named = album.items.filter(photo=place.after_photo, photo__deleted_at=None)
        if place.seen_by is not None:
            named = named.filter(photo__created_by_client=place.seen_by)
    else:
        name = "relativeEnrichmentItemId"
        named = album.items.filter(enrichment=place.after_enrichment)
    position = named.values_list("position", flat=True).first()
    if position is None:
        raise InvalidArgument(
            f"Request contains an invalid {name}.",
            fields={f"albumPosition.{name}": "Name something that is in the album."},
        )
    return position


def _make_room(album: Album, low: int, room: int) -> None:
    """Move everything behind ``low`` away, by way of where nothing ever stands."""
    behind = album.items.filter(position__gt=low)
    behind.update(position=F("position") + FAR)
    behind.update(position=F("position") - (FAR - room))
