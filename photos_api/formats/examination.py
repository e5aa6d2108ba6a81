"""What a file is and tells: every format through one door."""

from collections.abc import Callable
from typing import IO

from photos_api import locations
from photos_api.formats import mp4, photos, webm
from photos_api.formats.description import Description
from photos_api.formats.kinds import HEAD, WEBM, Kind, sniff


def examine(file: IO[bytes]) -> Description:
    """Read all of it, or as much as it takes; raises Refused with the reason not to.

    Takes as long and as much memory as the file wants: for a stranger's, see apart.py.
    """
    file.seek(0)
    kind = sniff(file.read(HEAD))
    file.seek(0)
    description = _reader(kind)(file, kind)
    locations.edits(file, kind)  # what cannot be given out again is not taken in
    return description


def _reader(kind: Kind) -> Callable[[IO[bytes], Kind], Description]:
    if kind is WEBM:
        return webm.describe
    return mp4.describe if kind.is_video else photos.describe
