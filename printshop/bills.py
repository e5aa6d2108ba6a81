"""What an order costs, as it is read before paying: a line for each kind of thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import F, Sum

from printshop.models.orders import Order
from printshop.products import Finish, Product, product_of


@dataclass(frozen=True, slots=True)
class Line:
    """All things of one product and one finish."""

    product: Product
    finish: Finish
    things: int
    cents: int


@dataclass(frozen=True, slots=True)
class Bill:
    """An order's lines, and the parcel."""

    lines: Sequence[Line]
    shipping_cents: int

    @classmethod
    def of(cls, order: Order) -> Self:
        """One statement, however many things there are."""
        kinds = (
            order.items.order_by("product_code", "finish")
            .values("product_code", "finish")
            .annotate(things=Sum("copies"), sum=Sum(F("unit_cents") * F("copies")))
        )
        lines = [
            Line(
                product_of(kind["product_code"]),
                Finish(kind["finish"]),
                kind["things"],
                kind["sum"],
            )
            for kind in kinds
        ]
        return cls(lines, order.shipping_cents)

    @property
    def things(self) -> int:
        """How many are made."""
        return sum(line.things for line in self.lines)

    @property
    def total_cents(self) -> int:
        """What the customer pays."""
        return sum(line.cents for line in self.lines) + self.shipping_cents
