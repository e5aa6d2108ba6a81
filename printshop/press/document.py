"""The PDF for the press: ISO 32000-1, as much of it as pictures on paper need.

It is written from its beginning to its end: JPEGs go from their files into it as they
are, so that an order of a thousand prints needs no more memory than one. The same
pages give the same bytes: no clock and no chance is in it.
"""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from printshop.press.colours import SRGB
from printshop.press.drawing import Sheet, points
from printshop.press.lettering import Stencil
from printshop.products import Size

PIECE = 1024 * 1024
CATALOGUE, PAGES, PROFILE, INFO = 1, 2, 3, 4  # objects with a fixed number
COLOURS = f"[/ICCBased {PROFILE} 0 R]"


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG that is in the document."""

    number: int
    sha256: str


class Document:
    """A PDF that grows in ``file``; nothing but its table of contents is kept."""

    def __init__(self, file: IO[bytes]) -> None:
        """Begins to write."""
        self.sha256 = hashlib.sha256()
        self.size = 0
        self._file = file
        self._offsets: dict[int, int] = {}
        self._next = INFO + 1
        self._kids: list[int] = []
        self._put(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        packed = zlib.compress(SRGB, 9)
        self._stream("/N 3 /Filter /FlateDecode", packed, number=PROFILE)

    @property
    def pages(self) -> int:
        """How many there are so far."""
        return len(self._kids)

    def embed(self, jpeg: IO[bytes], size: Size) -> Picture:
        """Take a JPEG in, byte for byte."""
        length = jpeg.seek(0, 2)
        jpeg.seek(0)
        number = self._begin()
        self._put(
            f"<< {_image(size)} /ColorSpace {COLOURS} /BitsPerComponent 8"
            f" /Filter /DCTDecode /Length {length} >>\nstream\n".encode()
        )
        sha256 = hashlib.sha256()
        while piece := jpeg.read(PIECE):
            sha256.update(piece)
            self._put(piece)
        self._put(b"\nendstream\nendobj\n")
        return Picture(number, sha256.hexdigest())

    def keep(self, stencil: Stencil) -> int:
        """Take a text in."""
        return self._stream(
            f"{_image(Size(stencil.width, stencil.height))} /ImageMask true"
            " /BitsPerComponent 1 /Filter /FlateDecode",
            zlib.compress(stencil.bits, 1),
        )

    def draw(self, sheet: Sheet) -> str:
        """Take what is drawn on a sheet in; returns the page, to be placed."""
        drawn = zlib.compress(sheet.content)
        content = self._stream("/Filter /FlateDecode", drawn)
        boxes = " ".join(f"/{name} {points(box)}" for name, box in sheet.boxes.items())
        used = " ".join(f"/{name} {number} 0 R" for name, number in sheet.used.items())
        return (
            f"<< /Type /Page /Parent {PAGES} 0 R {boxes} /Contents {content} 0 R"
            f" /Resources << /ColorSpace << /sRGB {COLOURS} >>"
            f" /XObject << {used} >> >> >>"
        )

    def place(self, page: str) -> int:
        """The next page of the document; returns its number, from 1."""
        self._kids.append(self._object(page))
        return self.pages

    def close(self, title: str, at: datetime) -> None:
        """The end of the file: who made it, where everything is."""
        kids = " ".join(f"{kid} 0 R" for kid in self._kids)
        count = len(self._kids)
        self._object(f"<< /Type /Pages /Count {count} /Kids [{kids}] >>", PAGES)
        self._object(f"<< /Type /Catalog /Pages {PAGES} 0 R >>", CATALOGUE)
        when = f"(D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z)"
        self._object(
            f"<< /Title {_text(title)} /Producer (Print Shop) /Trapped /False"
            f" /CreationDate {when} /ModDate {when} >>",
            INFO,
        )
        table, name = self.size, self.sha256.hexdigest()[:32]
        rows = "".join(
            f"{self._offsets[n]:010} 00000 n \n" for n in range(1, self._next)
        )
        self._put(
            f"xref\n0 {self._next}\n0000000000 65535 f \n{rows}trailer\n"
            f"<< /Size {self._next} /Root {CATALOGUE} 0 R /Info {INFO} 0 R"
            f" /ID [<{name}> <{name}>] >>\nstartxref\n{table}\n%%EOF\n".encode()
        )

    def _object(self, content: str, number: int | None = None) -> int:
        number = self._begin(number)
        self._put(f"{content}\nendobj\n".encode("latin-1"))
        return number

    def _stream(self, keys: str, content: bytes, number: int | None = None) -> int:
        number = self._begin(number)
        self._put(f"<< {keys} /Length {len(content)} >>\nstream\n".encode())
        self._put(content + b"\nendstream\nendobj\n")
        return number

    def _begin(self, number: int | None = None) -> int:
        if number is None:
            number, self._next = self._next, self._next + 1
        self._offsets[number] = self.size
        self._put(f"{number} 0 obj\n".encode())
        return number

    def _put(self, content: bytes) -> None:
        self.sha256.update(content)
        self.size += len(content)
        self._file.write(content)


def _image(size: Size) -> str:
    return f"/Type /XObject /Subtype /Image /Width {size.width} /Height {size.height}"


def _text(line: str) -> str:
    return f"<FEFF{line.encode('utf-16-be').hex()}>"
