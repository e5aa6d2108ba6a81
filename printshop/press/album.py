"""JPEGs on their way into a document: each in a PDF of its own, on the disk.

qpdf merges such files without reading what they show. It reads a picture when it
writes it, so that an order of a thousand prints needs no more memory than one.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pikepdf
from pikepdf import Dictionary, Job, Name, Pdf, Stream

from printshop.products import Size


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG that is in the album: which, counted from 0, and its fingerprint."""

    number: int
    sha256: str


class Album:
    """The pictures of an order."""

    def __init__(self, folder: Path) -> None:
        """Keeps its files in ``folder`` until the document is saved."""
        self._folder = folder
        self._files: list[Path] = []

    def add(self, jpeg: IO[bytes], size: Size) -> Picture:
        """Take a JPEG in, byte for byte."""
        jpeg.seek(0)
        content = jpeg.read()
        picture = Picture(len(self._files), hashlib.sha256(content).hexdigest())
        self._files.append(self._folder / f"{picture.number}.pdf")
        with pikepdf.new() as pdf:
            image = Stream(
                pdf, content, **pixels(size), BitsPerComponent=8, Filter=Name.DCTDecode
            )
            pdf.add_blank_page().resources.XObject = Dictionary(P=image)
            pdf.save(self._files[-1])
        return picture

    def merged(self) -> Pdf:
        """A PDF with a page for each picture, which is the page's ``/P``."""
        pages = ("--empty", "--pages", *map(str, self._files), "--")
        job = Job(["qpdf", *pages, str(self._folder / "never-written.pdf")])
        pdf: Pdf = job.create_pdf()  # type: ignore[no-untyped-call]
        return pdf


def pixels(size: Size) -> dict[str, Name | int]:
    """What an image of this size says of itself."""
    return {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": size.width,
        "Height": size.height,
    }
