"""The job ticket: what the lab has to do with the PDF beside it, for its machines.

Whom it is for is not in it: who prints need not know who is in the pictures.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import IO
from uuid import UUID

from printshop import storage
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.press.album import Picture
from printshop.press.drawing import MARGIN_MM
from printshop.press.layout import BLEED_MM, cut_of, lie
from printshop.press.pages import Page
from printshop.products import PRESS_PPI

VERSION = 1
Json = dict[str, object]


def of(
    order: Order, items: Sequence[Json], pages: int, file: IO[bytes], at: datetime
) -> Json:
    """The whole ticket; reads the file of so many pages."""
    file.seek(0)
    sha256 = storage.sha256(file)
    return {
        "version": VERSION,
        "order": order.number,
        "received": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "shipping": order.shipping,
        "file": {
            "type": "application/pdf",
            "bytes": file.tell(),
            "sha256": sha256,
            "pages": pages,
            "colours": "sRGB",
            "ppi": PRESS_PPI,
        },
        "items": list(items),
    }


def item(
    item: OrderItem,
    first: int,
    pages: Sequence[Page],
    pictures: Mapping[UUID, Picture],
) -> Json:
    """One thing: pages ``first`` and on are its first copy, the others follow."""
    return {
        "id": str(item.pk),
        "reference": item.reference,
        "product": item.product_code,
        "name": item.product.name,
        "kind": item.product.kind,
        "finish": item.finish,
        "copies": item.copies,
        "pages": {
            "first": first,
            "last": first + len(pages) * item.copies - 1,
            "each": len(pages),
        },
        "sides": [
            _side(page, number, pictures) for number, page in enumerate(pages, first)
        ],
    }


def _side(page: Page, number: int, pictures: Mapping[UUID, Picture]) -> Json:
    width, height = page.trim.width, page.trim.height
    return {
        "page": number,
        "name": page.name,
        "trim_mm": [width, height],
        "bleed_mm": [width + 2 * BLEED_MM, height + 2 * BLEED_MM],
        "media_mm": [width + 2 * MARGIN_MM, height + 2 * MARGIN_MM],
        "folds_mm": list(page.folds),
        "photos": [
            _photo(shown.placed, pictures[shown.placed.pk]) for shown in page.shown
        ],
    }


def _photo(placed: Placement, picture: Picture) -> Json:
    crop, original, lying = placed.crop, placed.original, lie(cut_of(placed))
    return {
        "filename": original.filename,
        "sha256": picture.sha256,
        "ppi": placed.ppi,
        "pixels": [lying.inside.width, lying.inside.height],
        "crop": [crop.left, crop.top, crop.width, crop.height],
        "rotation": placed.rotation,
        "sizing": placed.sizing,
        "wanted_blurred": placed.confirmed,
        "original": {
            "id": str(original.pk),
            "sha256": original.sha256,
            "pixels": [original.width, original.height],
        },
    }
