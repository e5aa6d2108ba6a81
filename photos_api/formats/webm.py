"""WebM: the pixels, the pace and the day of a video, from the head of its segment.

Nothing is decoded.
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import IO

from photos_api.formats.boxes import Broken
from photos_api.formats.description import Description, plausible
from photos_api.formats.elements import Element, elements
from photos_api.formats.kinds import Kind, Refused

SEGMENT, INFO, DATE, TRACKS, TRACK = 0x18538067, 0x1549A966, 0x4461, 0x1654AE6B, 0xAE
KIND, VIDEO, WIDTH, HEIGHT, FRAME_TIME = 0x83, 0xE0, 0xB0, 0xBA, 0x23E383
CLUSTER = 0x1F43B675
MOVING = 1  # the kind of a track that is a video
EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
LARGEST, FASTEST = 65_535, 1_000
LONGEST_NUMBER = 8  # bytes
NO_VIDEO = "There is no video in this file."


def describe(file: IO[bytes], kind: Kind) -> Description:
    """What the first video track says; raises Refused if there is none."""
    head = {element.id: element for element in _head(file, file.seek(0, 2))}
    if TRACKS not in head:
        raise Refused(NO_VIDEO)
    track, video = _track(file, head[TRACKS])
    width, height = video.get(WIDTH, 0), video.get(HEIGHT, 0)
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise Broken
    pace = 1e9 / track[FRAME_TIME] if track.get(FRAME_TIME) else 0
    return Description(
        mime_type=kind.mime_type,
        width=width,
        height=height,
        fps=round(pace, 3) if 0 < pace <= FASTEST else None,
        taken_at=_made_at(file, head[INFO]) if INFO in head else None,
    )


def _track(file: IO[bytes], tracks: Element) -> tuple[dict[int, int], dict[int, int]]:
    """The numbers of the first track that is a video, and of its video element."""
    for track in elements(file, tracks.content, tracks.end):
        if track.id == TRACK:
            parts = {e.id: e for e in elements(file, track.content, track.end)}
            numbers = _numbers(file, track)
            if numbers.get(KIND) == MOVING and VIDEO in parts:
                return numbers, _numbers(file, parts[VIDEO])
    raise Refused(NO_VIDEO)


def _head(file: IO[bytes], size: int) -> Iterator[Element]:
    """What stands in the segment before its first cluster."""
    for top in elements(file, 0, size):
        if top.id == SEGMENT:
            for element in elements(file, top.content, top.end):
                if element.id == CLUSTER:
                    return
                yield element
            return


def _numbers(file: IO[bytes], parent: Element) -> dict[int, int]:
    """The numbers in an element by their ids."""
    return {
        element.id: int.from_bytes(element.read(file))
        for element in elements(file, parent.content, parent.end)
        if element.end - element.content <= LONGEST_NUMBER
    }


def _made_at(file: IO[bytes], info: Element) -> datetime | None:
    for element in elements(file, info.content, info.end):
        if element.id == DATE:
            try:
                (nanoseconds,) = struct.unpack(">q", element.read(file))
                return plausible(EPOCH + timedelta(microseconds=nanoseconds // 1000))
            except (struct.error, OverflowError):
                return None
    return None
