"""What a customer gathers before paying: one cart each, which is an order's draft."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from printshop.crops import Crop, centre_crop
from printshop.models.customers import Customer
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.models.selections import Original
from printshop.products import (
    PRODUCTS,
    Finish,
    Kind,
    Product,
    Resolution,
    Shipping,
    Size,
    Sizing,
    ppi,
    resolution,
)
from printshop.quotes import Line, Quote

MOST_COPIES = 99


class Closed(Exception):
    """This order is no cart any more: somebody pays for it, or has."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A photo, and how it is to lie on what is made."""

    original: Original
    crop: Crop
    sizing: Sizing = Sizing.FILL
    rotation: int = 0
    confirmed: bool = False  # wanted though it will look blurred

    @classmethod
    def on(
        cls, product: Product, original: Original, *, confirmed: bool = False
    ) -> "Placed":
        """As we offer it: paper is filled from the middle of the photo."""
        photo = Size(original.width, original.height)
        if product.sizing == Sizing.FIT:
            whole = Crop(0, 0, photo.width, photo.height)
            return cls(original, whole, Sizing.FIT, confirmed=confirmed)
        crop = centre_crop(photo, product.lying_like(photo))
        return cls(original, crop, confirmed=confirmed)

    def on_paper(self, product: Product) -> tuple[int, Resolution]:
        """Pixels per inch, and how that will look; on a sheet of many it is fine."""
        photo = Size(self.original.width, self.original.height)
        paper = product.lying_like(photo.turned() if self.rotation % 180 else photo)
        density = ppi(self.crop.size, paper, self.sizing)
        if product.kind == Kind.SHEET:
            return density, Resolution.GOOD
        return density, resolution(self.crop.size, paper, self.sizing)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to put into a cart; as many photos as the product takes."""

    product: Product
    photos: Sequence[Placed]
    finish: Finish
    copies: int = 1
    reference: str = ""  # what an integrator calls it
    title: str = ""  # on the cover of a book
    id: uuid.UUID = field(default_factory=uuid.uuid4)  # one there is goes in no more


@contextmanager
def changing(cart: Order) -> Iterator[None]:
    """A transaction in which a cart is changed, and nobody pays for it.

    Raises Closed.
    """
    with transaction.atomic():
        if not Order.objects.touch(cart):
            raise Closed
        yield


def add(customer: Customer, wanted: Iterable[Wanted]) -> Order:
    """Put things into the customer's cart; a cart that is being paid for is left alone.

    Does not check what a form checks: how many photos a product takes, how sharp.
    """
    with transaction.atomic():
        cart = Order.objects.cart(customer)
        while not Order.objects.touch(cart):  # paid for since we looked: a new one
            cart = Order.objects.cart(customer)
        last = cart.items.aggregate(last=Max("position"))["last"]
        fill(cart, wanted, first=0 if last is None else last + 1)
    return cart


def fill(order: Order, wanted: Iterable[Wanted], first: int = 0) -> None:
    """Put things into an order that nobody pays for yet; inside a transaction."""
    items, placements = [], []
    for position, thing in enumerate(wanted, first):
        item = _item(order, position, thing)
        items.append(item)
        placements += [
            _placement(item, number, placed)
            for number, placed in enumerate(thing.photos)
        ]
    OrderItem.objects.bulk_create(items, batch_size=500)
    Placement.objects.bulk_create(placements, batch_size=500)


def change(item: OrderItem, *, finish: Finish, copies: int) -> None:
    """Other copies, or another paper; raises Closed."""
    with changing(item.order):
        OrderItem.objects.filter(pk=item.pk).update(finish=finish, copies=copies)


def change_all(cart: Order, *, paper: Finish | None, copies: int | None) -> None:
    """The same for everything; frames stay as they are. Raises Closed."""
    on_paper = [p.code for p in PRODUCTS.values() if paper in p.finishes]
    with changing(cart):
        if paper:
            cart.items.filter(product_code__in=on_paper).update(finish=paper)
        if copies:
            cart.items.update(copies=copies)


def empty(cart: Order) -> None:
    """Take everything out; raises Closed."""
    with changing(cart):
        cart.items.all().delete()


def remove(item: OrderItem) -> None:
    """Take a thing out of the cart; raises Closed."""
    with changing(item.order):
        item.delete()


def counted(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Customers who know how much is in their cart: every page says it."""
    things = OrderItem.objects.in_carts().filter(order__customer=OuterRef("pk"))
    count = (
        things.order_by().values("order__customer").annotate(n=Count("*")).values("n")
    )
    return customers.annotate(cart_count=Coalesce(Subquery(count), 0))


def quote(order: Order) -> Quote:
    """What the order costs at today's prices."""
    lines = (
        Line(item.product, len(item.placements.all()), item.copies)
        for item in order.items.prefetch_related("placements")
    )
    return Quote(tuple(lines), Shipping(order.shipping))


def reprice(cart: Order) -> bool:
    """Write today's prices into a cart; False if they were there already.

    Raises Closed.
    """
    with changing(cart):
        items = list(cart.items.prefetch_related("placements"))
        old = [item.unit_cents for item in items]
        for item in items:
            item.unit_cents = item.product.price(len(item.placements.all()))
        shipping = Shipping(cart.shipping).cents
        changed = old != [item.unit_cents for item in items]
        if not changed and cart.shipping_cents == shipping:
            return False
        OrderItem.objects.bulk_update(items, ["unit_cents"], batch_size=200)
        Order.objects.filter(pk=cart.pk).update(shipping_cents=shipping)
    cart.shipping_cents = shipping
    return True


def doubtful(order: Order) -> list[Placement]:
    """Photos that will look blurred, and nobody has said they are wanted so."""
    placed = Placement.objects.filter(item__order=order, confirmed=False)
    return [
        one
        for one in placed.select_related("item", "original")
        if one.resolution == Resolution.POOR
    ]


def _item(cart: Order, position: int, thing: Wanted) -> OrderItem:
    return OrderItem(
        id=thing.id,
        order=cart,
        position=position,
        product_code=thing.product.code,
        finish=thing.finish,
        copies=thing.copies,
        unit_cents=thing.product.price(len(thing.photos)),
        reference=thing.reference,
        title=thing.title,
    )


def _placement(item: OrderItem, position: int, placed: Placed) -> Placement:
    return Placement(
        item=item,
        original=placed.original,
        position=position,
        rotation=placed.rotation,
        sizing=placed.sizing,
        confirmed=placed.confirmed,
        crop_left=placed.crop.left,
        crop_top=placed.crop.top,
        crop_width=placed.crop.width,
        crop_height=placed.crop.height,
    )
