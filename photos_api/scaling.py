"""A picture file in other sizes, by Pillow: decoded once, and no larger than needed.

What comes out is a JPEG that stands upright, with the colour profile and no other
metadata. Memory is lent out, so that many large pictures at once do not end a server.
"""

import io
import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from PIL import Image, ImageCms, ImageOps

from photos_api.formats.pillow import FORMATS, MOST_PIXELS
from photos_api.problems import InvalidArgument, Problem, Unavailable

QUALITY = 85
LARGEST_PROFILE = 1_000_000  # bytes; those of cameras have 600, of presses 500,000
LARGE = 1_000_000  # pixels: from here on a progressive JPEG is worth its time
SWAPPED = {5, 6, 7, 8}  # EXIF orientations of a camera that stood on its side
ORIENTATION = 0x112


@dataclass(frozen=True, slots=True)
class Box:
    """So many pixels, exactly; with ``crop`` what does not fit is cut off evenly."""

    width: int
    height: int
    crop: bool = False

    def part_of(self, size: tuple[int, int]) -> float:
        """How large a picture of that size has to be for this box; 1: as it is."""
        return max(self.width / size[0], self.height / size[1])


class Memory:
    """Lends out megabytes; whoever wants more than is left waits for it."""

    PATIENCE = 8  # seconds

    def __init__(self, most: int) -> None:
        self.most = self._left = most
        self._returned = threading.Condition()

    @contextmanager
    def borrowed(self, amount: int) -> Iterator[None]:
        """Raise Unavailable after a while; a giant gets it when it is alone."""
        amount = min(amount, self.most)
        with self._returned:
            if not self._returned.wait_for(lambda: self._left >= amount, self.PATIENCE):
                raise Unavailable("Too many large pictures at once.", retry_after=5)
            self._left -= amount
        try:
            yield
        finally:
            with self._returned:
                self._left += amount
                self._returned.notify_all()


memory = Memory(64_000_000)  # bytes of decoded pictures, in a process


def scaled(file: IO[bytes], boxes: Sequence[Box]) -> list[bytes]:
    """A JPEG for each box. Raises InvalidArgument for what is no picture, or a bomb."""
    try:
        with Image.open(file, formats=FORMATS) as picture:
            _refuse_bombs(picture)
            _read_less(picture, boxes)
            with memory.borrowed(4 * picture.width * picture.height):
                return _made(picture, boxes)
    except (Problem, MemoryError):
        raise
    except Exception as error:  # a broken file breaks decoders anywhere
        raise InvalidArgument("This file cannot be shown as a picture.") from error


def _refuse_bombs(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise InvalidArgument("This picture is too large to be scaled.")


def _read_less(picture: Image.Image, boxes: Sequence[Box]) -> None:
    """A JPEG can be decoded at a half, a quarter or an eighth of its size."""
    size = upright_size(picture)
    part = min(1.0, max(box.part_of(size) for box in boxes))
    needed = (math.ceil(picture.width * part), math.ceil(picture.height * part))
    picture.draft(None, needed)


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """Its pixels as a person sees them."""
    width, height = picture.size
    if picture.getexif().get(ORIENTATION) in SWAPPED:
        return height, width
    return width, height


def _made(picture: Image.Image, boxes: Sequence[Box]) -> list[bytes]:
    """Decode, then each from the smallest so far that is large enough."""
    ImageOps.exif_transpose(picture, in_place=True)
    profile = _profile(picture.info.get("icc_profile"), picture.mode)
    sources = [_for_jpeg(picture)]
    sources[0].info = {}  # Pillow would write comments from there
    made: dict[Box, bytes] = {}
    for box in sorted(boxes, key=lambda box: -box.part_of(picture.size)):
        enough = (s for s in reversed(sources) if box.part_of(s.size) <= 1)
        small = _fitted(next(enough, sources[0]), box)
        made[box] = _jpeg(small, profile)
        if not box.crop:
            sources.append(small)
    return [made[box] for box in boxes]


def _fitted(picture: Image.Image, box: Box) -> Image.Image:
    size = (box.width, box.height)
    if box.crop:
        return ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS)


def _for_jpeg(picture: Image.Image) -> Image.Image:
    """In colours or in greys, 8 bits each; where one can see through, white."""
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    if picture.mode == "CMYK" and (profile := picture.info.get("icc_profile")):
        return _from_press(picture, profile)
    return picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")


def _from_press(picture: Image.Image, profile: bytes) -> Image.Image:
    """CMYK by its own profile; by the usual formula where that makes no sense."""
    try:
        inks = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        seen = ImageCms.profileToProfile(picture, inks, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        seen = None
    return seen or picture.convert("RGB")


def _profile(profile: Any, mode: str) -> bytes | None:
    """The colour profile, if it speaks of the colours that we write."""
    if not isinstance(profile, bytes) or len(profile) > LARGEST_PROFILE:
        return None
    space = b"GRAY" if mode == "L" else b"RGB "
    return profile if profile[16:20] == space and mode != "CMYK" else None


def _jpeg(picture: Image.Image, profile: bytes | None) -> bytes:
    made = io.BytesIO()
    large = picture.width * picture.height > LARGE
    picture.save(made, "JPEG", quality=QUALITY, icc_profile=profile, progressive=large)
    return made.getvalue()
