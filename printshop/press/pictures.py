"""Pictures: a print for the press, and the same for a page."""

import io
from dataclasses import replace
from typing import IO

from PIL import Image

from printshop.crops import Crop
from printshop.press.colours import SRGB
from printshop.press.layout import Cut, Lying, lie, within
from printshop.press.originals import Photo, opened
from printshop.products import MM_PER_INCH, Size, Sizing

PREVIEW_PIXELS = 900


def render(original: IO[bytes], cut: Cut) -> bytes:
    """A print for the press: a JPEG in sRGB with its profile; or Unprintable."""
    lying = lie(cut)
    with opened(original, cut.rotation) as photo:
        picture = _with_bleed(photo, cut.crop, lying)
    across = lying.rect.width / MM_PER_INCH
    density = round(picture.width / across)
    return jpeg(picture, quality=95, subsampling=0, dpi=(density, density))


def preview(original: IO[bytes], cut: Cut, *, longest: int = PREVIEW_PIXELS) -> bytes:
    """What lies inside the trim, small enough for a page: a JPEG; or Unprintable."""
    sheet = within(cut.paper, Size(longest, longest))
    if cut.sizing == Sizing.FILL:
        with opened(original, cut.rotation) as photo:
            picture = photo.take(cut.crop.box, _no_more(cut.crop, sheet))
        return jpeg(picture, quality=82)

    border = round(cut.border_mm * sheet.width / cut.paper.width)
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


def finished(printed: IO[bytes], cut: Cut) -> bytes:
    """A print of ours as it is when its bleed is cut off, small enough for a page."""
    lying = lie(cut)
    trimmed = Crop(
        lying.beyond.width, lying.beyond.height, lying.inside.width, lying.inside.height
    )
    return preview(printed, replace(cut, crop=trimmed, rotation=0))


def jpeg(image: Image.Image, *, quality: int, **options: object) -> bytes:
    """Without metadata other than the profile: nothing private leaves the shop."""
    image.info.clear()
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality, icc_profile=SRGB, **options)
    return written.getvalue()


def _with_bleed(photo: Photo, crop: Crop, lying: Lying) -> Image.Image:
    """The crop and what is beyond it: more of the photo, mirrored where it ends."""
    across, down = crop.width / lying.inside.width, crop.height / lying.inside.height
    bleed = lying.beyond
    ends = (  # how far the photo goes on, in pixels of the print
        min(int(crop.left / across), bleed.width),
        min(int(crop.top / down), bleed.height),
        min(int((photo.size.width - crop.left - crop.width) / across), bleed.width),
        min(int((photo.size.height - crop.top - crop.height) / down), bleed.height),
    )
    left, top, right, bottom = crop.box
    picture = photo.take(
        (
            left - ends[0] * across,
            top - ends[1] * down,
            right + ends[2] * across,
            bottom + ends[3] * down,
        ),
        Size(
            lying.inside.width + ends[0] + ends[2],
            lying.inside.height + ends[1] + ends[3],
        ),
    )
    missing = [
        full - end
        for full, end in zip((bleed.width, bleed.height) * 2, ends, strict=True)
    ]
    return _mirrored(picture, *missing) if any(missing) else picture


def _mirrored(
    picture: Image.Image, left: int, top: int, right: int, bottom: int
) -> Image.Image:
    """A picture that goes on in a mirror beyond its edges."""
    width, height = picture.size
    page = Image.new("RGB", (width + left + right, height + top + bottom))
    page.paste(picture, (left, top))
    turned = Image.Transpose.FLIP_LEFT_RIGHT
    for strip, at in ((left, 0), (right, left + width)):
        source = left if at == 0 else left + width - strip
        edge = page.crop((source, top, source + strip, top + height))
        page.paste(edge.transpose(turned), (at, top))
    turned = Image.Transpose.FLIP_TOP_BOTTOM
    for strip, at in ((top, 0), (bottom, top + height)):
        source = top if at == 0 else top + height - strip
        edge = page.crop((0, source, page.width, source + strip))
        page.paste(edge.transpose(turned), (0, at))
    return page


def _no_more(crop: Crop, wanted: Size) -> Size:
    """Never more pixels than the photo has; the shape stays."""
    scale = min(crop.width / wanted.width, crop.height / wanted.height, 1)
    return Size(
        max(round(wanted.width * scale), 1), max(round(wanted.height * scale), 1)
    )
