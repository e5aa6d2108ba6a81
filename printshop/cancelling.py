"""Cancelling an order while nothing is printed, and giving its money back, once."""

import logging

from django.db import transaction
from django_tasks import task

from printshop import night, payments
from printshop.models.orders import Order
from printshop.models.payments import Payment

logger = logging.getLogger("printshop.cancelling")


def cancel(order: Order) -> bool:
    """End an order and owe its money; False if it is printed, or was cancelled.

    The bank is asked by the worker: whatever dies, the row says what is owed.
    """
    with transaction.atomic():
        if not Order.objects.cancel(order):
            return False
        night.forsake(order)
        if payment := Payment.objects.give_back(order):
            refund.enqueue(str(payment.idempotency_key))
    logger.info("order %s: cancelled", order)
    return True


@task
def refund(key: str) -> None:
    """Wake-up call: let the bank give a payment back. It does so once, asked twice."""
    payment = Payment.objects.owed().filter(idempotency_key=key).first()
    if payment is None:
        return
    payments.refund(payment.idempotency_key)
    if Payment.objects.refunded(payment):
        logger.info("order %s: payment refunded", payment.order)
