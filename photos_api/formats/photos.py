"""Photo files: decoded once to see that they can be, and their metadata read.

Only the first picture is decoded, however many there are: that bounds animations.
"""

import warnings
from collections.abc import Mapping
from typing import IO, Any

from PIL import ExifTags, Image

from photos_api.formats import pillow
from photos_api.formats.description import Description, clean, moment
from photos_api.formats.kinds import Kind, Refused

ABSURD = 1_000_000  # no camera has so many of anything
ROTATED = {5, 6, 7, 8}  # EXIF orientations that swap width and height
SMALL = 8  # a JPEG is decoded at an eighth: every byte of it is read all the same
DNG_VERSION = 50706


def describe(file: IO[bytes], kind: Kind) -> Description:
    """Decode the file and say what is in it; raises Refused with the reason not to."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow finds odd, we decide on
            with Image.open(file, formats=[kind.pillow]) as picture:
                return _described(picture, kind)
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise Refused(_TOO_LARGE) from error
    except MemoryError as error:
        raise Refused(
            "Reading this file takes more memory than a photo may."
        ) from error
    except Exception as error:  # a broken file breaks decoders anywhere
        raise Refused("This file is damaged: it cannot be decoded.") from error


_TOO_LARGE = f"This picture has more than {pillow.MOST_PIXELS:,} pixels."


def _described(picture: Image.Image, kind: Kind) -> Description:
    width, height = picture.size
    if not width * height:
        raise Refused("This picture has no pixels.")
    if width * height > pillow.MOST_PIXELS:
        raise Refused(_TOO_LARGE)
    exif = _exif(picture)
    if DNG_VERSION in exif:
        raise Refused("This is a raw file of a camera: send the photo made from it.")
    picture.draft(None, (width // SMALL, height // SMALL))
    picture.load()
    if exif.get(ExifTags.Base.Orientation) in ROTATED:
        width, height = height, width
    taken = _directory(exif, ExifTags.IFD.Exif)
    return Description(
        mime_type=kind.mime_type,
        width=width,
        height=height,
        camera_make=clean(exif.get(ExifTags.Base.Make)),
        camera_model=clean(exif.get(ExifTags.Base.Model)),
        focal_length=_number(taken, ExifTags.Base.FocalLength),
        aperture=_number(taken, ExifTags.Base.FNumber),
        iso=_whole(taken, ExifTags.Base.ISOSpeedRatings),
        exposure_time=_number(taken, ExifTags.Base.ExposureTime),
        taken_at=moment(taken.get(ExifTags.Base.DateTimeOriginal)),
        has_location=bool(_directory(exif, ExifTags.IFD.GPSInfo))
        or b"GPSLatitude" in _xmp(picture),
    )


def _xmp(picture: Image.Image) -> bytes:
    told = picture.info.get("xmp", b"")
    return told if isinstance(told, bytes) else str(told).encode()


def _exif(picture: Image.Image) -> Mapping[int, Any]:
    """The first directory; empty if it cannot be read: that is no reason to refuse."""
    try:
        exif = picture.getexif()
        dict(exif)
    except Exception:  # noqa: BLE001 # the same
        return {}
    return exif


def _directory(exif: Mapping[int, Any], pointer: int) -> Mapping[int, Any]:
    if not isinstance(exif, Image.Exif):
        return {}
    try:
        return exif.get_ifd(pointer)
    except Exception:  # noqa: BLE001 # the same
        return {}


def _number(exif: Mapping[int, Any], tag: int) -> float | None:
    try:
        value = float(exif[tag])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return value if 0 < value < ABSURD else None


def _whole(exif: Mapping[int, Any], tag: int) -> int | None:
    value = _number(exif, tag)
    return None if value is None else round(value)
