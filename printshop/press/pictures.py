"""Pictures: a print for the press, and the same for a page."""

import io
from dataclasses import dataclass
from typing import IO

from PIL import Image

from printshop.crops import Crop
from printshop.press.colours import SRGB
from printshop.press.layout import border_mm, within
from printshop.press.originals import opened
from printshop.products import Size, Sizing

PREVIEW_PIXELS = 900


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a photo goes on which paper (millimetres), and how."""

    crop: Crop  # in pixels of the photo held upright, then rotated
    paper: Size
    rotation: int = 0  # degrees, clockwise
    sizing: str = Sizing.FILL


def preview(original: IO[bytes], cut: Cut, *, longest: int = PREVIEW_PIXELS) -> bytes:
    """What lies inside the trim, small enough for a page: a JPEG; or Unprintable."""
    sheet = within(cut.paper, Size(longest, longest))
    if cut.sizing == Sizing.FILL:
        with opened(original, cut.rotation) as photo:
            picture = photo.take(cut.crop.box, _no_more(cut.crop, sheet))
        return jpeg(picture, quality=82)

    border = round(border_mm(cut.paper) * sheet.width / cut.paper.width)
    room = Size(sheet.width - 2 * border, sheet.height - 2 * border)
    shown = within(cut.crop.size, room)
    with opened(original, cut.rotation) as photo:
        picture = photo.take(cut.crop.box, shown)
    page = Image.new("RGB", (sheet.width, sheet.height), "white")
    left, top = sheet.width - shown.width, sheet.height - shown.height
    page.paste(picture, (left // 2, top // 2))
    return jpeg(page, quality=82)


def whole(
    original: IO[bytes], *, rotation: int = 0, longest: int = PREVIEW_PIXELS
) -> bytes:
    """The photo uncropped, upright, rotated clockwise; raises Unprintable."""
    with opened(original, rotation) as photo:
        everything = Crop(0, 0, photo.size.width, photo.size.height)
        small = within(everything.size, Size(longest, longest))
        return jpeg(photo.take(everything.box, _no_more(everything, small)), quality=82)


def thumbnail(printed: IO[bytes], *, longest: int = PREVIEW_PIXELS) -> bytes:
    """A picture of ours, small enough for a page."""
    return whole(printed, longest=longest)


def jpeg(image: Image.Image, *, quality: int, subsampling: int = 2) -> bytes:
    """Without metadata other than the profile: nothing private leaves the shop."""
    image.info.clear()
    written = io.BytesIO()
    image.save(
        written, "JPEG", quality=quality, subsampling=subsampling, icc_profile=SRGB
    )
    return written.getvalue()


def _no_more(crop: Crop, wanted: Size) -> Size:
    """Never more pixels than the photo has; the shape stays."""
    scale = min(crop.width / wanted.width, crop.height / wanted.height, 1)
    return Size(
        max(round(wanted.width * scale), 1), max(round(wanted.height * scale), 1)
    )
