"""Pictures in other sizes, made with Pillow.

A few sizes are kept (the ladder); any other is scaled from the smallest of them that is
large enough. Renditions carry the colour profile and no other metadata.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from PIL import Image, ImageOps

from photos_api import locations, storage
from photos_api.base_urls import Wish
from photos_api.models import Original
from photos_api.problems import InvalidArgument

LADDER = (480, 1280, 2560)  # pixels on the longer side
QUALITY = 85
MOST_PIXELS = 80_000_000  # of an original: more is a bomb, not a photo
MOST_MADE = 25_000_000  # of a rendition that fills a box larger than the original

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def download(original: Original) -> bytes:
    """The original without its location: every other byte as it was."""
    with storage.open_stored(storage.original_name(original.sha256)) as file:
        return locations.without_location(file.read())


def rendition(original: Original, wish: Wish) -> bytes:
    """A JPEG of exactly the size that fits, or fills, the box."""
    width, height = size(original, wish)
    if wish.crop:
        needed = max(width / original.width, height / original.height)
    else:
        needed = width / original.width
    side = needed * max(original.width, original.height)
    with _source(original, side) as picture:
        if wish.crop:
            made = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
        elif picture.size == (width, height):
            made = picture
        else:
            made = picture.resize((width, height), Image.Resampling.LANCZOS)
        return _jpeg(made, picture.info.get("icc_profile"))


def size(original: Original, wish: Wish) -> tuple[int, int]:
    """The pixels of the answer; nothing is enlarged, except to fill a box (-c)."""
    if wish.crop and wish.width and wish.height:
        large = wish.width > original.width or wish.height > original.height
        if large and wish.width * wish.height > MOST_MADE:
            raise InvalidArgument("This box is far larger than the photo.")
        return wish.width, wish.height
    scale = min(
        1.0,
        (wish.width or original.width) / original.width,
        (wish.height or original.height) / original.height,
    )
    return (
        max(1, round(original.width * scale)),
        max(1, round(original.height * scale)),
    )


def make_ladder(original: Original) -> None:
    """Make the sizes that are kept; what exists already is left alone."""
    for side in LADDER:
        rung(original, side).close()


def rung(original: Original, side: int) -> IO[bytes]:
    """The kept copy of that size, made now if nobody has asked for it before."""
    name = storage.rendition_name(original.sha256, side)
    try:
        return storage.open_stored(name)
    except FileNotFoundError:
        storage.keep(name, _scaled(original, side))
    return storage.open_stored(name)


def _scaled(original: Original, side: int) -> bytes:
    larger = next((s for s in LADDER if s > side), None)
    source = rung(original, larger) if larger else _original_file(original)
    with source as file, _opened(file, side) as picture:
        small = picture.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        return _jpeg(small, picture.info.get("icc_profile"))


@contextmanager
def _source(original: Original, side: float) -> Iterator[Image.Image]:
    """The smallest picture we keep whose longer side has that many pixels."""
    enough = next((s for s in LADDER if s >= side), None)
    file = rung(original, enough) if enough else _original_file(original)
    with file, _opened(file, round(side)) as picture:
        yield picture


def _original_file(original: Original) -> IO[bytes]:
    return storage.open_stored(storage.original_name(original.sha256))


@contextmanager
def _opened(file: IO[bytes], side: int) -> Iterator[Image.Image]:
    """The picture upright, decoded no larger than needed; raises for a bomb."""
    with Image.open(file, formats=["JPEG"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise InvalidArgument("This picture is too large to be scaled.")
        picture.draft("RGB", (side, side))  # a JPEG can be read at half its size
        yield ImageOps.exif_transpose(picture)


def _jpeg(picture: Image.Image, profile: Any) -> bytes:
    made = io.BytesIO()
    plain = (
        picture.convert("RGB") if picture.mode not in {"RGB", "L"} else picture.copy()
    )
    plain.info = {}  # Pillow would write comments from there
    plain.save(made, "JPEG", quality=QUALITY, icc_profile=profile, progressive=True)
    return made.getvalue()
