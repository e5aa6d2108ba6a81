"""The same order once more: what it had goes into the cart, as it was placed."""

import uuid
from collections.abc import Iterator
from contextlib import suppress

from django.db import IntegrityError

from printshop import cart
from printshop.cart import Placed, Wanted
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.models.selections import Original
from printshop.products import PRODUCTS, Finish, Sizing


def order_again(order: Order, token: uuid.UUID) -> bool:
    """Fill the customer's cart; False if nothing of it can be made any more.

    With the same token it is filled once: its things would have the same ids.
    """
    things = list(_things(order, token))
    if things:
        with suppress(IntegrityError):
            cart.add(order.customer, things)
    return bool(things)


def _things(order: Order, token: uuid.UUID) -> Iterator[Wanted]:
    """Those we still sell, and whose photos we still have."""
    for item in order.items.prefetch_related("placements__original"):
        product = PRODUCTS.get(item.product_code)
        placed = list(item.placements.all())
        if product is None or not all(_is_kept(one) for one in placed):
            continue
        photos = [_placed(one) for one in placed]
        yield Wanted(
            product,
            photos,
            _finish(item),
            item.copies,
            title=item.title,
            id=uuid.uuid5(token, str(item.pk)),
        )


def _is_kept(placement: Placement) -> bool:
    return placement.original.state == Original.State.HERE


def _finish(item: OrderItem) -> Finish:
    """The paper it had, or the first one it may have today."""
    known = [finish for finish in item.product.finishes if finish == item.finish]
    return known[0] if known else item.product.finishes[0]


def _placed(one: Placement) -> Placed:
    return Placed(
        one.original, one.crop, Sizing(one.sizing), one.rotation, one.confirmed
    )
