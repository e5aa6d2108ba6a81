"""What has arrived from the photo service: is it the whole photo, as announced?

Hashed while it is written. What a JPEG can lack is its end, and that is seen without
decoding it: two thousand photos then take as long as their way over the wire.
"""

import hashlib
import mmap
import threading
from dataclasses import dataclass
from typing import IO

from printshop import photos, storage
from printshop.failures import Failure
from printshop.photos import PickedItem
from printshop.press.originals import MOST_PIXELS, Unprintable, opened
from printshop.products import Size

JPEG, SCAN, END = b"\xff\xd8", 0xDA, b"\xff\xd9"
ONE_AT_A_TIME = threading.Lock()  # a photo that has to be decoded whole


class NoRoom(Failure):
    """The storage does not take the photo: it is full, or gone."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An original in the storage, good to print; no row names it yet."""

    file: str
    sha256: str
    size: Size


def refusal(item: PickedItem, *, unseen: bool) -> str:
    """Why a pick will not be printed, as far as its description tells; or nothing.

    ``unseen``: it is chosen from before we have it, so the description must suffice.
    """
    if not item.is_photo:
        return "Videos cannot be printed."
    if item.width * item.height > MOST_PIXELS:
        return "This photo has more pixels than we can print."
    if unseen and not item.width * item.height:
        return "Its size is not known: have it fetched now, not tonight."
    return ""


def receive(
    item: PickedItem, token: str, seconds: float = photos.BYTES_SECONDS
) -> Arrival:
    """Fetch one original into the storage; knows no database, so any thread may.

    Raises Unprintable, NoRoom, and what ``photos.download`` raises; then no file stays.
    """
    try:
        with storage.writing("originals") as (name, file):
            writer = Writer(file)
            photos.download(item, token, writer, seconds)
            file.flush()
            return Arrival(name, writer.sha256.hexdigest(), inspect(file, item))
    except OSError as error:
        raise NoRoom(str(error)) from error


def inspect(file: IO[bytes], item: PickedItem) -> Size:
    """The size of a whole photo, held upright; raises Unprintable."""
    with opened(file) as photo:
        if not _is_jpeg(file):
            with ONE_AT_A_TIME:  # four large ones together would fill the memory
                photo.check()
        elif not _has_its_end(file):
            raise Unprintable("This photo is not whole: its end is missing.")
    told = {item.width, item.height}  # turned sideways is the same
    if 0 not in told and told != {photo.size.width, photo.size.height}:
        raise Unprintable("The photo arrived in another size than announced.")
    return photo.size


class Writer:
    """A file that is hashed as it is written, and says why when it cannot be."""

    def __init__(self, file: IO[bytes]) -> None:
        self.sha256 = hashlib.sha256()
        self._file = file
        self._size = 0

    def write(self, piece: bytes) -> None:
        """Append; raises NoRoom, or Unprintable for more than any photo has."""
        self._size += len(piece)
        if self._size > photos.BYTES_LIMIT:
            raise Unprintable("This file is larger than any photo we can print.")
        try:
            self._file.write(piece)
        except OSError as error:
            raise NoRoom(str(error)) from error
        self.sha256.update(piece)


def _is_jpeg(file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(2) == JPEG


def _has_its_end(file: IO[bytes]) -> bool:
    """Does an end follow the pixels? Within them its two bytes cannot occur."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = len(JPEG)
        while content[at] == JPEG[0] and content[at + 1] != SCAN:
            at += 2 + int.from_bytes(content[at + 2 : at + 4])
        return content.rfind(END, at) > at
