"""From a draft to a paid order, once: however often, and wherever, Pay is pressed."""

import logging
import uuid
from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from printshop import night, payments
from printshop.cart import Closed, doubtful, quote, reprice
from printshop.fulfilment import fulfil_order
from printshop.models.items import OrderItem
from printshop.models.orders import Order, Stage
from printshop.models.payments import Charge, Payment

logger = logging.getLogger("printshop.checkout")
ACCOUNTS = uuid.UUID("9e0b1f86-6d0b-4a53-9a3e-5f1f0f6c8a11")  # namespace of their keys
STATES = {
    Charge.Outcome.APPROVED: Payment.State.APPROVED,
    Charge.Outcome.DECLINED: Payment.State.DECLINED,
    Charge.Outcome.CANCELLED: Payment.State.CANCELLED,
}


class Unfinished(Exception):
    """The draft cannot be ordered as it is; its text is for the customer."""


class PriceChanged(Unfinished):
    """The draft is no longer what the customer saw when pressing Pay."""


def pay(
    order: Order,
    *,
    key: uuid.UUID,
    seen_cents: int,
    card: str,
    method: Payment.Method = Payment.Method.CARD,
) -> Payment | None:
    """Charge for a draft; None when another press of the button is doing it.

    Three steps, of which only the middle one leaves the shop: write down that we
    pay, pay, write down the answer. A process that dies in between leaves a payment
    that ``settle`` brings to its end. Raises Unfinished.
    """
    try:
        payment = _start(order, key, seen_cents, method)
    except PriceChanged:
        with suppress(Closed):
            reprice(order)
        raise
    if payment is None or payment.state != Payment.State.STARTED:
        return payment

    try:
        line = payments.charge(key, payment.cents, card)
    except payments.NoAnswer:
        logger.warning("order %s: the bank has not answered yet", order)
        return payment
    _settle(payment, line)
    return payment


def pay_on_account(order: Order) -> Payment | None:
    """Put an integrator's draft on their bill; asked again, it is the same payment.

    None when another request is doing it. Raises Unfinished.
    """
    attempt = order.payments.filter(state=Payment.State.CANCELLED).count()
    return pay(
        order,
        key=uuid.uuid5(ACCOUNTS, f"{order.number} {attempt}"),
        seen_cents=order.total_cents,
        card=payments.ACCOUNT,
        method=Payment.Method.ACCOUNT,
    )


@task
def settle(key: str) -> None:
    """Wake-up call: ask the bank about a payment whose answer was lost."""
    payment = Payment.objects.unanswered().filter(idempotency_key=key).first()
    if payment is None:
        return
    if payment.method == Payment.Method.ACCOUNT:  # no card is needed to go on
        line = payments.charge(payment.idempotency_key, payment.cents, payments.ACCOUNT)
    else:
        line = payments.ask(payment.idempotency_key)
    _settle(payment, line)


def _start(
    order: Order, key: uuid.UUID, seen_cents: int, method: Payment.Method
) -> Payment | None:
    """Begin a payment: the first caller gets it, and later ones with the same key."""
    try:
        with transaction.atomic():
            if order.stage == Stage.DRAFT and Order.objects.advance(
                order, Stage.PAYING
            ):
                order.refresh_from_db()  # from here on nothing changes it
                _check(order, seen_cents)
                later = timezone.now() + Payment.PATIENCE + timedelta(seconds=1)
                settle.using(run_after=later).enqueue(str(key))  # should we die now
                return Payment.objects.create(
                    order=order, idempotency_key=key, cents=seen_cents, method=method
                )
    except IntegrityError:  # a key from an earlier page: answer as it was answered
        order.refresh_from_db()
    earlier = Payment.objects.filter(order=order, idempotency_key=key).first()
    if earlier and earlier.state == Payment.State.STARTED:
        return None  # the press that started it will finish it
    return earlier


def _check(order: Order, seen_cents: int) -> None:
    """Everything that must be so before money moves; raises Unfinished."""
    if gone := OrderItem.objects.unsold(order).first():
        raise Unfinished(f"{gone} is no longer sold: take it out of your cart.")
    now = quote(order)
    if not order.has_address or not now.lines:
        raise Unfinished("Something is missing in your order: please look once more.")
    if {order.total_cents, now.total_cents} != {seen_cents}:
        raise PriceChanged("The order was changed meanwhile: look once more.")
    if doubtful(order):
        raise Unfinished(
            "A photo will look blurred: choose a smaller print, or tick"
            " that you want it anyway."
        )


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
            night.plan(order)
            fulfil_order.enqueue(order.number)
        else:
            Order.objects.reopen(order)
    payment.state = state
    logger.info("order %s: payment %s", order, state)
