"""Base URLs: an address for a photo's bytes that forgets itself after an hour.

Signed, not stored: it names the photo, the app it was handed to and the API it came
from. Append `=w800-h600`, `=w800-h600-c` or `=d`.
"""

import re
import time
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.core.signing import BadSignature, Signer

from photos_api.problems import InvalidArgument, NotFound, PermissionDenied

LIFETIME = 3600  # seconds, at the least: what Google's documentation promises
# The same photo keeps the same address for this long, so that clients can cache.
STEP = 300  # seconds
LARGEST_SIDE = 16_383

_signer = Signer(sep=".", salt="photos_api.base_urls")


@dataclass(frozen=True, slots=True)
class BaseURL:
    """An address we signed ourselves and that is still good."""

    surface: str  # "library" or "picker"
    photo_id: str
    client_id: str

    @classmethod
    def parse(cls, signed: str) -> Self:
        """Raise NotFound for what we never signed, PermissionDenied when it is over."""
        try:
            surface, photo_id, client_id, expires_at = _signer.unsign_object(signed)
        except (BadSignature, ValueError) as error:
            raise NotFound("There is nothing at this address.") from error
        if expires_at <= time.time():
            raise PermissionDenied(
                "This base URL has expired: they live for 60 minutes. Ask for the "
                "media item again, and keep its id instead of its base URL."
            )
        return cls(surface, photo_id, client_id)

    def __str__(self) -> str:
        expires_at = (int(time.time()) // STEP + 1) * STEP + LIFETIME
        parts = [self.surface, self.photo_id, self.client_id, expires_at]
        return f"{settings.URL}/bytes/{_signer.sign_object(parts)}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What stands behind the `=`: a box to fit into or to fill, or the original."""

    width: int | None = None
    height: int | None = None
    crop: bool = False
    download: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raise InvalidArgument with a sentence for anything we cannot do."""
        if text == "d":
            return cls(download=True)
        sides: dict[str, int] = {}
        crop = False
        for part in text.split("-"):
            kind = part[:1]
            if part == "c" and not crop:
                crop = True
            elif kind in {"w", "h"} and kind not in sides:
                sides[kind] = _side(part)
            else:
                raise InvalidArgument(HOW)
        if not sides or (crop and len(sides) == 1):
            raise InvalidArgument(HOW)
        return cls(sides.get("w"), sides.get("h"), crop)


HOW = (
    "A base URL needs a size: append =w800-h600 to fit the photo into a box, "
    "=w800-h600-c to fill the box, or =d for the original."
)
_SIDE = re.compile(r"[wh]([1-9][0-9]{0,4})", re.ASCII)


def _side(part: str) -> int:
    match = _SIDE.fullmatch(part)
    if not match or int(match[1]) > LARGEST_SIDE:
        raise InvalidArgument(f"Widths and heights go from 1 to {LARGEST_SIDE} pixels.")
    return int(match[1])
