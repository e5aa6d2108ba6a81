"""Photos as the API tells them: rows of what it tells, without the cost of models.

A model with forty fields is made of a row in the time in which the row is told, and
nothing but its numbers and names is ever asked of it.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Self

from django.db.models import QuerySet

from photos_api.models.albums import AlbumItem
from photos_api.models.photos import Photo, PhotoQuerySet
from photos_api.models.picking import Pick


class OriginalRow(NamedTuple):
    """The file, by the names that `Original` gives them."""

    mime_type: str
    width: int
    height: int
    camera_make: str
    camera_model: str
    focal_length: float | None
    aperture: float | None
    iso: int | None
    exposure_time: float | None
    fps: float | None
    thumbhash: str
    dominant_color: str

    @property
    def still(self) -> Self | None:
        """Itself, if it is a photo."""
        return None if self.film else self

    @property
    def film(self) -> Self | None:
        """Itself, if it is a video."""
        return self if self.mime_type.startswith("video/") else None


class PhotoRow(NamedTuple):
    """A photo, by the names that `Photo` gives them."""

    id: str
    creation_time: datetime
    filename: str
    description: str
    original: OriginalRow


_OWN = PhotoRow._fields[:-1]
_COLUMNS = [*_OWN, *(f"original__{name}" for name in OriginalRow._fields)]


@cache
def photos() -> PhotoQuerySet:
    """All photos, as what rows are made of; narrow it down as any other queryset.

    Made once: to look up where sixteen columns are takes longer than to read them.
    """
    return Photo.objects.values_list(*_COLUMNS, named=True)  # type: ignore[return-value] # it can do what photos can


@cache
def album_items() -> QuerySet[AlbumItem, Any]:
    """Likewise what lies in albums: its position, then what rows are made of."""
    names = [f"photo__{name}" for name in _COLUMNS]
    return AlbumItem.objects.values_list("position", *names, named=True)


@cache
def picks() -> QuerySet[Pick, Any]:
    """Likewise what was picked: its position, then what rows are made of."""
    names = [f"photo__{name}" for name in _COLUMNS]
    return Pick.objects.values_list("position", *names, named=True)


def rows(values: Iterable[Any], skip: int = 0) -> list[PhotoRow]:
    """Photos of such columns; the first `skip` of them are something else."""
    of, own, make = OriginalRow._make, skip + len(_OWN), PhotoRow._make
    return [make([*row[skip:own], of(row[own:])]) for row in values]
