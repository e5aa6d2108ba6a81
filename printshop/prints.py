"""Pictures: from the own copy of a photo to what the press takes, with Pillow."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import img2pdf
import pikepdf
from PIL import Image, ImageCms, ImageOps

from printshop.crops import Crop, centre_crop
from printshop.products import MM_PER_INCH, PRESS_PPI, Size, pixels

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF")
MOST_PIXELS = 200_000_000  # a bomb is refused by its header, before it is opened
PREVIEW_PIXELS = 900
POINTS_PER_MM = 72 / MM_PER_INCH

Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter, and no mere warning


class Unprintable(ValueError):
    """Not a photo we can print; its text is for the customer."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A rendered print: a JPEG, the paper it goes on, and how often."""

    jpeg: bytes
    paper: Size  # millimetres
    copies: int


def measure(file: IO[bytes]) -> Size:
    """The size of a photo held upright; raises Unprintable.

    Reads every pixel: what passes here will not fail on the press.
    """
    try:
        with _open(file) as image:
            upright = ImageOps.exif_transpose(image)  # a copy: every pixel was read
            return Size(upright.width, upright.height)
    except Unprintable:
        raise
    except Exception as error:  # decoders raise whatever they like
        raise Unprintable("This file is not a photo we can read.") from error


def render(original: bytes, crop: Crop, paper: Size) -> bytes:
    """The print as a JPEG of 300 pixels per inch, in sRGB with its profile."""
    press = (pixels(paper.width), pixels(paper.height))
    with _open(io.BytesIO(original)) as image:
        picture = _srgb(ImageOps.exif_transpose(image))
        printed = picture.resize(press, Image.Resampling.LANCZOS, box=crop.box)
    return _jpeg(printed, quality=95, subsampling=0, dpi=(PRESS_PPI, PRESS_PPI))


def preview(original: bytes, paper: Size) -> bytes:
    """What the print will look like, small enough for a page."""
    with _open(io.BytesIO(original)) as image:
        image.draft("RGB", (2 * PREVIEW_PIXELS, 2 * PREVIEW_PIXELS))  # read no more
        picture = _srgb(ImageOps.exif_transpose(image))
    crop = centre_crop(Size(picture.width, picture.height), paper)
    scale = min(PREVIEW_PIXELS / max(crop.width, crop.height), 1)
    shown = (max(int(crop.width * scale), 1), max(int(crop.height * scale), 1))
    return _jpeg(picture.resize(shown, box=crop.box), quality=82)


def thumbnail(printed: bytes) -> bytes:
    """A rendered print, small enough for a page."""
    with Image.open(io.BytesIO(printed), formats=["JPEG"]) as image:
        image.draft("RGB", (PREVIEW_PIXELS, PREVIEW_PIXELS))
        image.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
        return _jpeg(image, quality=85)


def bind(sheets: Sequence[Sheet], *, title: str, at: datetime) -> bytes:
    """One PDF, a page per sheet of paper; the same sheets give the same bytes.

    The JPEGs go in as they are, once each, however many copies are printed.
    """
    papers = iter(sheets)

    def layout(*_: object) -> tuple[float, float, float, float]:
        paper = next(papers).paper
        width, height = paper.width * POINTS_PER_MM, paper.height * POINTS_PER_MM
        return width, height, width, height

    single = img2pdf.convert(
        [sheet.jpeg for sheet in sheets],
        layout_fun=layout,
        title=title,
        producer="Print Shop",
        creationdate=at,
        moddate=at,
    )
    with pikepdf.open(io.BytesIO(single)) as pdf:
        pages = list(pdf.pages)
        for page in pages:
            page.trimbox = page.mediabox
        del pdf.pages[:]
        for page, sheet in zip(pages, sheets, strict=True):
            for _ in range(sheet.copies):
                pdf.pages.append(page)
        del pdf.trailer.ID  # random; the next line makes one from the contents
        bound = io.BytesIO()
        pdf.save(bound, deterministic_id=True)
    return bound.getvalue()


def _open(file: IO[bytes]) -> Image.Image:
    image = Image.open(file, formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise Unprintable("This photo has more pixels than we can print.")
    return image


def _srgb(image: Image.Image) -> Image.Image:
    """In sRGB, whatever profile the photo came with; transparency becomes paper."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.new("RGBA", image.size, "white")
        image.alpha_composite(rgba)
        image = image.convert("RGB")
    if profile and image.mode in {"RGB", "L", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
            return converted or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: take the numbers for sRGB, as browsers do
    return image.convert("RGB")


def _jpeg(image: Image.Image, **options: object) -> bytes:
    """Without metadata other than the profile: nothing private leaves the shop."""
    image.info.clear()
    written = io.BytesIO()
    image.save(written, "JPEG", icc_profile=SRGB, optimize=True, **options)
    return written.getvalue()


def _srgb_profile() -> bytes:
    """The sRGB profile, without the time at which it was made."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    epoch = bytes(
        (7, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)
    )  # 1 January 2000, as ICC writes it
    return profile[:24] + epoch + profile[36:]


SRGB = _srgb_profile()
