"""Files as strangers send them: of every kind, with a place in every corner."""

import io
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin, TiffImagePlugin
from PIL.TiffImagePlugin import IFDRational

HEIC = (Path(__file__).parent / "files" / "photo.heic").read_bytes()
LATITUDE = (46.0, 33.0, 29.16)
PLACE = struct.pack("<6I", 46, 1, 33, 1, 729, 25)  # the same as EXIF writes it
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="46,33.5N"/>'
    b"</rdf:RDF></x:xmpmeta>"
)
STILLS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIF")  # those that carry EXIF
TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "TIFF": "image/tiff",
    "HEIF": "image/heic",
    "GIF": "image/gif",
    "BMP": "image/bmp",
}


def exif(orientation: int = 6) -> Image.Exif:
    """Taken with an Alma A7 that stood on its side, at noon in the Alps."""
    told = Image.Exif()
    told[0x10F], told[0x110], told[0x112] = "Alma", "A7", orientation
    told.get_ifd(0x8769).update(
        {
            0x829A: IFDRational(1, 125),
            0x829D: IFDRational(28, 10),
            0x8827: 200,
            0x9003: "2026:01:02 03:04:05",
            0x9011: "+01:00",
            0x920A: IFDRational(35, 1),
        }
    )
    told.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "E", 4: (8.0, 33.0, 41.04)})
    return told


def photo(kind: str, size: tuple[int, int] = (96, 64), **more: Any) -> bytes:
    """A photo of that kind (Pillow's name), with everything it can tell."""
    if kind == "HEIF":
        return HEIC
    picture = Image.new("RGB", size, "#c02020")
    picture.paste((32, 32, 192), (size[0] // 2, 0, *size))
    file = io.BytesIO()
    if kind in STILLS and kind != "TIFF":
        more = {"exif": exif(), **more}
    if kind in {"JPEG", "WEBP", "AVIF"}:
        more = {"xmp": XMP, **more}
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        texts.add_text("Comment", "Zermatt")
        more = {"pnginfo": texts, **more}
    if kind == "TIFF":
        more = {"tiffinfo": _tiff_directory(), **more}
    picture.save(file, kind, **more)
    return file.getvalue()


def _tiff_directory() -> TiffImagePlugin.ImageFileDirectory_v2:
    told, directory = exif(), TiffImagePlugin.ImageFileDirectory_v2()
    for tag in (0x10F, 0x110, 0x112):
        directory[tag] = told[tag]
    for tag in (0x8769, 0x8825):
        directory[tag] = dict(told.get_ifd(tag))
    directory[700] = XMP
    return directory


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of an MP4 file."""
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + kind + content


SAMPLE, SPOT = b"\x11" * 40, b"46.5581 8.5614 "
TAKEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def mp4(
    *,
    brand: bytes = b"isom",
    turned: bool = False,
    size: tuple[int, int] = (640, 360),
    more: bytes = b"",
) -> bytes:
    """Two frames of nothing, with the place said in words and in a track of its own."""
    start = struct.pack(
        ">I", int((TAKEN - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
    )
    ftyp = box(b"ftyp", brand, bytes(4), brand)
    first = len(ftyp) + 8
    matrix = (0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    if not turned:
        matrix = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    pixels = struct.pack(">9i2I", *matrix, size[0] << 16, size[1] << 16)

    def track(handler: bytes, offset: int, length: int) -> bytes:
        table = box(
            b"stbl",
            box(b"stts", bytes(4), struct.pack(">3I", 1, 2, 100)),
            box(b"stsz", bytes(4), struct.pack(">2I", length // 2, 2)),
            box(b"stsc", bytes(4), struct.pack(">4I", 1, 1, 2, 1)),
            box(b"stco", bytes(4), struct.pack(">2I", 1, offset)),
        )
        media = box(
            b"mdia",
            box(b"mdhd", bytes(12), struct.pack(">2I", 5000, 200), bytes(4)),
            box(b"hdlr", bytes(8), handler, bytes(13)),
            box(b"minf", table),
        )
        return box(b"trak", box(b"tkhd", bytes(40), pixels), media)

    moov = box(
        b"moov",
        box(b"mvhd", bytes(4), start, bytes(92)),
        track(b"vide", first, len(SAMPLE)),
        track(b"meta", first + len(SAMPLE), 2 * len(SPOT)),
        box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+46.5581+008.5614/")),
        more,
    )
    return ftyp + box(b"mdat", SAMPLE, SPOT, SPOT) + moov


def element(number: int, *parts: bytes) -> bytes:
    """An element of a WebM file."""
    content = b"".join(parts)
    size = (1 << 56 | len(content)).to_bytes(8)
    return number.to_bytes((number.bit_length() + 7) // 8) + size + content


def webm(size: tuple[int, int] = (640, 360)) -> bytes:
    """A cluster of nothing, with the place in a tag behind it."""
    width, height = (n.to_bytes(2) for n in size)
    nanoseconds = int((TAKEN - datetime(2001, 1, 1, tzinfo=UTC)).total_seconds() * 1e9)
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(
        0x18538067,
        element(0x1549A966, element(0x4461, nanoseconds.to_bytes(8))),
        element(
            0x1654AE6B,
            element(
                0xAE,
                element(0x83, b"\1"),
                element(0x23E383, (40_000_000).to_bytes(4)),
                element(0xE0, element(0xB0, width), element(0xBA, height)),
            ),
        ),
        element(0x1F43B675, SAMPLE),
        element(0x1254C367, b"LOCATION +46.5581+008.5614/"),
    )
