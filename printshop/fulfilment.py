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
from printshop.models.orders import Order, OrderItem, Stage
from printshop.prints import Crop, Sheet

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
    for item in order.items.select_related("original"):
        try:
            content = item.original.read()
        except OSError as error:
            raise Problem(f"We have lost our copy of {item.original}.") from error
        if hashlib.sha256(content).hexdigest() != item.original.sha256:
            raise Problem(f"Our copy of {item.original} is damaged.")
    return Order.objects.advance(order, Stage.FETCHED)


def render(order: Order) -> bool:
    """Fetched → rendered: a print per item, then one PDF for the press."""
    for item in order.items.filter(print_file="").select_related("original"):
        jpeg = prints.render(item.original.read(), crop_of(item), item.print_mm)
        _keep_once("prints", ".jpg", jpeg, partial(OrderItem.objects.rendered, item))
    sheets = [
        Sheet(storage.read(item.print_file), item.print_mm, item.copies)
        for item in order.items.select_related("original")
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


def crop_of(item: OrderItem) -> Crop:
    """The part of the photo that this print shows."""
    return Crop(item.crop_left, item.crop_top, item.crop_width, item.crop_height)


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
