"""A job for the press: the rendered prints of an order, bound, and its ticket."""

import itertools
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, cast
from uuid import UUID

from PIL import Image

from printshop import storage
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.press import ticket
from printshop.press.album import Album, Picture
from printshop.press.document import Document
from printshop.press.drawing import Sheet
from printshop.press.layout import cut_of, lie
from printshop.press.lettering import Text, cut_out
from printshop.press.originals import Unprintable
from printshop.press.pages import Page, pages_of, slug
from printshop.products import Size


def bind(
    order: Order, placed: Iterable[Placement], file: IO[bytes], *, at: datetime
) -> ticket.Json:
    """Write one PDF, a page per side of paper; returns the job ticket.

    ``placed`` is every photo of the order, item by item, rendered. The same order
    gives the same bytes. Raises OSError when the storage lost a print, Unprintable
    when one is not as large as it must be.
    """
    with tempfile.TemporaryDirectory() as folder:
        album = Album(Path(folder))
        things = [
            (item, list(photos))
            for item, photos in itertools.groupby(placed, lambda one: one.item)
        ]
        pictures = {one.pk: _add(album, one) for _, photos in things for one in photos}
        document = Document(album)
        items = [_item(document, order, *thing, pictures) for thing in things]
        document.save(cast(BinaryIO, file), f"Order {order.number}", at)
    return ticket.of(order, items, document.pages, file, at)


def _add(album: Album, placed: Placement) -> Picture:
    lying = lie(cut_of(placed))
    size = Size(
        lying.inside.width + 2 * lying.beyond.width,
        lying.inside.height + 2 * lying.beyond.height,
    )
    with storage.opened(placed.print_file) as jpeg:
        if Image.open(jpeg).size != (size.width, size.height):
            raise Unprintable("its print was not made for this paper")
        return album.add(jpeg, size)


def _item(
    document: Document,
    order: Order,
    item: OrderItem,
    placed: list[Placement],
    pictures: dict[UUID, Picture],
) -> ticket.Json:
    """All copies of one thing, one after the other."""
    pages = list(pages_of(item, placed))
    drawn = [
        document.draw(_sheet(page, slug(page, item, order.number), pictures))
        for page in pages
    ]
    first = document.pages + 1
    for page in drawn * item.copies:
        document.place(page)
    return ticket.item(item, first, pages, pictures)


def _sheet(page: Page, beside: Text, pictures: dict[UUID, Picture]) -> Sheet:
    sheet = Sheet(page.trim)
    if page.colour:
        sheet.paint(page.colour)
    for shown in page.shown:
        sheet.show(pictures[shown.placed.pk], shown.rect, shown.clip)
    for text in (*page.texts, beside):
        if stencil := cut_out(text):
            sheet.write(stencil, text.colour)
    sheet.mark(page.folds)
    return sheet
