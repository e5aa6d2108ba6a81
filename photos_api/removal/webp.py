"""WebP: its EXIF chunk without the place; no XMP, and no chunk that we do not know."""

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
    at, flags_at, with_exif = HEAD, 0, False
    for _ in range(MOST_CHUNKS):
        if at >= end:
            break
        file.seek(at)
        header = file.read(HEADER)
        length = int.from_bytes(header[4:], "little")
        content, behind = at + HEADER, min(at + HEADER + length + length % 2, end)
        if len(header) < HEADER or content + length > end:
            raise Broken
        if header[:4] == b"VP8X":
            flags_at = content
        elif header[:4] == b"EXIF" and (block := _cleaned(file, length)):
            found.append(Edit(content, content + length, block))
            with_exif = True
        elif header[:4] not in PLAIN:
            found.append(Edit(at, behind))
        at = behind
    else:
        raise Broken
    return found + _header(file, found, flags_at, with_exif=with_exif, end=end)


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


def _cleaned(file: IO[bytes], length: int) -> bytes:
    if length > MOST_CONTENT:
        return b""
    content = file.read(length)
    if content.startswith(PREFIX):
        block = cleaned(content[len(PREFIX) :])
        return PREFIX + block if block else b""
    return cleaned(content)
