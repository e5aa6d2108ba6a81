"""What the people at the press say of an order, one stage at a time."""

import logging
from collections.abc import Mapping

from django.db import transaction
from django.db.models import TextChoices

from printshop import night
from printshop.fulfilment import fulfil_order
from printshop.models.orders import Order, Stage

logger = logging.getLogger("printshop.pressing")


class Event(TextChoices):
    """Something that happened at the press."""

    PRINTING = "printing", "It is being printed"
    SHIPPED = "shipped", "It has been shipped"
    PROBLEM = "problem", "It cannot go on"
    RESUME = "resume", "It can go on"


ALLOWED: Mapping[str, tuple[Event, ...]] = {
    Stage.RECEIVED: (Event.PROBLEM,),
    Stage.FETCHED: (Event.PROBLEM,),
    Stage.RENDERED: (Event.PRINTING, Event.PROBLEM),
    Stage.PRINTING: (Event.SHIPPED, Event.PROBLEM),
    Stage.PROBLEM: (Event.RESUME,),
}


def allowed(order: Order) -> tuple[Event, ...]:
    """What can have happened to an order that is where this one is."""
    return ALLOWED.get(order.stage, ())


def _resume(order: Order) -> bool:
    with transaction.atomic():
        moved = Order.objects.resume(order)
        if moved:
            night.retry(order)
    return moved


def happened(order: Order, event: Event, words: str = "") -> bool:
    """Record it once; False if the order is not, or no longer, at that point.

    ``words``: the number of the parcel, or what the customer is told of a problem.
    """
    if event not in allowed(order):
        return False
    match event:
        case Event.RESUME:
            moved = _resume(order)
        case Event.SHIPPED:
            moved = Order.objects.advance(order, Stage.SHIPPED, tracking=words)
        case Event.PROBLEM:
            moved = Order.objects.advance(order, Stage.PROBLEM, problem=words)
        case Event.PRINTING:
            moved = Order.objects.advance(order, Stage.PRINTING)
    if moved:
        logger.info("order %s: the press says: %s", order, event.value)
        fulfil_order.enqueue(order.number)
    return moved
