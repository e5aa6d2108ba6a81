"""Boxes of ISO base media files: HEIC, AVIF, MP4 and MOV (ISO/IEC 14496-12).

Every walk is bounded: by the size of the box around it, and by a number of boxes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from photos_api.formats.kinds import Refused

MOST_BOXES = 100_000
MOST_CONTENT = 16 * 1024 * 1024  # bytes of a box that are ever read at once
HEADER, LARGE_HEADER, UUID = 8, 16, 16


class Broken(Refused):
    """The boxes do not fit into one another."""

    def __init__(self) -> None:
        super().__init__("This file is damaged or cut off.")


class Unclear(Refused):
    """Something is in there that we cannot find, so we cannot take it out either."""

    def __init__(self) -> None:
        super().__init__(
            "This file may say where it was taken in a way that we cannot take out."
        )


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box lies in its file."""

    kind: bytes
    start: int  # of its header
    content: int  # behind its header
    end: int

    def read(self, file: IO[bytes]) -> bytes:
        """All that is in it; raises Broken for more than anybody needs."""
        if self.end - self.content > MOST_CONTENT:
            raise Broken
        file.seek(self.content)
        return file.read(self.end - self.content)


def boxes(file: IO[bytes], start: int, end: int) -> Iterator[Box]:
    """The boxes that lie there side by side; raises Broken."""
    for _ in range(MOST_BOXES):
        if start == end:
            return
        box = _box(file, start, end)
        yield box
        start = box.end
    raise Broken


def _box(file: IO[bytes], start: int, end: int) -> Box:
    file.seek(start)
    header = file.read(LARGE_HEADER)
    size, content = int.from_bytes(header[:4]), start + HEADER
    if size == 1:  # too large for four bytes
        size, content = int.from_bytes(header[8:16]), start + LARGE_HEADER
    elif size == 0:  # the last one, up to the end
        size = end - start
    if len(header) < HEADER or start + size > end or content > start + size:
        raise Broken
    return Box(header[4:8], start, content, start + size)


def inside(file: IO[bytes], box: Box, *kinds: bytes, skip: int = 0) -> Iterator[Box]:
    """The boxes in a box, of these kinds or of all; the first bytes left out."""
    for found in boxes(file, box.content + skip, box.end):
        if not kinds or found.kind in kinds:
            yield found
