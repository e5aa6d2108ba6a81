"""TIFF files, and the EXIF blocks of all the others, which are built like them.

The GPS directory is overwritten and the pointer to it removed; likewise XMP, IPTC and
what Photoshop keeps. Every offset goes on pointing to the right place.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from photos_api.formats.boxes import Broken
from photos_api.removal.edits import Edit, apply

EXIF_POINTER, SUB_DIRECTORIES, GPS_POINTER = 0x8769, 0x014A, 0x8825
TELLING = {
    *(GPS_POINTER, 700, 33723, 34377),  # GPS; XMP, IPTC, Photoshop
    *(33550, 33922, 34264, 34735, 34736, 34737, 42112),  # GeoTIFF: where on a map
}
SIZES = dict.fromkeys((1, 2, 6, 7), 1) | {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4}
SIZES |= {12: 8, 13: 4}
INLINE = 4  # bytes: a shorter value stands in the entry itself
HEADER, ENTRY = 8, 12  # bytes
MOST_DIRECTORIES = 1_000
MOST_POINTERS = 100  # of one entry


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a directory, and its bytes as they are."""

    tag: int
    size: int  # of its value, in bytes
    offset: int  # of its value, unless that is inline
    number: int
    raw: bytes


def cleaned(block: bytes) -> bytes:
    """The same block, as long as it was; empty if nobody can be sure of it."""
    file = BytesIO(block)
    try:
        return b"".join(apply(file, edits(file, 0, len(block))))
    except Broken:
        return b""


def edits(file: IO[bytes], base: int, end: int) -> list[Edit]:
    """What to change between these two places of the file; raises Broken."""
    file.seek(base)
    header = file.read(HEADER)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(header[:4])
    if order is None or len(header) < HEADER:
        raise Broken
    block = _Block(file, base, end, order)
    found: list[Edit] = []
    waiting, seen = [block.number(header[4:])], set[int]()
    while waiting:
        directory = waiting.pop()
        if directory in seen or not directory:
            continue
        seen.add(directory)
        if len(seen) > MOST_DIRECTORIES:
            raise Broken
        entries, following = block.directory(directory)
        waiting.append(following)
        for entry in entries:
            waiting.extend(block.pointers(entry))
        found.extend(block.without_place(directory, entries, following))
    return found


class _Block:
    """Reads directories; offsets in it count from its own beginning."""

    def __init__(self, file: IO[bytes], base: int, end: int, order: str) -> None:
        self.file, self.base, self.end, self.order = file, base, end, order

    def number(self, four: bytes) -> int:
        """An offset."""
        return int(struct.unpack(self.order + "I", four)[0])

    def read(self, offset: int, size: int) -> bytes:
        """So many bytes, all of them there; raises Broken."""
        self.file.seek(self.base + offset)
        if self.base + offset + size > self.end:
            raise Broken
        return self.file.read(size)

    def directory(self, offset: int) -> tuple[list[Entry], int]:
        """Its entries, and where the next one is (0: nowhere)."""
        (count,) = struct.unpack(self.order + "H", self.read(offset, 2))
        raw = self.read(offset + 2, ENTRY * count)
        following = self.read(offset + 2 + ENTRY * count, 0)
        with_link = self.base + offset + 2 + ENTRY * count + 4 <= self.end
        if with_link:  # some cameras leave it out at the end
            following = self.read(offset + 2 + ENTRY * count, 4)
        entries = []
        for start in range(0, len(raw), ENTRY):
            line = raw[start : start + ENTRY]
            tag, kind, number, value = struct.unpack(self.order + "HHII", line)
            size = SIZES.get(kind, 1) * number
            entries.append(Entry(tag, size, value, number, line))
        return entries, self.number(following) if with_link else 0

    def pointers(self, entry: Entry) -> list[int]:
        """The directories an entry points to."""
        if entry.tag == EXIF_POINTER:
            return [entry.offset]
        if entry.tag != SUB_DIRECTORIES:
            return []
        if entry.number > MOST_POINTERS:
            raise Broken
        if entry.size <= INLINE:
            return [entry.offset]
        several = self.read(entry.offset, 4 * entry.number)
        return [self.number(several[i : i + 4]) for i in range(0, len(several), 4)]

    def without_place(
        self, directory: int, entries: list[Entry], following: int
    ) -> Iterator[Edit]:
        """Those entries out, and what they point to overwritten."""
        kept = [entry for entry in entries if entry.tag not in TELLING]
        if len(kept) == len(entries):
            return
        for entry in entries:
            if entry.tag == GPS_POINTER:
                yield from self._erase_directory(entry.offset)
            elif entry.tag in TELLING:
                yield from self._erase_value(entry)
        link = struct.pack(self.order + "I", following)
        lines = b"".join(entry.raw for entry in kept) + link
        start = self.base + directory
        end = min(start + 2 + ENTRY * len(entries) + 4, self.end)
        count = struct.pack(self.order + "H", len(kept))
        yield Edit(start, end, (count + lines).ljust(end - start, b"\0"))

    def _erase_directory(self, offset: int) -> Iterator[Edit]:
        entries, _ = self.directory(offset)
        for entry in entries:
            yield from self._erase_value(entry)
        start = self.base + offset
        yield Edit.erase(start, start + 2 + ENTRY * len(entries))

    def _erase_value(self, entry: Entry) -> Iterator[Edit]:
        if entry.size > INLINE:
            start = min(self.base + entry.offset, self.end)
            yield Edit.erase(start, min(start + entry.size, self.end))
