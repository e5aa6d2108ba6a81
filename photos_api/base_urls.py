"""Base URLs: an address for a photo's bytes that forgets itself after an hour.

Signed, not stored: it names the photo, the app it was handed to and the API it came
from. The Library's open by themselves; the Picker's need the app's token as well.
Append `=w800-h600`, `=w800-h600-c`, `=d`, or `=dv` for a video.
"""

import json
import re
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from django.conf import settings
from django.core.signing import BadSignature, b64_decode, b64_encode

from photos_api.problems import InvalidArgument, NotFound, PermissionDenied
from photos_api.signing import QuickSigner

LIFETIME = 3600  # seconds, at the least: what Google's documentation promises
# The same photo keeps the same address for this long, so that clients can cache.
STEP = 300  # seconds
LARGEST_SIDE = 16_383
BYTES = f"{settings.URL}/bytes/"

_signer = QuickSigner(sep=".", salt="photos_api.base_urls")


@lru_cache(1000)
def _lent(surface: str, client_id: str, expires_at: int) -> str:
    """What all URLs of a page have in common, with no dot in it."""
    parts = json.dumps([surface, client_id, expires_at], separators=(",", ":"))
    return b64_encode(parts.encode()).decode()


def _in_an_hour() -> int:
    return (int(time.time()) // STEP + 1) * STEP + LIFETIME


@dataclass(frozen=True, slots=True)
class BaseURL:
    """An address we signed ourselves and that is still good."""

    surface: str  # "library" or "picker"
    photo_id: str
    client_id: str
    expires_at: int = field(default_factory=_in_an_hour)  # seconds since 1970

    @classmethod
    def parse(cls, signed: str) -> Self:
        """Raise NotFound for what we never signed, PermissionDenied when it is over."""
        try:
            photo_id, lent = _signer.unsign(signed).split(".")
            surface, client_id, expires_at = json.loads(b64_decode(lent.encode()))
        except (BadSignature, ValueError) as error:
            raise NotFound("There is nothing at this address.") from error
        if expires_at <= time.time():
            raise PermissionDenied(
                "This base URL has expired: they live for 60 minutes. Ask for the "
                "media item again, and keep its id instead of its base URL."
            )
        return cls(surface, photo_id, client_id, expires_at)

    @property
    def issued_at(self) -> int:
        """When it was made, at the earliest; seconds since 1970."""
        return self.expires_at - LIFETIME - STEP

    @property
    def cache_control(self) -> str:
        """For whoever fetched it: no copy outlives it, nor an hour."""
        left = min(LIFETIME, self.expires_at - int(time.time()))
        return f"private, max-age={left}"

    def __str__(self) -> str:
        lent = _lent(self.surface, self.client_id, self.expires_at)
        return _address(self.photo_id, lent)


def lend(surface: str, photo_id: str, client_id: str) -> str:
    """A base URL as text, for an app: what a page needs a hundred of."""
    return _address(photo_id, _lent(surface, client_id, _in_an_hour()))


def _address(photo_id: str, lent: str) -> str:
    return BYTES + _signer.sign(f"{photo_id}.{lent}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What stands behind the `=`: a box to fit into or to fill, or the original."""

    width: int | None = None
    height: int | None = None
    crop: bool = False
    plain: bool = False  # the still of a video without the sign that it can be played
    download: str = ""  # "d" for a photo, "dv" for a video

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raise InvalidArgument with a sentence for anything we cannot do."""
        if text in {"d", "dv"}:
            return cls(download=text)
        sides: dict[str, int] = {}
        flags: set[str] = set()
        for part in text.split("-"):
            kind = part[:1]
            if part in {"c", "no"} and part not in flags:
                flags.add(part)
            elif kind in {"w", "h"} and kind not in sides:
                sides[kind] = _side(part)
            else:
                raise InvalidArgument(HOW)
        if not sides or ("c" in flags and len(sides) == 1):
            raise InvalidArgument(HOW)
        return cls(sides.get("w"), sides.get("h"), "c" in flags, "no" in flags)


HOW = (
    "A base URL needs a size: append =w800-h600 to fit the photo into a box, "
    "=w800-h600-c to fill the box, =d for the original, or =dv for that of a video."
)
_SIDE = re.compile(r"[wh]([1-9][0-9]{0,4})", re.ASCII)


def _side(part: str) -> int:
    match = _SIDE.fullmatch(part)
    if not match or int(match[1]) > LARGEST_SIDE:
        raise InvalidArgument(f"Widths and heights go from 1 to {LARGEST_SIDE} pixels.")
    return int(match[1])
