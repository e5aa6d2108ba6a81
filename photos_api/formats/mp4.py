"""MP4 and MOV: the pixels, the pace and the day of a video, from its `moov` box.

Nothing is decoded. A file that was cut off has boxes that do not fit into it.
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

from photos_api.formats.boxes import Box, Broken, boxes, inside
from photos_api.formats.description import Description, plausible
from photos_api.formats.kinds import Kind, Refused

EPOCH = datetime(1904, 1, 1, tzinfo=UTC)  # of Macintosh
FASTEST = 1_000  # frames in a second
LARGEST = 65_535  # pixels of a side
PLACES = (b"\xa9xyz", b"loci", b"location.ISO6709")
LATER_VERSION = 1  # of boxes with times of 64 bits


@dataclass(frozen=True, slots=True)
class Track:
    """A moving picture as its header describes it."""

    width: int
    height: int
    fps: float | None


def describe(file: IO[bytes], kind: Kind) -> Description:
    """What the first video track says; raises Refused if there is none."""
    size = file.seek(0, 2)
    try:
        found = {box.kind: box for box in boxes(file, 0, size)}
        movie = found[b"moov"]
        track = next(_tracks(file, movie))
        made = next(inside(file, movie, b"mvhd")).read(file)
        taken_at = _made_at(made)
    except (KeyError, StopIteration) as error:
        raise Refused("There is no video in this file.") from error
    except (struct.error, IndexError) as error:
        raise Broken from error
    if b"mdat" not in found and b"moof" not in found:
        raise Broken
    return Description(
        mime_type=kind.mime_type,
        width=track.width,
        height=track.height,
        fps=track.fps,
        taken_at=taken_at,
        has_location=_has_location(file, movie),
    )


def _tracks(file: IO[bytes], movie: Box) -> Iterator[Track]:
    for trak in inside(file, movie, b"trak"):
        header = next(inside(file, trak, b"tkhd")).read(file)
        media = next(inside(file, trak, b"mdia"))
        if next(inside(file, media, b"hdlr")).read(file)[8:12] != b"vide":
            continue
        width, height = (value >> 16 for value in struct.unpack(">2I", header[-8:]))
        if not (0 < width <= LARGEST and 0 < height <= LARGEST):
            raise Broken
        # The first and second number of the matrix: 0 and ±1 for a quarter turn.
        across, down = struct.unpack_from(">2i", header, len(header) - 44)
        if across == 0 and down != 0:
            width, height = height, width
        yield Track(width, height, _pace(file, media))


def _pace(file: IO[bytes], media: Box) -> float | None:
    """Frames in a second: how many there are, by how long they take."""
    header = next(inside(file, media, b"mdhd")).read(file)
    if header[0] == LATER_VERSION:
        scale, duration = struct.unpack_from(">IQ", header, 20)
    else:
        scale, duration = struct.unpack_from(">II", header, 12)
    tables = next(inside(file, next(inside(file, media, b"minf")), b"stbl"))
    times = next(inside(file, tables, b"stts")).read(file)
    entries = struct.iter_unpack(">II", times[8 : 8 + 8 * _count(times)])
    frames = sum(count for count, _ in entries)
    if not (frames and scale and duration):
        return None  # in fragments: the times are elsewhere
    pace = frames * scale / duration
    return round(pace, 3) if math.isfinite(pace) and 0 < pace <= FASTEST else None


def _count(table: bytes) -> int:
    (count,) = struct.unpack_from(">I", table, 4)
    if 8 + 8 * count > len(table):
        raise Broken
    return int(count)


def _made_at(header: bytes) -> datetime | None:
    form = ">Q" if header[0] == LATER_VERSION else ">I"
    (seconds,) = struct.unpack_from(form, header, 4)
    try:
        return plausible(EPOCH + timedelta(seconds=seconds)) if seconds else None
    except OverflowError:
        return None


def _has_location(file: IO[bytes], movie: Box) -> bool:
    said = [box.read(file) for box in inside(file, movie, b"udta", b"meta")]
    return any(place in text for text in said for place in PLACES)
