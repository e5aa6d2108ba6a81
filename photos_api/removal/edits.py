"""Changes to a file, as a list: so that a large one need not be held in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import IO

from photos_api.formats.boxes import Broken

BLOCK = 256 * 1024  # bytes copied at a time


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Put these bytes in the place of those; or one byte, as often as it takes."""

    start: int
    end: int
    new: bytes = b""
    fill: bytes = b""

    @classmethod
    def erase(cls, start: int, end: int, fill: bytes = b"\0") -> "Edit":
        """Overwrite: everything behind it stays where it was."""
        return cls(start, end, fill=fill)


def settled(edits: Iterable[Edit]) -> list[Edit]:
    """In order, none reaching into another; raises Broken if they contradict.

    Two may overwrite the same bytes, if that is all they do.
    """
    found: list[Edit] = []
    position = 0
    for edit in sorted(set(edits)):
        start = max(edit.start, position)
        if start > edit.start and not edit.fill:
            raise Broken
        if edit.new or start < edit.end:
            found.append(replace(edit, start=start))
        position = max(position, edit.end)
    return found


def apply(file: IO[bytes], edits: Iterable[Edit]) -> Iterator[bytes]:
    """The file with these changes; raises Broken if they contradict one another."""
    position = 0
    for edit in settled(edits):
        yield from _copied(file, position, edit.start)
        yield edit.new
        yield from _filled(edit.fill, edit.end - edit.start)
        position = edit.end
    yield from _copied(file, position, file.seek(0, 2))


def _copied(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end and (block := file.read(min(BLOCK, end - start))):
        start += len(block)
        yield block


def _filled(fill: bytes, size: int) -> Iterator[bytes]:
    while fill and size > 0:
        yield fill * min(BLOCK, size)
        size -= BLOCK
