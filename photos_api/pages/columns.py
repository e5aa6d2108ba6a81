"""What the scripts draw walls from: columns, one for each thing about the photos.

Thousands of photos are in one answer: models would take ten times the time and room.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from photos_api.models import AlbumItem, Photo
from photos_api.models.photos import PhotoQuerySet

OWN = ("id", "creation_time", "description", "filename", "favorite")
FILE = ("mime_type", "width", "height", "thumbhash")
ROW = (*OWN, *(f"original__{name}" for name in FILE))


def rows(photos: PhotoQuerySet) -> QuerySet[Photo, Any]:
    """Photos as what columns are made of; pages can be made of them, too."""
    return photos.values_list(*ROW, named=True)


def rows_of(items: QuerySet[AlbumItem]) -> QuerySet[AlbumItem, Any]:
    """What lies in an album: its position, then the same."""
    names = (f"photo__{name}" for name in ROW)
    return items.values_list("position", *names, named=True)


def row(photo: Photo) -> tuple[Any, ...]:
    """The same of a model that is there anyway."""
    own = (getattr(photo, name) for name in OWN)
    return (*own, *(getattr(photo.original, name) for name in FILE))


def columns(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """All are equally long."""
    told: dict[str, list[Any]] = {
        name: [] for name in ("id", "day", "width", "height", "name", "hash", "mark")
    }
    lists = list(told.values())
    for pk, time, text, file, favorite, kind, width, height, thumbhash in rows:
        day = time.date().isoformat()
        mark = _mark(kind, favorite=favorite)
        values = (pk, day, width, height, text or file, thumbhash, mark)
        for column, value in zip(lists, values, strict=True):
            column.append(value)
    return told


def _mark(kind: str, *, favorite: bool) -> str:
    """A word that a tile shows on top of the picture."""
    if kind.startswith("video/"):
        return "video"
    return "favorite" if favorite else ""
