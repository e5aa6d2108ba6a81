"""A job for the press: the rendered prints of an order, bound, and its ticket."""

import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import IO
from uuid import UUID

from PIL import Image

from printshop import storage
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.press import ticket
from printshop.press.document import Document, Picture
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
    document = Document(file)
    items = [
        _item(document, order, item, list(photos))
        for item, photos in itertools.groupby(placed, lambda one: one.item)
    ]
    document.close(f"Order {order.number}", at)
    return ticket.of(order, items, document, at)


def _item(
    document: Document, order: Order, item: OrderItem, placed: list[Placement]
) -> ticket.Json:
    """All copies of one thing, one after the other."""
    pictures = {one.pk: _embed(document, one) for one in placed}
    pages = list(pages_of(item, placed))
    drawn = [
        document.draw(_sheet(document, page, slug(page, item, order.number), pictures))
        for page in pages
    ]
    first = document.pages + 1
    for page in drawn * item.copies:
        document.place(page)
    return ticket.item(item, first, pages, pictures)


def _embed(document: Document, placed: Placement) -> Picture:
    lying = lie(cut_of(placed))
    size = Size(
        lying.inside.width + 2 * lying.beyond.width,
        lying.inside.height + 2 * lying.beyond.height,
    )
    with storage.opened(placed.print_file) as jpeg:
        if Image.open(jpeg).size != (size.width, size.height):
            raise Unprintable("its print was not made for this paper")
        return document.embed(jpeg, size)


def _sheet(
    document: Document, page: Page, beside: Text, pictures: dict[UUID, Picture]
) -> Sheet:
    sheet = Sheet(page.trim)
    if page.colour:
        sheet.paint(page.colour)
    for shown in page.shown:
        sheet.show(pictures[shown.placed.pk].number, shown.rect, shown.clip)
    for text in (*page.texts, beside):
        _write(document, sheet, text)
    sheet.mark(page.folds)
    return sheet


def _write(document: Document, sheet: Sheet, text: Text) -> None:
    if stencil := cut_out(text):
        sheet.write(stencil, document.keep(stencil), text.colour)
