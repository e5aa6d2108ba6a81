"""GIF: no XMP, and no extension of an application that we do not know."""

from typing import IO

from photos_api.formats.boxes import Broken
from photos_api.removal.edits import Edit

SCREEN = 13  # bytes before the first colour
EXTENSION, IMAGE, TRAILER, APPLICATION = 0x21, 0x2C, 0x3B, 0xFF
PLAIN = {b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"}
MOST_BLOCKS = 1_000_000


def edits(file: IO[bytes]) -> list[Edit]:
    """What to change; raises Broken."""
    size = file.seek(0, 2)
    file.seek(0)
    at = SCREEN + _colours(_some(file, SCREEN)[10])
    found: list[Edit] = []
    for _ in range(MOST_BLOCKS):
        file.seek(at)
        kind = file.read(1)
        if kind == bytes([TRAILER]):
            return [*found, Edit(at + 1, size)] if at + 1 < size else found
        if not kind:  # many leave the end out
            return found
        if kind == bytes([EXTENSION]):
            label = _some(file, 1)[0]
            name = file.read(12)[1:] if label == APPLICATION else b""
            end = _end_of_blocks(file, at + 2)
            if label == APPLICATION and name not in PLAIN:
                found.append(Edit(at, end))
        elif kind == bytes([IMAGE]):
            flags = _some(file, 9)[8]
            end = _end_of_blocks(file, at + 10 + _colours(flags) + 1)
        else:
            raise Broken
        at = end
    raise Broken


def _colours(flags: int) -> int:
    """How many bytes a table of colours takes, if there is one."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(file: IO[bytes], at: int) -> int:
    for _ in range(MOST_BLOCKS):
        file.seek(at)
        length = _some(file, 1)[0]
        at += 1 + length
        if not length:
            return at
    raise Broken


def _some(file: IO[bytes], count: int) -> bytes:
    content = file.read(count)
    if len(content) < count:
        raise Broken
    return content
