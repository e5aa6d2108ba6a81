"""Dashboard cameras: what lies between the pictures and says where the car was.

Once a second they leave a block there that no track points to: its length, `freeGPS `,
and the place in one of a dozen ways. So all of the block goes.
"""

from collections.abc import Iterator
from typing import IO

from photos_api.formats.boxes import Box, Broken
from photos_api.removal.edits import Edit

MARK = b"freeGPS "
LENGTH = 4  # bytes that say how long a block is, itself included, before the mark
SHORTEST, LARGEST = LENGTH + len(MARK), 64 * 1024  # bytes of a block
USUAL = 32 * 1024  # bytes of a block whose length makes no sense
MOST_BLOCKS = 200_000  # two days
READ = 1024 * 1024  # bytes searched at a time


def edits(file: IO[bytes], media: Box) -> Iterator[Edit]:
    """Zeros over every block in an `mdat` box; raises Broken for far too many."""
    for number, mark in enumerate(_marks(file, media)):
        if number == MOST_BLOCKS:
            raise Broken
        start = max(mark - LENGTH, media.content)
        file.seek(mark - LENGTH)
        end = start + _length(file.read(LENGTH))
        yield Edit.erase(start, min(end, media.end))


def _length(said: bytes) -> int:
    """Most cameras begin with the highest byte, some with the lowest."""
    possible = int.from_bytes(said), int.from_bytes(said, "little")
    return next((n for n in possible if SHORTEST <= n <= LARGEST), USUAL)


def _marks(file: IO[bytes], media: Box) -> Iterator[int]:
    """Where they begin."""
    position, kept = media.content, b""  # a mark may lie across what is read at a time
    while position < media.end:
        file.seek(position)
        searched = kept + file.read(min(READ, media.end - position))
        beginning = position - len(kept)
        at = searched.find(MARK)
        while at >= 0:
            yield beginning + at
            at = searched.find(MARK, at + len(MARK))
        position = beginning + len(searched)
        kept = searched[1 - len(MARK) :]
