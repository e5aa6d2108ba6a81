"""From a paid order to a parcel, a step at a time.

A step does its work, then records it with one conditional UPDATE. It may run twice
or die half-way: what was recorded stays, the rest is done again.
"""

import io
import json
import logging
import tempfile
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from printshop import night, press, selections, storage
from printshop.models.customers import Customer
from printshop.models.items import OrderItem, Placement, PlacementQuerySet
from printshop.models.orders import Order, Stage
from printshop.models.selections import RECONNECT, Original

TRIES = 6
WORDS = 300  # characters a row takes: names of files can be long
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


def go_on(customer: Customer) -> None:
    """A new connection: what waited for it goes on at once."""
    selections.wake(customer)
    for order in Order.objects.of(customer).filter(problem=RECONNECT):
        if Order.objects.resume(order):
            fulfil_order.enqueue(order.number)


def check_copies(order: Order) -> bool:
    """Received → fetched: every photo is ours, bit for bit."""
    _check_things(order)
    again = night.fetch(order)
    if problem := night.problem_of(order):
        raise Problem(problem)
    if again:
        Order.objects.rest(order, until=again)
        fulfil_order.using(run_after=again).enqueue(order.number)
        return False
    for original in Original.objects.filter(placements__item__order=order).distinct():
        _check(original)
    for placement in placements(order).filter(print_file=""):
        night.fit(placement)
    return Order.objects.advance(order, Stage.FETCHED)


def _check_things(order: Order) -> None:
    if gone := OrderItem.objects.unsold(order).first():
        raise Problem(f"We no longer make {gone}.")


def _check(original: Original) -> None:
    try:
        with storage.opened(original.file) as file:
            sha256 = storage.sha256(file)
    except OSError as error:
        raise Problem(f"We have lost our copy of {original}.") from error
    if sha256 != original.sha256:
        raise Problem(f"Our copy of {original} is damaged.")


def render(order: Order) -> bool:
    """Fetched → rendered: a picture per photo, then one PDF and its ticket."""
    _check_things(order)
    for placement in placements(order).filter(print_file=""):
        if not _render_one(placement) and not Order.objects.is_at(order):
            return False  # cancelled meanwhile
    received = order.stages.get(stage=Stage.RECEIVED).at
    with tempfile.TemporaryFile() as pdf:
        ticket = press.bind(order, placements(order), pdf, at=received)
        print_file = storage.keep("orders", ".pdf", pdf)
    written = json.dumps(ticket, indent=1, ensure_ascii=False).encode()
    job_ticket = storage.keep("orders", ".json", io.BytesIO(written))
    files = {"print_file": print_file, "job_ticket": job_ticket}
    recorded = Order.objects.advance(order, Stage.RENDERED, **files)
    if not recorded:
        for name in files.values():
            storage.drop(name)
    return recorded


def _render_one(placement: Placement) -> bool:
    """Write a print and record it; if it is no longer wanted, drop it again."""
    try:
        with storage.opened(placement.original.file) as original:
            jpeg = press.render(original, press.cut_of(placement))
    except OSError as error:
        raise Problem(f"We have lost our copy of {placement}.") from error
    except press.Unprintable as error:
        raise Problem(f"We cannot print {placement}: {error}") from error
    name = storage.keep("prints", ".jpg", io.BytesIO(jpeg))
    recorded = Placement.objects.rendered(placement, name)
    if not recorded:
        storage.drop(name)
    return recorded


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


def _stop(order: Order, problem: str) -> None:
    logger.error("order %s stops: %s", order, problem)
    Order.objects.advance(order, Stage.PROBLEM, problem=problem[:WORDS])
