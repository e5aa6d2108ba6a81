"""Elements of WebM files: an id, a size and what is in it (EBML)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from photos_api.formats.boxes import MOST_BOXES, MOST_CONTENT, Broken

LONGEST_ID, LONGEST_SIZE = 4, 8  # bytes


@dataclass(frozen=True, slots=True)
class Element:
    """Where an element lies in its file."""

    id: int
    start: int
    content: int
    end: int

    def read(self, file: IO[bytes]) -> bytes:
        """What is in it; raises Broken for more than anybody needs."""
        if self.end - self.content > MOST_CONTENT:
            raise Broken
        file.seek(self.content)
        return file.read(self.end - self.content)


def elements(file: IO[bytes], start: int, end: int) -> Iterator[Element]:
    """The elements that lie there side by side; raises Broken."""
    for _ in range(MOST_BOXES):
        if start == end:
            return
        element = _element(file, start, end)
        yield element
        start = element.end
    raise Broken


def _element(file: IO[bytes], start: int, end: int) -> Element:
    file.seek(start)
    header = file.read(LONGEST_ID + LONGEST_SIZE)
    id_length = _length(header[:1])
    size_length = _length(header[id_length : id_length + 1])
    content = start + id_length + size_length
    number = int.from_bytes(header[id_length : id_length + size_length])
    size = number & ((1 << 7 * size_length) - 1)
    if size == (1 << 7 * size_length) - 1:  # unknown: up to the end
        size = end - content
    if id_length > LONGEST_ID or content + size > end:
        raise Broken
    return Element(int.from_bytes(header[:id_length]), start, content, content + size)


def _length(first: bytes) -> int:
    """How many bytes a number has: as many as zeros before the first one, and one."""
    if not first or not first[0]:
        raise Broken
    return 9 - first[0].bit_length()
