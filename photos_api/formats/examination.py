"""What a file is and tells: every format through one door."""

from typing import IO

from photos_api.formats import mp4, photos, webm
from photos_api.formats.description import Description
from photos_api.formats.kinds import HEAD, WEBM, sniff


def examine(file: IO[bytes]) -> Description:
    """Read all of it, or as much as it takes; raises Refused with the reason not to.

    Takes as long and as much memory as the file wants: for a stranger's, see apart.py.
    """
    file.seek(0)
    kind = sniff(file.read(HEAD))
    file.seek(0)
    if kind is WEBM:
        return webm.describe(file, kind)
    if kind.is_video:
        return mp4.describe(file, kind)
    return photos.describe(file, kind)
