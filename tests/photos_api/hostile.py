"""Files that mean harm: bombs, lies, loops and ends that never come.

Each with a part of the reason for which it is refused; those without one are taken in,
since nothing is wrong with the picture itself.
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from PIL import Image
from strangers import HEIC, box, element, mp4, photo

Make = Callable[[], bytes]
TOO_LARGE, DAMAGED, UNKNOWN = "more than 80,000,000", "damaged", "not a photo or video"
NO_VIDEO = "no video"


@dataclass(frozen=True)
class Hostile:
    """A file, made when it is needed."""

    name: str
    make: Make
    refused: str = ""  # with these words; empty: taken in


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG file."""
    checksum = zlib.crc32(kind + content).to_bytes(4)
    return len(content).to_bytes(4) + kind + content + checksum


def png(width: int, height: int, data: bytes | None = None, *more: bytes) -> bytes:
    """A black PNG of that size; with other data, or with more chunks in front."""
    header = chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0))
    if data is None:
        data = zlib.compress(bytes(width + 1) * height)
    body = header + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@cache
def zeros(count: int) -> bytes:
    """So many zeros, compressed without ever being there at once."""
    packer = zlib.compressobj(9)
    block = bytes(1024**2)
    parts = [packer.compress(block) for _ in range(count // len(block))]
    return b"".join([*parts, packer.flush()])


def gif(frames: int, size: tuple[int, int] = (8, 8), screen: int = 8) -> bytes:
    """A GIF with as many frames, each said to be that large, on a square screen."""
    content = photo("GIF", (8, 8))
    start, end = content.index(b",\0\0\0\0"), content.rindex(b";")
    frame = content[start : start + 5] + struct.pack("<2H", *size)
    frame += content[start + 9 : end]
    head = content[:6] + struct.pack("<2H", screen, screen) + content[10:start]
    return head + frame * frames + b";"


def tiff(*directories: bytes, first: int = 8) -> bytes:
    """A TIFF file of directories as they are."""
    return b"II*\0" + struct.pack("<I", first) + b"".join(directories)


def directory(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    """Entries of (tag, type, count, value), and where the next directory is."""
    lines = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + lines + struct.pack("<I", following)


def pixel(*more: tuple[int, int, int, int], following: int = 0, side: int = 1) -> bytes:
    """A directory with everything that one pixel needs, and more."""
    needed = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1)]
    needed += [(262, 3, 1, 1), (273, 4, 1, 4), (277, 3, 1, 1), (279, 4, 1, 1)]
    return directory(*sorted([*needed, *more]), following=following)


def chain(length: int) -> bytes:
    """One page after the other."""
    size = len(pixel())
    ends = [*(8 + size * (n + 1) for n in range(length - 1)), 0]
    return tiff(*(pixel(following=end) for end in ends))


def with_exif(block: bytes) -> bytes:
    """A JPEG with this for its metadata."""
    content = b"Exif\0\0" + block
    plain = photo("JPEG", exif=b"", xmp=b"")
    return (
        plain[:2] + b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content + plain[2:]
    )


def many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is repeated, to be decoded every time."""
    content = photo("JPEG", (4000, 4000), progressive=True)
    start, end = content.rindex(b"\xff\xda"), content.rindex(b"\xff\xd9")
    return content[:end] + content[start:end] * count + content[end:]


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG that says it has so many pixels."""
    content = photo("JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">2H", height, width) + content[at + 4 :]


def heic_of(width: int, height: int) -> bytes:
    """A HEIC that says it has so many pixels."""
    at = HEIC.index(b"ispe") + 8
    return HEIC[:at] + struct.pack(">2I", width, height) + HEIC[at + 8 :]


def animated(kind: str, frames: int) -> bytes:
    """A small animation."""
    pictures = [
        Image.new("RGB", (16, 16), ((n * 97) % 256, (n * 31) % 256, 0))
        for n in range(frames)
    ]
    file = io.BytesIO()
    pictures[0].save(file, kind, save_all=True, append_images=pictures[1:])
    return file.getvalue()


def nested(kind: bytes, depth: int) -> bytes:
    """A box in a box in a box."""
    inner = b""
    for _ in range(depth):
        inner = box(kind, inner)
    return inner


FTYP = box(b"ftyp", b"isom", bytes(4), b"isom")
EBML = element(0x1A45DFA3, element(0x4282, b"webm"))


def corpus() -> Iterator[Hostile]:
    """All of them."""
    yield from bombs()
    yield from damaged()
    yield from loops()
    yield from crowds()
    yield from polyglots()
    yield from strangers()
    yield from films()


def bombs() -> Iterator[Hostile]:
    """Small files of enormous pictures, and of enormous texts."""
    yield Hostile(
        "png bomb", lambda: png(20_000, 15_000, zeros(300 * 1024**2)), TOO_LARGE
    )
    yield Hostile("png just too large", lambda: png(10_000, 8_001, b""), TOO_LARGE)
    yield Hostile("png of the widest", lambda: png(2**31 - 1, 1, b""), TOO_LARGE)
    yield Hostile("gif screen", lambda: gif(1, screen=65_535), TOO_LARGE)
    yield Hostile("gif frame", lambda: gif(1, (65_535, 65_535)), TOO_LARGE)
    yield Hostile("jpeg of the largest", lambda: jpeg_of(65_500, 65_500), TOO_LARGE)
    yield Hostile("tiff of the largest", lambda: tiff(pixel(side=2**31)), TOO_LARGE)
    yield Hostile("bmp of the largest", lambda: _bmp(30_000, 30_000), TOO_LARGE)
    yield Hostile("heic of the largest", lambda: heic_of(60_000, 60_000), TOO_LARGE)
    yield Hostile("webp of the largest", _webp_canvas, TOO_LARGE)
    text = chunk(b"zTXt", b"Comment\0\0" + zeros(300 * 1024**2))
    yield Hostile("png text bomb", lambda: png(8, 8, None, text), DAMAGED)
    profile = chunk(b"iCCP", b"sRGB\0\0" + zeros(300 * 1024**2))
    yield Hostile("png profile bomb", lambda: png(8, 8, None, profile), DAMAGED)
    # More than it says comes out of its data: no more is taken than it says.
    yield Hostile("png data bomb", lambda: png(8, 8, zeros(300 * 1024**2)))
    yield Hostile("the largest we take", lambda: png(8_944, 8_944))


def _bmp(width: int, height: int) -> bytes:
    content = photo("BMP")
    return content[:18] + struct.pack("<2i", width, height) + content[26:]


def _webp_canvas() -> bytes:
    content = animated("WEBP", 2)
    at = content.index(b"VP8X") + 12
    return content[:at] + b"\xfe\x3f\0\xfe\x3f\0" + content[at + 6 :]


def damaged() -> Iterator[Hostile]:
    """Cut off, empty, or not what they say."""
    for kind in ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF", "BMP", "HEIF"):
        whole = photo(kind, (400, 300))
        part = whole[: len(whole) * 2 // 3]
        yield Hostile(f"{kind} cut off", lambda part=part: part, DAMAGED)  # type: ignore[misc]
        head = whole[:40] + bytes(2000)
        yield Hostile(f"{kind} with nothing in it", lambda head=head: head, DAMAGED)  # type: ignore[misc]
    yield Hostile("png without pixels", lambda: png(0, 0), DAMAGED)
    yield Hostile("gif without pixels", lambda: gif(1, (0, 0), 0), DAMAGED)
    yield Hostile("jpeg without pixels", lambda: jpeg_of(0, 0), DAMAGED)
    yield Hostile("bmp without pixels", lambda: _bmp(0, 0), DAMAGED)
    yield Hostile("png called jpeg", lambda: b"\xff\xd8\xff" + png(8, 8)[3:], DAMAGED)
    yield Hostile("jpeg called png", lambda: png(8, 8)[:8] + photo("JPEG"), DAMAGED)
    yield Hostile("heic called avif", lambda: HEIC.replace(b"heic", b"avif"), DAMAGED)


def loops() -> Iterator[Hostile]:
    """Directories that point at themselves, and values that are everywhere."""
    own = directory((0x8769, 4, 1, 8), following=8)
    yield Hostile("exif loop", lambda: with_exif(tiff(own)))
    gps = directory((0x8825, 4, 1, 8), following=8)
    yield Hostile("gps loop", lambda: with_exif(tiff(gps)))
    endless = directory((0x10F, 2, 0xFFFFFFFF, 8), (0x110, 2, 0x7FFFFFFF, 0))
    yield Hostile("exif of four gigabytes", lambda: with_exif(tiff(endless)))
    crowd = directory(*((0x8769, 4, 1, 8) for _ in range(5000)))
    yield Hostile("exif of 5,000 pointers", lambda: with_exif(tiff(crowd)))
    zero = directory((0x829A, 5, 1, 40), (0x10F, 2, 4, 0x00004142))
    yield Hostile("exif of zero by zero", lambda: with_exif(tiff(zero) + bytes(40)))
    yield Hostile("tiff that is its own next", lambda: tiff(pixel(following=8)))
    yield Hostile("tiff inside itself", lambda: tiff(pixel((330, 4, 1, 8))))
    yield Hostile("tiff that begins nowhere", lambda: tiff(first=2**31), DAMAGED)
    strips = pixel((0x10F, 2, 2**32 - 1, 8))
    yield Hostile("tiff with a name of four gigabytes", lambda: tiff(strips))


def crowds() -> Iterator[Hostile]:
    """Many of everything: only the first is decoded, if so many may be."""
    yield Hostile("gif of 100,000 frames", lambda: gif(100_000))
    yield Hostile("tiff of 900 pages", lambda: chain(900))
    yield Hostile("tiff of 5,000 pages", lambda: chain(5_000), DAMAGED)
    yield Hostile("webp of 300 frames", lambda: animated("WEBP", 300))
    yield Hostile("png of 300 frames", lambda: animated("PNG", 300))
    yield Hostile("avif of 50 frames", lambda: animated("AVIF", 50))
    segments = b"\xff\xfe\0\2" * 20_000
    yield Hostile(
        "jpeg of 20,000 comments",
        lambda: b"\xff\xd8" + segments + photo("JPEG")[2:],
        DAMAGED,
    )
    chunks = chunk(b"tEXt", b"a\0b") * 100_000
    yield Hostile("png of 100,000 texts", lambda: png(8, 8, None, chunks))


def polyglots() -> Iterator[Hostile]:
    """Two things at once: the picture is taken, what hides in it is never shown."""
    page = b"<html><script>alert(document.domain)</script></html>"
    comment = b"\xff\xfe" + (len(page) + 2).to_bytes(2) + page
    yield Hostile("jpeg and page", lambda: b"\xff\xd8" + comment + photo("JPEG")[2:])
    yield Hostile("gif and jar", lambda: gif(1) + b"PK\3\4" + bytes(500) + b"PK\5\6")
    yield Hostile("gif and script", lambda: gif(1) + b"=1;alert(1)//")
    yield Hostile("png and page", lambda: png(8, 8) + page)
    yield Hostile("page and jpeg", lambda: page + photo("JPEG"), UNKNOWN)
    yield Hostile("pdf and jpeg", lambda: b"%PDF-1.4\n" + photo("JPEG"), UNKNOWN)


def strangers() -> Iterator[Hostile]:
    """What Pillow would read, or a browser would run, if one let them."""
    for name, content in {
        "page": b"<!doctype html><script>alert(1)</script>",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>',
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "pdf": b"%PDF-1.7\n",
        "zip": b"PK\3\4" + bytes(99),
        "program": b"\x7fELF" + bytes(99),
        "photoshop": b"8BPS\0\1" + bytes(99),
        "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(99),
        "icon": b"\0\0\1\0\1\0" + bytes(99),
        "bigtiff": b"II+\0\x08\0\0\0" + bytes(99),
        "matroska": element(0x1A45DFA3, element(0x4282, b"matroska")),
        "sound": FTYP.replace(b"isom", b"M4A "),
        "nothing": b"",
    }.items():
        yield Hostile(name, lambda content=content: content, UNKNOWN)  # type: ignore[misc]
    raw = pixel((50706, 1, 4, 0x00000401))
    yield Hostile("raw photo", lambda: tiff(raw), "raw file")


def films() -> Iterator[Hostile]:
    """Containers that lie about what they hold."""
    whole = mp4()
    yield Hostile("mp4 cut off", lambda: whole[:-9], DAMAGED)
    yield Hostile("mp4 without a film", lambda: FTYP + box(b"mdat", bytes(9)), NO_VIDEO)
    yield Hostile(
        "mp4 without frames", lambda: whole.replace(b"mdat", b"free"), DAMAGED
    )
    yield Hostile(
        "mp4 of sound only", lambda: whole.replace(b"vide", b"soun"), NO_VIDEO
    )
    many = whole.replace(struct.pack(">3I", 1, 2, 100), struct.pack(">3I", 2**31, 2, 1))
    yield Hostile("mp4 with a table of 16 gigabytes", lambda: many, DAMAGED)
    yield Hostile("mp4 in itself", lambda: FTYP + nested(b"moov", 3000), NO_VIDEO)
    yield Hostile(
        "mp4 of 200,000 boxes", lambda: FTYP + box(b"free") * 200_000, DAMAGED
    )
    huge = FTYP + struct.pack(">I4sQ", 1, b"moov", 2**63)
    yield Hostile("mp4 with a box of exabytes", lambda: huge, DAMAGED)
    yield Hostile("mp4 of nowhere", lambda: mp4(size=(0, 0)), DAMAGED)
    yield Hostile("webm without a film", lambda: EBML, NO_VIDEO)
    yield Hostile("webm of zeros", lambda: EBML + bytes(99), DAMAGED)
    endless = EBML + element(0x18538067, element(0xEC) * 200_000)
    yield Hostile("webm of 200,000 voids", lambda: endless, DAMAGED)
