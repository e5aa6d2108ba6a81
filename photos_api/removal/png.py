"""PNG: its EXIF chunk without the place; no texts, and no chunk that we do not know."""

import zlib
from typing import IO

from photos_api.formats.boxes import MOST_CONTENT, Broken
from photos_api.removal.edits import Edit
from photos_api.removal.tiff import cleaned

SIGNATURE, HEADER, FRAME = 8, 8, 12  # bytes; a frame is what is around a chunk
MOST_CHUNKS = 500_000
PLAIN = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"} | {
    *(b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI"),
    *(b"bKGD", b"hIST", b"pHYs", b"sPLT", b"tIME"),
}


def edits(file: IO[bytes]) -> list[Edit]:
    """What to change; raises Broken."""
    size = file.seek(0, 2)
    found: list[Edit] = []
    at = SIGNATURE
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        header = file.read(HEADER)
        length, kind = int.from_bytes(header[:4]), header[4:]
        end = at + FRAME + length
        if len(header) < HEADER or end > size:
            raise Broken
        if kind == b"eXIf" and length <= MOST_CONTENT:
            content = file.read(length)
            if (new := cleaned(content)) != content:
                found.append(Edit(at, end, _chunk(kind, new)))
        elif kind not in PLAIN:
            found.append(Edit(at, end))
        if kind == b"IEND":
            return [*found, Edit(end, size)] if end < size else found
        at = end
    raise Broken


def _chunk(kind: bytes, content: bytes) -> bytes:
    if not content:
        return b""
    checksum = zlib.crc32(kind + content).to_bytes(4)
    return len(content).to_bytes(4) + kind + content + checksum
