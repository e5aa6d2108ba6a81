"""HEIC and AVIF: the place in their EXIF items; their XMP, and films that go along.

Overwritten where they are: everything in such a file is found by its offset.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from photos_api.formats.boxes import MOST_CONTENT, Box, Broken, Unclear, boxes, inside
from photos_api.removal import movies, tiff
from photos_api.removal.edits import Edit

# Not: what a phone adds for itself, the video of a motion photo (mpvd), spare space.
PLAIN = (b"ftyp", b"mdat", b"moof")
MOST_ITEMS = 10_000
IN_FILE, IN_SMALL_DATA = 0, 1  # what offsets count from
WITH_WIDE_NUMBERS = 3  # version of an item's entry


@dataclass(frozen=True, slots=True)
class Extent:
    """Where an item, or a part of it, lies in the file."""

    item: int
    start: int
    end: int


def edits(file: IO[bytes]) -> list[Edit]:
    """What to change; raises Broken, or Unclear for items of kinds we do not know."""
    found: list[Edit] = []
    for box in boxes(file, 0, file.seek(0, 2)):
        if box.kind == b"moov":
            found.extend(movies.of_movie(file, box))
        elif box.kind == b"meta":
            found.extend(_of_meta(file, box))
        elif box.kind not in PLAIN and box.content < box.end:
            found.extend(movies.freed(box))
    return found


def _of_meta(file: IO[bytes], meta: Box) -> Iterator[Edit]:
    parts = {box.kind: box for box in inside(file, meta, skip=4)}
    if b"iinf" not in parts or b"iloc" not in parts:
        return
    kinds = dict(_kinds(file, parts[b"iinf"]))
    extents = list(_extents(file, parts))
    for extent in extents:
        kind = kinds.get(extent.item, b"")
        alone = sum(other.item == extent.item for other in extents) == 1
        if kind == b"Exif":
            yield from _of_exif(file, extent, alone=alone)
        elif kind in {b"mime", b"uri "}:  # XMP, and what else there may be
            yield Edit.erase(extent.start, extent.end, b" ")


def _of_exif(file: IO[bytes], extent: Extent, *, alone: bool) -> list[Edit]:
    """Behind four bytes that say how far; all of it goes if it cannot be read."""
    file.seek(extent.start)
    base = extent.start + 4 + int.from_bytes(file.read(4))
    if alone and base < extent.end <= base + MOST_CONTENT:
        file.seek(base)
        block = file.read(extent.end - base)
        if new := tiff.cleaned(block):
            return [Edit(base, extent.end, new)] if new != block else []
    return [Edit.erase(extent.start, extent.end)]


def _kinds(file: IO[bytes], names: Box) -> Iterator[tuple[int, bytes]]:
    """The items by number, each with what it is."""
    file.seek(names.content)
    wide = file.read(1)[0] > 0
    for entry in inside(file, names, b"infe", skip=8 if wide else 6):
        content = entry.read(file)
        if content[:1] not in {b"\2", b"\3"}:
            raise Unclear
        length = 4 if content[0] == WITH_WIDE_NUMBERS else 2
        number = int.from_bytes(content[4 : 4 + length])
        yield number, content[6 + length : 10 + length]


def _extents(file: IO[bytes], parts: dict[bytes, Box]) -> Iterator[Extent]:
    table = _Table(parts[b"iloc"].read(file))
    data = parts[b"idat"].content if b"idat" in parts else 0
    last = file.seek(0, 2)
    version, _, sizes = table.number(1), table.number(3), table.number(2)
    offset, length, base = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index = sizes & 15 if version in {1, 2} else 0
    short = 2 if version in {0, 1} else 4
    for _ in range(min(table.number(short), MOST_ITEMS)):
        item = table.number(short)
        method = table.number(2) & 15 if version in {1, 2} else 0
        if method not in {IN_FILE, IN_SMALL_DATA}:
            raise Unclear
        table.number(2)  # which file: this one
        begin = table.number(base)
        for _ in range(table.number(2)):
            table.number(index)
            start = begin + table.number(offset)
            end = start + table.number(length)
            if method == IN_SMALL_DATA:
                start, end = start + data, end + data
            if start < end <= last:
                yield Extent(item, start, end)


class _Table:
    """Numbers of different lengths, one after the other."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def number(self, size: int) -> int:
        """The next one; raises Broken behind the last."""
        self._at += size
        if self._at > len(self._content):
            raise Broken
        return int.from_bytes(self._content[self._at - size : self._at])
