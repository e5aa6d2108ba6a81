"""WebP: its EXIF chunk without the place; no XMP, and no chunk that we do not know."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from photos_api.formats.boxes import MOST_CONTENT, Broken
from photos_api.removal.edits import Edit
from photos_api.removal.tiff import cleaned

HEAD, HEADER = 12, 8  # bytes: of the file and of a chunk
HAS_EXIF, HAS_XMP = 0x08, 0x04  # in the first byte of VP8X
PLAIN = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
MOST_CHUNKS = 100_000
PREFIX = b"Exif\0\0"  # some write it here too


def edits(file: IO[bytes]) -> list[Edit]:
    """What to change; raises Broken."""
    size = file.seek(0, 2)
    file.seek(4)
    end = HEADER + int.from_bytes(file.read(4), "little")
    if end > size + 1:  # the last byte of padding is often missing
        raise Broken
    end = min(end, size)
    found = [Edit(end, size)] if end < size else []
    flags_at, with_exif = 0, False
    for chunk in _chunks(file, end):
        if chunk.kind == b"VP8X":
            flags_at = chunk.content
        elif chunk.kind == b"EXIF" and (changes := _of_exif(file, chunk)) is not None:
            found.extend(changes)
            with_exif = True
        elif chunk.kind not in PLAIN:
            found.append(Edit(chunk.start, chunk.end))
    if found:
        found.extend(_header(file, found, flags_at, with_exif=with_exif, end=end))
    return found


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a chunk lies in its file."""

    kind: bytes
    start: int
    content: int
    length: int
    end: int  # behind its padding


def _chunks(file: IO[bytes], end: int) -> Iterator[Chunk]:
    at = HEAD
    for _ in range(MOST_CHUNKS):
        if at >= end:
            return
        file.seek(at)
        header = file.read(HEADER)
        length, content = int.from_bytes(header[4:], "little"), at + HEADER
        if len(header) < HEADER or content + length > end:
            raise Broken
        behind = min(content + length + length % 2, end)
        yield Chunk(header[:4], at, content, length, behind)
        at = behind
    raise Broken


def _header(
    file: IO[bytes], found: list[Edit], flags_at: int, *, with_exif: bool, end: int
) -> list[Edit]:
    """How long the file is now, and which chunks it announces."""
    gone = sum(e.end - e.start - len(e.new) for e in found if e.start < end)
    changes = [Edit(4, 8, (end - HEADER - gone).to_bytes(4, "little"))]
    if flags_at:
        file.seek(flags_at)
        flags = file.read(1)[0] & ~HAS_XMP & ~(0 if with_exif else HAS_EXIF)
        changes.append(Edit(flags_at, flags_at + 1, bytes([flags])))
    return changes


def _of_exif(file: IO[bytes], chunk: Chunk) -> list[Edit] | None:
    """What to change in it; None if it cannot stay."""
    if chunk.length > MOST_CONTENT:
        return None
    file.seek(chunk.content)
    block = file.read(chunk.length).removeprefix(PREFIX)
    new = cleaned(block)
    if new == block:
        return []
    end = chunk.content + chunk.length
    return [Edit(end - len(new), end, new)] if new else None
