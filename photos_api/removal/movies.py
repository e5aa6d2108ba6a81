"""MP4 and MOV: whatever is said about the video, and tracks of anything but it.

Such boxes become free space of the same size, filled with zeros: the samples of the
others are found by where they lie in the file.
"""

import struct
from collections.abc import Iterator
from typing import IO

from photos_api.formats.boxes import Box, Broken, Unclear, boxes, inside
from photos_api.removal import dashcams
from photos_api.removal.edits import Edit

TELLING = (b"udta", b"meta", b"uuid")  # of the movie, and of each of its tracks
# Beside the movie: which kind of file it is, and where in it which time begins. What
# else there is comes from cameras, or may hold what somebody took out.
BESIDE = (b"ftyp", b"styp", b"pdin", b"sidx", b"ssix", b"mfra")
PLAIN = (b"mvhd", b"mvex", b"iods")  # in a movie; cameras have boxes of their own
# No subtitles: drones say in them where they are. The pictures are those of an AVIF or
# HEIC that moves.
SEEN_AND_HEARD = {b"vide", b"soun", b"pict", b"auxv"}
MOST_SAMPLES = 1_000_000


def edits(file: IO[bytes]) -> list[Edit]:
    """What to change; raises Broken, or Unclear for what later parts may say."""
    found: list[Edit] = []
    for box in boxes(file, 0, file.seek(0, 2)):
        if box.kind == b"moov":
            found.extend(of_movie(file, box))
        elif box.kind == b"moof":
            found.extend(_of_fragment(file, box))
        elif box.kind == b"mdat":
            found.extend(dashcams.edits(file, box))
        elif box.kind not in BESIDE and box.content < box.end:
            found.extend(freed(box))
    return found


def freed(box: Box) -> list[Edit]:
    """Free space instead of this box."""
    name = Edit(box.start + 4, box.start + 8, b"free")
    return [name, Edit.erase(box.content, box.end)] if box.content < box.end else [name]


def of_movie(file: IO[bytes], movie: Box) -> Iterator[Edit]:
    """What to change in a `moov` box, and in the samples that it points to."""
    in_parts = any(inside(file, movie, b"mvex"))  # samples come in fragments, too
    for box in inside(file, movie):
        if box.kind == b"trak":
            yield from _of_track(file, box, in_parts=in_parts)
        elif box.kind not in PLAIN:
            yield from freed(box)


def _of_fragment(file: IO[bytes], fragment: Box) -> Iterator[Edit]:
    for box in inside(file, fragment):
        telling = inside(file, box, *TELLING) if box.kind == b"traf" else [box]
        for found in telling:
            if found.kind in TELLING:
                yield from freed(found)


def _of_track(file: IO[bytes], track: Box, *, in_parts: bool) -> Iterator[Edit]:
    media = next(inside(file, track, b"mdia"), None)
    handler = next(inside(file, media, b"hdlr"), None) if media else None
    if media and handler and handler.read(file)[8:12] in SEEN_AND_HEARD:
        for box in inside(file, track, *TELLING):
            yield from freed(box)
        for box in inside(file, media, *TELLING):
            yield from freed(box)
        return
    if in_parts:
        raise Unclear
    if media:  # where the camera was, second by second
        yield from _samples(file, media)
    yield from freed(track)


def _samples(file: IO[bytes], media: Box) -> Iterator[Edit]:
    """Zeros over every sample; raises Broken for tables that make no sense."""
    try:
        tables = next(inside(file, next(inside(file, media, b"minf")), b"stbl"))
        found = {box.kind: box.read(file) for box in inside(file, tables)}
        sizes = _sizes(found[b"stsz"])
        places = _places(found)
        runs = list(struct.iter_unpack(">3I", found[b"stsc"][8:]))
        last = file.seek(0, 2)
        for number, place in enumerate(places, 1):
            count = next(n for first, n, _ in reversed(runs) if first <= number)
            size = sum(next(sizes, 0) for _ in range(min(count, MOST_SAMPLES)))
            if place < last and size:
                yield Edit.erase(place, min(place + size, last))
    except (KeyError, StopIteration, struct.error) as error:
        raise Broken from error


def _sizes(table: bytes) -> Iterator[int]:
    """How many bytes each sample has: all the same, or one by one."""
    size, count = struct.unpack_from(">2I", table, 4)
    if count > MOST_SAMPLES:
        raise Broken
    if size:
        return iter([size] * count)
    return (found for (found,) in struct.iter_unpack(">I", table[12 : 12 + 4 * count]))


def _places(tables: dict[bytes, bytes]) -> list[int]:
    """Where each run of samples begins."""
    form, table = ">I", tables.get(b"stco", b"")
    if not table:
        form, table = ">Q", tables[b"co64"]
    (count,) = struct.unpack_from(">I", table, 4)
    end = 8 + struct.calcsize(form) * count
    return [place for (place,) in struct.iter_unpack(form, table[8:end])]
