"""An order on account whose price changes before it is printed, and the bank's book."""

from django.db import transaction
from django_tasks import task

from printshop import payments
from printshop.models import Order, Payment
from printshop.products import Shipping


def reship(order: Order, method: Shipping) -> bool:
    """Send an order in another way, and have its bill say so; False if too late."""
    if order.shipping == method:
        return Order.objects.changeable(order).exists()
    with transaction.atomic():
        if not Order.objects.reship(order, method):
            return False
        payment = Payment.objects.rebill(order, method.cents - order.shipping_cents)
        amend.enqueue(str(payment.idempotency_key))
    return True


@task
def amend(key: str) -> None:
    """Wake-up call: tell the bank what an order costs now.

    Whoever told it last has looked afterwards, so it ends with what the row says.
    """
    is_told = False
    while not is_told:
        payment = Payment.objects.get(idempotency_key=key)
        payments.amend(payment.idempotency_key, payment.cents)
        is_told = Payment.objects.told(payment, payment.cents)
