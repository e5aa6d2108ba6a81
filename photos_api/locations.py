"""A copy of a photo or video that does not say where it was taken.

Pixel for pixel the same, since nothing is decoded or compressed again.
"""

from collections.abc import Callable, Iterator
from typing import IO

from photos_api.formats.kinds import (
    AVIF,
    BMP,
    GIF,
    HEIC,
    JPEG,
    MP4,
    PNG,
    QUICKTIME,
    TIFF,
    WEBM,
    WEBP,
    Kind,
    of_type,
)
from photos_api.removal import gif, items, jpeg, movies, png, tiff, webm, webp
from photos_api.removal.edits import Edit, apply, settled


def _of_tiff(file: IO[bytes]) -> list[Edit]:
    return tiff.edits(file, 0, file.seek(0, 2))


def _nothing(_file: IO[bytes]) -> list[Edit]:
    return []  # the format has no room for a place


REMOVAL: dict[Kind, Callable[[IO[bytes]], list[Edit]]] = {
    JPEG: jpeg.edits,
    PNG: png.edits,
    GIF: gif.edits,
    WEBP: webp.edits,
    TIFF: _of_tiff,
    BMP: _nothing,
    AVIF: items.edits,
    HEIC: items.edits,
    MP4: movies.edits,
    QUICKTIME: movies.edits,
    WEBM: webm.edits,
}


def without_location(file: IO[bytes], mime_type: str) -> Iterator[bytes]:
    """The file, block by block; raises Broken if it was not taken in by `intake`."""
    return apply(file, edits(file, of_type(mime_type)))


def edits(file: IO[bytes], kind: Kind) -> list[Edit]:
    """What has to be changed for that; raises Broken."""
    return settled(REMOVAL[kind](file))
