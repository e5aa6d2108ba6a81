"""From a paid order to a parcel, a step at a time.

A step does its work, then records it with one conditional UPDATE. It may run twice
or die half-way: what was recorded stays, the rest is done again.
"""

import hashlib
import io
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from printshop import prints, storage
from printshop.crops import Crop
from printshop.models.items import Placement, PlacementQuerySet
from printshop.models.orders import Order, Stage
from printshop.prints import Sheet

TRIES = 6
logger = logging.getLogger("printshop.fulfilment")


class Problem(Exception):
    """Trying again will not help; its text is for the customer."""


@task
def fulfil_order(number: str) -> None:
    """Wake-up call: this order may have a step to take."""
    if order := Order.objects.filter(number=number).first():
        fulfil(order)


def fulfil(order: Order) -> None:
    """Take an order as far as it will go now."""
    while step := steps().get(Stage(order.stage)):
        if order.attempts >= TRIES:
            _stop(order, "We could not prepare your prints. Our lab is looking at it.")
            return
        if not Order.objects.begin_step(order):
            return
        try:
            done = step(order)
        except Problem as problem:
            _stop(order, str(problem))
            return
        if not done:
            return
        order.refresh_from_db()


def check_copies(order: Order) -> bool:
    """Received → fetched: every photo is ours, bit for bit."""
    for placement in placements(order):
        try:
            content = placement.original.read()
        except OSError as error:
            raise Problem(f"We have lost our copy of {placement}.") from error
        if hashlib.sha256(content).hexdigest() != placement.original.sha256:
            raise Problem(f"Our copy of {placement} is damaged.")
    return Order.objects.advance(order, Stage.FETCHED)


def render(order: Order) -> bool:
    """Fetched → rendered: a print per item, then one PDF for the press."""
    for placement in placements(order).filter(print_file=""):
        crop = crop_of(placement)
        jpeg = prints.render(placement.original.read(), crop, placement.paper)
        recorded = partial(Placement.objects.rendered, placement)
        _keep_once("prints", ".jpg", jpeg, recorded)
    sheets = [
        Sheet(storage.read(placed.print_file), placed.paper, placed.item.copies)
        for placed in placements(order)
    ]
    received = order.stages.get(stage=Stage.RECEIVED).at
    pdf = prints.bind(sheets, title=f"Order {order.number}", at=received)
    return _keep_once(
        "orders",
        ".pdf",
        pdf,
        lambda name: Order.objects.advance(order, Stage.RENDERED, print_file=name),
    )


def print_it(order: Order) -> bool:
    """Rendered → printing."""
    return Order.objects.advance(order, Stage.PRINTING)


def ship(order: Order) -> bool:
    """Printing → shipped, when the press has had its time."""
    began = order.stages.get(stage=Stage.PRINTING).at
    ready = began + timedelta(seconds=settings.PRESS_SECONDS or 0)
    if ready > timezone.now():
        Order.objects.rest(order, until=ready)
        fulfil_order.using(run_after=ready).enqueue(order.number)
        return False
    return Order.objects.advance(order, Stage.SHIPPED)


Step = Callable[[Order], bool]
OURS: dict[Stage, Step] = {Stage.RECEIVED: check_copies, Stage.FETCHED: render}
PRESS: dict[Stage, Step] = {Stage.RENDERED: print_it, Stage.PRINTING: ship}


def steps() -> dict[Stage, Step]:
    """What the worker does: in a demonstration the press too, where nobody stands."""
    return OURS if settings.PRESS_SECONDS is None else OURS | PRESS


def placements(order: Order) -> PlacementQuerySet:
    """Every photo of an order, in the order in which they are printed."""
    placed = Placement.objects.filter(item__order=order)
    return placed.select_related("item", "original").order_by(
        "item__position", "item_id", "position", "id"
    )


def crop_of(placed: Placement) -> Crop:
    """The part of the photo that this print shows."""
    return Crop(
        placed.crop_left, placed.crop_top, placed.crop_width, placed.crop_height
    )


def _keep_once(
    folder: str, suffix: str, content: bytes, record: Callable[[str], bool]
) -> bool:
    """Write a file and record it; if somebody else was quicker, drop it again."""
    name = storage.keep(folder, suffix, io.BytesIO(content))
    recorded = record(name)
    if not recorded:
        storage.drop(name)
    return recorded


def _stop(order: Order, problem: str) -> None:
    logger.error("order %s stops: %s", order, problem)
    Order.objects.advance(order, Stage.PROBLEM, problem=problem)
