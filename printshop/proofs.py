"""Proofs: what the crop editor shows of an original, which may be very big.

A smaller picture is made of each original the first time somebody looks, and every
view is cut from that, unless the original is needed and quick to read.
"""

import io
import threading
from typing import IO, Any

from django.core.files.storage import default_storage

from printshop import press, storage
from printshop.arranging import Arrangement
from printshop.crops import Crop
from printshop.models.selections import Original
from printshop.press import Cut

FOLDER = "proofs"
LONGEST = 2000  # pixels
VIEW = 900  # pixels
QUICK = 25_000_000  # pixels that are read in less time than anybody notices

_hand = threading.Lock()  # one at a time in a process: a picture may take 600 MB


def proof(original: Original) -> IO[Any]:
    """The smaller picture; raises OSError or Unprintable when the original is gone."""
    if not original.proof:
        _make(original)
    return default_storage.open(original.proof)


def view(original: Original, now: Arrangement) -> bytes:
    """What is inside the trim of the paper, as a JPEG; raises as ``proof``."""
    cut = Cut(now.crop, now.paper, rotation=now.rotation, sizing=now.sizing)
    if _wants_the_original(now):
        with _hand, default_storage.open(original.file) as file:
            return press.preview(file, cut, longest=VIEW)
    with proof(original) as file, _hand:
        cut = Cut(_smaller(now), now.paper, rotation=now.rotation, sizing=now.sizing)
        return press.preview(file, cut, longest=VIEW)


def _make(original: Original) -> None:
    with _hand, default_storage.open(original.file) as file:
        content = press.whole(file, longest=LONGEST)
    name = storage.keep(FOLDER, ".jpg", io.BytesIO(content))
    if not Original.objects.proofed(original, name):
        storage.drop(name)  # somebody else was quicker
    original.refresh_from_db(fields=["proof"])


def _scale(now: Arrangement) -> float:
    return min(LONGEST / max(now.upright.width, now.upright.height), 1)


def _wants_the_original(now: Arrangement) -> bool:
    """Is the frame so close that the proof would look blurred?"""
    is_quick = now.upright.width * now.upright.height <= QUICK
    return is_quick and max(now.crop.width, now.crop.height) * _scale(now) < VIEW


def _smaller(now: Arrangement) -> Crop:
    """The same part of the proof."""
    scale = _scale(now)
    wide = max(round(now.photo.width * scale), 1)
    high = max(round(now.photo.height * scale), 1)
    left = min(round(now.crop.left * scale), wide - 1)
    top = min(round(now.crop.top * scale), high - 1)
    width = min(max(round(now.crop.width * scale), 1), wide - left)
    height = min(max(round(now.crop.height * scale), 1), high - top)
    return Crop(left, top, width, height)
