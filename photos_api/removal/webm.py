"""WebM: no tags and no attachments; free space of the same size instead."""

from collections.abc import Iterator
from typing import IO

from photos_api.formats.elements import Element, elements
from photos_api.formats.webm import SEGMENT
from photos_api.removal.edits import Edit

TELLING = {0x1254C367, 0x1941A469}  # Tags, Attachments
VOID = b"\xec"
SHORT = 127  # bytes: up to here the size of an element fits into one byte


def edits(file: IO[bytes]) -> list[Edit]:
    """What to change; raises Broken."""
    size = file.seek(0, 2)
    found: list[Edit] = []
    for top in elements(file, 0, size):
        if top.id == SEGMENT:
            for element in elements(file, top.content, top.end):
                if element.id in TELLING:
                    found.extend(_freed(element))
    return found


def _freed(element: Element) -> Iterator[Edit]:
    size = element.end - element.start
    if size - 2 < SHORT:
        header = VOID + bytes([0x80 | (size - 2)])
    else:
        header = VOID + (1 << 56 | (size - 9)).to_bytes(8)
    behind = element.start + len(header)
    yield Edit(element.start, behind, header)
    if behind < element.end:
        yield Edit.erase(behind, element.end)
