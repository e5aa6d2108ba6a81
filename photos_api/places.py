"""Where a photo was taken: read from its file when its owner asks, and kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from PIL import ExifTags, Image

from photos_api import storage
from photos_api.formats import pillow
from photos_api.models import Original

# What a file can be that says where it was taken in a way we cannot read.
BROKEN = (OSError, LookupError, ValueError, SyntaxError, TypeError, ArithmeticError)
MOST_LATITUDE, MOST_LONGITUDE = 90, 180


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the earth, in degrees: north and east are positive."""

    latitude: float
    longitude: float

    @classmethod
    def parse(cls, gps: Mapping[int, Any]) -> Self | None:
        """What the GPS directory of EXIF says, if that is a point on the earth."""
        north = -1 if gps.get(ExifTags.GPS.GPSLatitudeRef) == "S" else 1
        east = -1 if gps.get(ExifTags.GPS.GPSLongitudeRef) == "W" else 1
        latitude = north * _degrees(gps[ExifTags.GPS.GPSLatitude])
        longitude = east * _degrees(gps[ExifTags.GPS.GPSLongitude])
        if abs(latitude) <= MOST_LATITUDE and abs(longitude) <= MOST_LONGITUDE:
            return cls(round(latitude, 5), round(longitude, 5))
        return None

    def __str__(self) -> str:
        north = "N" if self.latitude >= 0 else "S"
        east = "E" if self.longitude >= 0 else "W"
        return f"{abs(self.latitude):.4f}° {north}, {abs(self.longitude):.4f}° {east}"


def of(original: Original) -> Place | None:
    """The place its file tells; None where it tells none that we can read."""
    try:
        with (
            storage.open_stored(storage.original_name(original.sha256)) as file,
            Image.open(file, formats=pillow.FORMATS) as picture,
        ):
            return Place.parse(picture.getexif().get_ifd(ExifTags.IFD.GPSInfo))
    except BROKEN:
        return None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
