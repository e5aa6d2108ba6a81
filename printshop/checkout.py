"""From a draft to a paid order, once: however often, and wherever, Pay is pressed."""

import logging
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from printshop import payments
from printshop.fulfilment import fulfil_order
from printshop.models.orders import Order, Stage
from printshop.models.payments import Charge, Payment

logger = logging.getLogger("printshop.checkout")
STATES = {
    Charge.Outcome.APPROVED: Payment.State.APPROVED,
    Charge.Outcome.DECLINED: Payment.State.DECLINED,
    Charge.Outcome.CANCELLED: Payment.State.CANCELLED,
}


class PriceChanged(Exception):
    """The draft is no longer what the customer saw when pressing Pay."""


def pay(order: Order, *, key: uuid.UUID, seen_cents: int, card: str) -> Payment | None:
    """Charge for a draft; None when another press of the button is doing it.

    Three steps, of which only the middle one leaves the shop: write down that we
    pay, pay, write down the answer. A process that dies in between leaves a payment
    that ``settle`` brings to its end. Raises PriceChanged.
    """
    payment = _start(order, key, seen_cents)
    if payment is None or payment.state != Payment.State.STARTED:
        return payment

    try:
        line = payments.charge(key, payment.cents, card)
    except payments.NoAnswer:
        logger.warning("order %s: the bank has not answered yet", order)
        return payment
    _settle(payment, line)
    return payment


@task
def settle(key: str) -> None:
    """Wake-up call: ask the bank about a payment whose answer was lost."""
    if payment := Payment.objects.unanswered().filter(idempotency_key=key).first():
        _settle(payment, payments.ask(payment.idempotency_key))


def _start(order: Order, key: uuid.UUID, seen_cents: int) -> Payment | None:
    """Begin a payment: the first caller gets it, and later ones with the same key."""
    try:
        with transaction.atomic():
            if order.stage == Stage.DRAFT and Order.objects.advance(
                order, Stage.PAYING
            ):
                if order.total_cents != seen_cents:  # from here on nothing changes it
                    raise PriceChanged
                later = timezone.now() + Payment.PATIENCE + timedelta(seconds=1)
                settle.using(run_after=later).enqueue(str(key))  # should we die now
                return Payment.objects.create(
                    order=order, idempotency_key=key, cents=seen_cents
                )
    except IntegrityError:  # a key from an earlier page: answer as it was answered
        order.refresh_from_db()
    earlier = Payment.objects.filter(order=order, idempotency_key=key).first()
    if earlier and earlier.state == Payment.State.STARTED:
        return None  # the press that started it will finish it
    return earlier


def _settle(payment: Payment, line: Charge) -> None:
    """Write down the bank's answer, the order's next stage and its wake-up together."""
    order = payment.order
    state = STATES[Charge.Outcome(line.outcome)]
    with transaction.atomic():
        if not Payment.objects.settle(payment, state):
            return
        order.stage = Stage.PAYING
        if state == Payment.State.APPROVED:
            Order.objects.advance(order, Stage.RECEIVED)
            fulfil_order.enqueue(order.number)
        else:
            Order.objects.reopen(order)
    payment.state = state
    logger.info("order %s: payment %s", order, state)
