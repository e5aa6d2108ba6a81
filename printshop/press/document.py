"""The PDF for the press: pages with boxes, in colours that are the same everywhere.

JPEGs go into it as they are. The same pages give the same bytes: no clock and no
chance is in it.
"""

import zlib
from datetime import UTC, datetime
from typing import BinaryIO

from pikepdf import Array, Dictionary, Name, Object, Page, Stream
from pikepdf.models.metadata import encode_pdf_date

from printshop.press.album import Album, pixels
from printshop.press.colours import SRGB
from printshop.press.drawing import Sheet
from printshop.press.lettering import Stencil
from printshop.products import Size


class Document:
    """A PDF in the making."""

    def __init__(self, album: Album) -> None:
        """Has every picture of the album, and no page yet."""
        self._pdf = album.merged()
        profile = Stream(self._pdf, SRGB, N=3)
        self._colours = self._pdf.make_indirect(Array([Name.ICCBased, profile]))
        self._pictures = [page.resources.XObject.P for page in self._pdf.pages]
        for picture in self._pictures:
            picture.ColorSpace = self._colours
        del self._pdf.pages[:]

    @property
    def pages(self) -> int:
        """How many there are so far."""
        return len(self._pdf.pages)

    def draw(self, sheet: Sheet) -> Page:
        """A sheet as a page, to be placed."""
        used = {
            f"/{name}": self._cut(shown)
            if isinstance(shown, Stencil)
            else self._pictures[shown.number]
            for name, shown in sheet.used.items()
        }
        page = Dictionary(
            Type=Name.Page,
            Contents=Stream(self._pdf, sheet.content),
            Resources=Dictionary(
                ColorSpace=Dictionary(sRGB=self._colours), XObject=Dictionary(used)
            ),
        )
        for name, box in sheet.boxes.items():
            page[f"/{name}"] = box
        return Page(page)

    def place(self, page: Page) -> None:
        """The next page of the document; a page may be placed many times."""
        self._pdf.pages.append(page)

    def save(self, file: BinaryIO, title: str, at: datetime) -> None:
        """Write it, and who made it."""
        when = encode_pdf_date(at.astimezone(UTC))
        self._pdf.trailer.Info = self._pdf.make_indirect(
            Dictionary(
                Title=title,
                Producer="Print Shop",
                Trapped=Name("/False"),
                CreationDate=when,
                ModDate=when,
            )
        )
        self._pdf.save(file, force_version="1.4", deterministic_id=True)

    def _cut(self, stencil: Stencil) -> Object:
        return Stream(
            self._pdf,
            zlib.compress(stencil.bits, 1),
            **pixels(Size(stencil.width, stencil.height)),
            ImageMask=True,
            BitsPerComponent=1,
            Filter=Name.FlateDecode,
        )
