"""Pictures in other sizes: of which pixels, out of what, and which are kept.

A few sizes of every picture are kept for ever (the ladder), made by the worker. Any
other is made for who asks first, out of the smallest one that is large enough, and
kept for a week.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Self

from PIL import Image

from photos_api import locations, once, placeholders, stills, storage
from photos_api.base_urls import Wish
from photos_api.formats.kinds import of_type
from photos_api.models import Original
from photos_api.models import Rendition as Row
from photos_api.problems import InvalidArgument
from photos_api.scaling import Box, scaled

LADDER = (480, 1280, 2560)  # pixels of the square that a kept size fits into
MOST_MADE = 25_000_000  # pixels, where a picture is enlarged to fill a box


@dataclass(frozen=True, slots=True)
class Rendition:
    """A picture of an original, of exactly so many pixels."""

    original: Original
    box: Box
    sign: bool = False  # on the still of a video: it can be played

    @classmethod
    def wished(cls, original: Original, wish: Wish) -> Self:
        """Raise InvalidArgument for a box that is far too large.

        Nothing is enlarged, except to fill a box that is to be filled.
        """
        width, height = shown_size(original)
        sign = original.is_video and not wish.plain
        if wish.crop and wish.width and wish.height:
            large = wish.width > width or wish.height > height
            if large and wish.width * wish.height > MOST_MADE:
                raise InvalidArgument("This box is far larger than the photo.")
            return cls(original, Box(wish.width, wish.height, crop=True), sign)
        part = min(1.0, (wish.width or width) / width, (wish.height or height) / height)
        fitting = Box(max(1, round(width * part)), max(1, round(height * part)))
        return cls(original, fitting, sign)

    @property
    def label(self) -> str:
        """What tells it from others of this original: `256x256-c.jpg`."""
        crop, sign = "-c" * self.box.crop, "-play" * self.sign
        return f"{self.box.width}x{self.box.height}{crop}{sign}.jpg"

    @property
    def name(self) -> str:
        """Where it is stored."""
        return storage.made_name(self.original.sha256, self.label)


def shown_size(original: Original) -> tuple[int, int]:
    """Pixels as a person sees it; of what we draw for a video that does not say."""
    if original.width and original.height:
        return original.width, original.height
    return stills.SIZE


def on_ladder(original: Original, side: int) -> Rendition:
    """The kept size that fits into a square; a small picture as it is."""
    return Rendition.wished(original, Wish(side, side))


def ladder(original: Original) -> list[Rendition]:
    """All that are kept, the smallest first; fewer of a small picture."""
    return list(dict.fromkeys(on_ladder(original, side) for side in LADDER))


def ensure(rendition: Rendition) -> str:
    """The name under which it is stored; it is made now if it is not there."""
    name = rendition.name
    if storage.exists(name):  # as almost always
        return name
    original, for_ever = rendition.original, rendition in ladder(rendition.original)
    make_it = partial(store, [rendition])
    return once.ensure(original, rendition.label, make_it, for_ever=for_ever)


def make_ladder(original: Original) -> None:
    """Make the sizes that are kept, with one decoding, but for what others are at."""
    missing = [r for r in ladder(original) if not storage.exists(r.name)]
    claimed = [r for r in missing if Row.objects.claim(original, r.label)]
    labels = [rendition.label for rendition in claimed]
    with once.given_back(original, labels, for_ever=True):
        store([r for r in claimed if not storage.exists(r.name)])


def store(renditions: Sequence[Rendition]) -> None:
    """Make and keep them: all of one original."""
    for rendition, made in zip(renditions, make(renditions), strict=True):
        storage.keep(rendition.name, made)


def make(renditions: Sequence[Rendition]) -> list[bytes]:
    """A JPEG for each, of one original with one decoding."""
    if not renditions:
        return []
    original, boxes = renditions[0].original, [r.box for r in renditions]
    if original.is_video:
        return [stills.drawn(original.sha256, r.box, sign=r.sign) for r in renditions]
    with _source(original, boxes) as file:
        return scaled(file, boxes)


def _source(original: Original, boxes: Sequence[Box]) -> IO[bytes]:
    """The smallest kept size that is large enough for all; else the original."""
    for rung in ladder(original):
        size = (rung.box.width, rung.box.height)
        if all(box.part_of(size) < 1 for box in boxes):
            with suppress(FileNotFoundError):
                return storage.open_stored(rung.name)
    return storage.open_stored(storage.original_name(original.sha256))


def described(original: Original) -> dict[str, str | bool]:
    """What to show while it loads, and if apps may have the file as it is."""
    with storage.open_stored(storage.original_name(original.sha256)) as file:
        edits = locations.edits(file, of_type(original.mime_type))
    smallest = storage.open_stored(ensure(ladder(original)[0]))
    with smallest as file, Image.open(file) as picture:
        return {
            "thumbhash": placeholders.thumbhash(picture),
            "dominant_color": placeholders.dominant_color(picture),
            "is_placeless": not edits,
        }


def stored_names(original: Original) -> list[str]:
    """All that may be stored of an original, itself included."""
    made = Row.objects.filter(original=original).values_list("label", flat=True)
    labels = {*made, *(rendition.label for rendition in ladder(original))}
    names = [storage.made_name(original.sha256, label) for label in labels]
    return [storage.original_name(original.sha256), *names]


def drop_old() -> int:
    """Forget sizes made long ago; how many. Who wants one again gets it again."""
    return once.drop(Row.objects.old()[:500])
