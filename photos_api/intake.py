"""How a picture file becomes an original: its bytes kept, its metadata read."""

import io
from collections.abc import Mapping
from typing import IO, Any

from PIL import ExifTags, Image

from photos_api import storage, tasks
from photos_api.models import Original

ABSURD = 1_000_000  # no camera has so many of anything
ROTATED = {5, 6, 7, 8}  # EXIF orientations that swap width and height


def keep(content: bytes, *, sample: str = "") -> Original:
    """Keep a JPEG and remember what its EXIF says; the same bytes are kept once.

    The file comes first and the row after it, so that no row points to nothing.
    """
    sha256 = storage.keep_original(content)
    original, new = Original.objects.get_or_create(
        pk=sha256, defaults={**_described(content), "sample": sample}
    )
    if new:
        tasks.make_renditions.enqueue(sha256)
    return original


def receive(file: IO[bytes]) -> Original:
    """Keep a file that somebody sent; raises Refused with the reason not to."""
    file.seek(0)
    return keep(file.read())


def _described(content: bytes) -> dict[str, Any]:
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
        exif = picture.getexif()
        width, height = picture.size
    if exif.get(ExifTags.Base.Orientation) in ROTATED:
        width, height = height, width
    taken = exif.get_ifd(ExifTags.IFD.Exif)
    return {
        "mime_type": "image/jpeg",
        "byte_size": len(content),
        "width": width,
        "height": height,
        "camera_make": str(exif.get(ExifTags.Base.Make, ""))[:255],
        "camera_model": str(exif.get(ExifTags.Base.Model, ""))[:255],
        "focal_length": _number(taken, ExifTags.Base.FocalLength),
        "aperture": _number(taken, ExifTags.Base.FNumber),
        "iso": _whole(taken, ExifTags.Base.ISOSpeedRatings),
        "exposure_time": _number(taken, ExifTags.Base.ExposureTime),
        "has_location": bool(exif.get_ifd(ExifTags.IFD.GPSInfo)),
    }


def _number(exif: Mapping[int, Any], tag: int) -> float | None:
    try:
        value = float(exif[tag])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return value if 0 < value < ABSURD else None


def _whole(exif: Mapping[int, Any], tag: int) -> int | None:
    value = _number(exif, tag)
    return None if value is None else round(value)
