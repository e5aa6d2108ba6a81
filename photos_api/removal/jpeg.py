"""JPEG: the place in its EXIF block, and everything a camera may say besides.

What comes behind the picture is cut off: a motion photo's video, a second picture, or
another file altogether, each with metadata of its own.
"""

import re
from typing import IO

from photos_api.formats.boxes import Broken
from photos_api.removal.edits import Edit
from photos_api.removal.tiff import cleaned

EXIF = b"Exif\0\0"
MARKER, START, END, SCAN = 0xFF, 0xD8, 0xD9, 0xDA
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
BLOCK = 1024 * 1024
MOST_SEGMENTS = 10_000


def edits(file: IO[bytes]) -> list[Edit]:
    """What to change; raises Broken."""
    size = file.seek(0, 2)
    file.seek(0)
    if file.read(2) != bytes([MARKER, START]):
        raise Broken
    found: list[Edit] = []
    at = 2
    for _ in range(MOST_SEGMENTS):
        at, marker = _marker(file, at)
        if marker == END:
            return [*found, Edit(at, size)] if at < size else found
        if marker in ALONE:
            continue
        file.seek(at)
        length = int.from_bytes(file.read(2))
        payload = file.read(max(0, length - 2))
        if len(payload) != length - 2:
            raise Broken
        found.extend(_without_place(marker, payload, at))
        at += length
        if marker == SCAN:
            at = _end_of_scan(file, at, size)
            if at == size:  # some cameras leave the end out
                return found
    raise Broken


def _marker(file: IO[bytes], at: int) -> tuple[int, int]:
    """Where the marker ends that begins here, and which it is."""
    file.seek(at)
    if file.read(1) != bytes([MARKER]):
        raise Broken
    at += 1
    while (marker := file.read(1)) == bytes([MARKER]):  # they may be repeated
        at += 1
    if not marker:
        raise Broken
    return at + 1, marker[0]


def _without_place(marker: int, payload: bytes, at: int) -> list[Edit]:
    start, end = at - 2, at + 2 + len(payload)
    if marker == APP1 and payload.startswith(EXIF):
        block = payload[len(EXIF) :]
        new = cleaned(block)  # as long as it was
        if new == block:
            return []
        return [Edit(end - len(new), end, new)] if new else [Edit(start, end)]
    plain = (
        not APP0 <= marker <= APP15
        or marker in {APP0, APP14}
        or (marker == APP2 and payload.startswith(b"ICC_PROFILE\0"))
    )
    return [] if plain else [Edit(start, end)]


def _end_of_scan(file: IO[bytes], at: int, size: int) -> int:
    """Where the next marker begins; the end of the file if there is none."""
    while at < size:
        file.seek(at)
        block = file.read(BLOCK + 1)  # a marker may lie across two blocks
        if found := NEXT_MARKER.search(block):
            return at + found.start()
        at += BLOCK
    return size
