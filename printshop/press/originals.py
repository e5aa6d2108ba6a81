"""An original: opened with care, read no more than is needed, held upright."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Self

import pi_heif  # type: ignore[import-untyped] # it has none
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from printshop.press import colours
from printshop.products import Size

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "HEIF")
MOST_PIXELS = 200_000_000  # a bomb is refused by its header, before it is opened
MOST_DECODED = 60_000_000  # of what is held in memory whole: all but a plain JPEG
ORIENTATION = 0x0112  # the EXIF tag
Box = tuple[float, float, float, float]  # left, top, right, bottom, as Pillow counts

pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter, and no mere warning


class Unprintable(ValueError):
    """Not a photo we can print; its text is for the customer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a stored picture becomes the one people see: transposed, then mirrored.

    All eight ways a camera can be held are of this shape.
    """

    transposed: bool = False
    across: bool = False
    down: bool = False

    @classmethod
    def of(cls, orientation: object, rotation: int = 0) -> Self:
        """What EXIF says, then so many degrees clockwise."""
        turn = cls(*(bool(int(bit)) for bit in _EXIF.get(orientation, "000")))
        for _ in range(rotation // 90 % 4):
            turn = cls(not turn.transposed, not turn.down, turn.across)
        return turn

    def size(self, width: int, height: int) -> Size:
        """A stored size as people see it, or the other way round."""
        return Size(height, width) if self.transposed else Size(width, height)

    def back(self, box: Box, seen: Size) -> Box:
        """Where a part of the seen picture lies in the stored one."""
        left, top, right, bottom = box
        if self.across:
            left, right = seen.width - right, seen.width - left
        if self.down:
            top, bottom = seen.height - bottom, seen.height - top
        if self.transposed:
            return top, left, bottom, right
        return left, top, right, bottom

    def apply(self, image: Image.Image) -> Image.Image:
        """The picture as people see it."""
        how = _PILLOW.get((self.transposed, self.across, self.down))
        return image if how is None else image.transpose(how)


_EXIF: dict[object, str] = {
    2: "010",
    3: "011",
    4: "001",
    5: "100",
    6: "110",
    7: "111",
    8: "101",
}
_PILLOW = {
    (False, True, False): Image.Transpose.FLIP_LEFT_RIGHT,
    (False, True, True): Image.Transpose.ROTATE_180,
    (False, False, True): Image.Transpose.FLIP_TOP_BOTTOM,
    (True, False, False): Image.Transpose.TRANSPOSE,
    (True, True, False): Image.Transpose.ROTATE_270,
    (True, True, True): Image.Transpose.TRANSVERSE,
    (True, False, True): Image.Transpose.ROTATE_90,
}


class Photo:
    """An opened original; knows its size, decodes when a part of it is taken."""

    def __init__(self, image: Image.Image, rotation: int = 0) -> None:
        """Reads headers only."""
        self._image = image
        turned = image.format == "TIFF"  # by Pillow itself, while it decodes
        held = None if turned else image.getexif().get(ORIENTATION)
        self._turn = Turn.of(held, rotation)
        self.size = self._turn.size(*image.size)

    def check(self) -> None:
        """Read the file to its end; a JPEG costs an eighth of its pixels."""
        self._image.draft(None, (1, 1))
        self._image.load()

    def take(self, box: Box, size: Size) -> Image.Image:
        """A part of the photo as people see it, in so many pixels, in sRGB. Once.

        Only what the print needs is decoded, turned and converted: a JPEG is read
        at a half, a quarter or an eighth where that is still enough.
        """
        part = self._turn.back(box, self.size)
        wanted = self._turn.size(size.width, size.height)
        stored = self._image.size
        wide, high = part[2] - part[0], part[3] - part[1]
        enough = (
            int(stored[0] * wanted.width / wide),
            int(stored[1] * wanted.height / high),
        )
        drafted = self._image.draft(None, enough)
        scale = stored[0] / drafted[1][2] if drafted else 1
        profile = self._image.info.get("icc_profile")
        decoded = colours.plain(self._image)
        del self._image  # what was decoded is large: let go of it as soon as possible
        left, top, right, bottom = (edge / scale for edge in part)
        pixels = (wanted.width, wanted.height)
        taken = _scaled(decoded, (left, top, right, bottom), pixels)
        del decoded
        return self._turn.apply(colours.srgb(taken, profile))


@contextmanager
def opened(file: IO[bytes], rotation: int = 0) -> Iterator[Photo]:
    """A photo to take a part of; raises Unprintable, also when its pixels are bad."""
    try:
        yield Photo(_open(file), rotation)
    except (Unprintable, MemoryError):  # the latter is our problem, not the photo's
        raise
    except Exception as error:  # decoders raise whatever they like
        raise Unprintable("This file is not a photo we can read.") from error


def measure(file: IO[bytes]) -> Size:
    """The size of a photo held upright; raises Unprintable.

    Reads the file to its end: what passes here will not fail on the press.
    """
    with opened(file) as photo:
        photo.check()
        return photo.size


def _open(file: IO[bytes]) -> Image.Image:
    file.seek(0)
    image = Image.open(file, formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise Unprintable("This photo has more pixels than we can print.")
    if image.width * image.height > MOST_DECODED and not _is_plain_jpeg(image):
        raise Unprintable(
            "This photo has more pixels than we can print from a file of its kind:"
            " save it as a JPEG that is not progressive."
        )
    return image


def _is_plain_jpeg(image: Image.Image) -> bool:
    """Can it be decoded at an eighth, row by row?"""
    return isinstance(image, JpegImageFile) and "progressive" not in image.info


def _scaled(image: Image.Image, box: Box, pixels: tuple[int, int]) -> Image.Image:
    """Scaled with care, or cut out unchanged where no scaling is needed."""
    left, top, right, bottom = (round(edge) for edge in box)
    unscaled = (right - left, bottom - top) == pixels
    if unscaled and (left, top, right, bottom) == box:
        return image.crop((left, top, right, bottom))
    return image.resize(pixels, Image.Resampling.LANCZOS, box=box)
