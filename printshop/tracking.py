"""How far orders are, in as few statements as their pages need."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import (
    Count,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from printshop.models.customers import Customer
from printshop.models.items import OrderItem, Placement, PlacementQuerySet
from printshop.models.orders import PLACED, TOLD, Order, OrderStage, Stage
from printshop.models.payments import Payment
from printshop.models.selections import Original

PAGE = 60  # things on the page of an order
ORDERS = 20  # orders on their page
SHOWN = 5  # photos of each there


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done of what the customer waits for now."""

    version: str  # changes when the page should be shown anew
    words: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Tracked:
    """One order, and a page of the things in it."""

    order: Order
    items: Sequence[OrderItem]
    times: Mapping[str, datetime | None]
    payment: str  # the state of the last one
    progress: Progress
    pages: int
    things: int  # in all of the order
    cents: int

    @classmethod
    def of(cls, customer: Customer, number: str, page: int) -> Self | None:
        """Two statements, whatever is in the order; None if there is no such page."""
        everything = OrderItem.objects.filter(
            order__in=Order.objects.of(customer).placed(), order__number=number
        )
        placed = Placement.objects.select_related("original")
        items = list(
            everything.select_related("order")
            .prefetch_related(Prefetch("placements", placed))
            .annotate(
                **_about(number),
                lines=Window(Count("*")),
                all_things=Window(Sum("copies")),
                all_cents=Window(Sum(F("unit_cents") * F("copies"))),
            )[(page - 1) * PAGE : page * PAGE]
        )
        if not items:
            return None
        one: Any = items[0]  # each row knows the same of the whole order
        return cls(
            one.order,
            items,
            {stage: getattr(one, f"at_{stage}") for stage in TOLD},
            one.payment,
            _progress(one),
            pages=-(-one.lines // PAGE),
            things=one.all_things,
            cents=one.all_cents,
        )

    @property
    def total_cents(self) -> int:
        """What the customer paid."""
        return self.cents + self.order.shipping_cents

    @property
    def timeline(self) -> list[tuple[str, str, datetime | None]]:
        """Stages with their times, in the order in which they come; None: to come."""
        ended = self.order.stage == Stage.CANCELLED
        known = [stage for stage in PLACED if self.times[stage] or not ended]
        known += [s for s in (Stage.PROBLEM, Stage.CANCELLED) if self.times[s]]
        return [(stage, stage.label, self.times[stage]) for stage in known]

    @property
    def is_moving(self) -> bool:
        """Is there something to wait for on this page?"""
        ended = self.order.stage in {Stage.SHIPPED, Stage.PROBLEM, Stage.CANCELLED}
        return not ended or self.payment == Payment.State.REFUNDING


@dataclass(frozen=True, slots=True)
class Line:
    """An order in the list of a customer's orders."""

    order: Order
    things: int
    total_cents: int
    photos: Sequence[Placement]  # the first few


def progress(customer: Customer, number: str) -> Progress | None:
    """For the page's script, in one statement; None if there is no such order."""
    mine = OrderItem.objects.filter(
        order__in=Order.objects.of(customer).placed(), order__number=number
    )
    one = mine.select_related("order").annotate(**_about(number)).first()
    return _progress(one) if one else None


def list_of(customer: Customer, page: int) -> list[Line]:
    """A page of orders in two statements, and one more if there is a next page."""
    items = OrderItem.objects.filter(order=OuterRef("pk")).order_by().values("order")
    orders: list[Any] = list(
        Order.objects.of(customer)
        .placed()
        .annotate(
            things=_sum(items.annotate(n=Sum("copies"))),
            items_cents=_sum(items.annotate(n=Sum(F("unit_cents") * F("copies")))),
        )[(page - 1) * ORDERS : page * ORDERS + 1]
    )
    photos = _first_photos(orders)
    return [
        Line(one, one.things, one.items_cents + one.shipping_cents, photos[one.pk])
        for one in orders
    ]


def _first_photos(orders: Sequence[Order]) -> dict[int, list[Placement]]:
    places = [F("item__position"), F("item_id"), F("position"), F("pk")]
    number = Window(RowNumber(), partition_by=F("item__order_id"), order_by=places)
    found: dict[int, list[Placement]] = {order.pk: [] for order in orders}
    placed = Placement.objects.filter(item__order__in=list(found))
    first = placed.annotate(number=number).filter(number__lte=SHOWN)
    for placement in first.select_related("item", "original").order_by(*places):
        found[placement.item.order_id].append(placement)
    return found


def _about(number: str) -> dict[str, Subquery | Coalesce]:
    """What other tables know; no row is named in it, so it is asked once for all."""
    stages = OrderStage.objects.filter(order__number=number).order_by()
    payments = Payment.objects.filter(order__number=number).order_by("-started_at")
    placed = Placement.objects.filter(item__order__number=number).order_by()
    here = placed.filter(original__state=Original.State.HERE)
    about: dict[str, Subquery | Coalesce] = {
        f"at_{stage}": Subquery(stages.filter(stage=stage).values("at")[:1])
        for stage in TOLD
    }
    return about | {
        "payment": Coalesce(Subquery(payments.values("state")[:1]), Value("")),
        "placed": _count(placed),
        "here": _count(here),
        "rendered": _count(placed.exclude(print_file="")),
    }


def _count(placed: PlacementQuerySet) -> Coalesce:
    return _sum(placed.values("item__order").annotate(n=Count("pk")))


def _sum(numbers: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(numbers.values("n")), Value(0))


def _progress(one: Any) -> Progress:
    order: Order = one.order
    told = "\n".join((order.stage, one.payment, order.tracking, order.problem))
    version = hashlib.sha256(told.encode()).hexdigest()[:16]
    if order.stage == Stage.RECEIVED:
        return Progress(version, "Photos fetched", one.here, one.placed)
    return Progress(version, "Prints rendered", one.rendered, one.placed)
