"""A copy of a JPEG that does not say where it was taken, pixel for pixel the same.

Nothing is decoded or compressed again: the GPS directory is cut out of the EXIF block,
and the blocks that may repeat the place in other words (XMP, IPTC) are left out.
"""

import struct
from collections.abc import Iterator

GPS_INFO = 0x8825  # the EXIF tag that points to the GPS directory
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
EXIF, APP1, APP13 = b"Exif\0\0", 0xE1, 0xED
MARKER, START_OF_SCAN = 0xFF, 0xDA
INLINE = 4  # bytes: a shorter value stands in the entry itself


class NotAJPEG(ValueError):
    """The bytes do not have the shape of a JPEG."""


def without_location(jpeg: bytes) -> bytes:
    """The same photo without its place; raises NotAJPEG."""
    kept = [jpeg[:2]]
    for marker, start, end in _segments(jpeg):
        payload = jpeg[start + 4 : end]
        if marker == APP1 and payload.startswith(EXIF):
            if tiff := _without_gps(payload[len(EXIF) :]):  # as long as it was
                kept.append(jpeg[start : start + 4] + EXIF + tiff)
        elif marker not in {APP1, APP13}:
            kept.append(jpeg[start:end])
    return b"".join(kept)


def _segments(jpeg: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment; the last runs to the end of the file."""
    if jpeg[:2] != b"\xff\xd8":
        raise NotAJPEG
    at = 2
    while True:
        if len(jpeg) < at + 4 or jpeg[at] != MARKER:
            raise NotAJPEG
        marker = jpeg[at + 1]
        if marker == START_OF_SCAN:
            yield marker, at, len(jpeg)
            return
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if end > len(jpeg) or end < at + 4:
            raise NotAJPEG
        yield marker, at, end
        at = end


def _without_gps(tiff: bytes) -> bytes:
    """The TIFF block of EXIF, its GPS directory overwritten and its pointer removed.

    Everything else stays where it was: offsets in it keep pointing to the right place.
    A block that cannot be read is dropped as a whole, since it might hide a place.
    """
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return b""
    block = bytearray(tiff)
    try:
        (directory,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, directory)
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            tag, _, _, offset = struct.unpack_from(order + "HHII", block, entry)
            if tag == GPS_INFO:
                _erase_directory(block, order, offset)
                _remove_entry(block, order, directory, entry, count)
                break
    except struct.error:
        return b""
    return bytes(block)


def _erase_directory(block: bytearray, order: str, directory: int) -> None:
    """Write zeros over a directory and over the values it points to."""
    (count,) = struct.unpack_from(order + "H", block, directory)
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        _, kind, number, offset = struct.unpack_from(order + "HHII", block, entry)
        size = SIZES.get(kind, 1) * number
        if size > INLINE:
            _zero(block, offset, size)
    _zero(block, directory, 2 + 12 * count)


def _zero(block: bytearray, start: int, size: int) -> None:
    end = min(start + size, len(block))
    block[start:end] = bytes(max(0, end - start))


def _remove_entry(
    block: bytearray, order: str, directory: int, entry: int, count: int
) -> None:
    """Take one entry out; those behind it and the link to the next move up."""
    end = directory + 2 + 12 * count + 4
    block[entry:end] = block[entry + 12 : end] + bytes(12)
    struct.pack_into(order + "H", block, directory, count - 1)
