"""Letters about orders: each stage an order comes through waits in its row for one.

A worker that dies after the mail server took a letter, and before that was written
down, sends it again: a customer may get a letter twice, and misses none. Both copies
have the same Message-ID, by which mail programs tell that they are one.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from printshop.bills import Bill
from printshop.models.stages import OrderStage

logger = logging.getLogger("printshop.mails")


@receiver(post_save, sender=OrderStage)
def _stage_reached(instance: OrderStage, *, created: bool, **_: Any) -> None:
    """In the transaction that moves the order: there is no stage without its letter."""
    if created:
        tell.enqueue(instance.order.number)


@task
def tell(number: str) -> None:
    """Wake-up call: send what waits to be told of an order, the oldest first."""
    waiting = OrderStage.objects.untold().filter(order__number=number)
    while stage := waiting.select_related("order").first():
        if not OrderStage.objects.claim(stage):  # another worker has it, or it rests
            return
        if stage.order.email and not _send(stage):
            return
        OrderStage.objects.told(stage)


def _send(stage: OrderStage) -> bool:
    """Hand a letter to the mail server; False if that has to be tried again."""
    try:
        letter(stage).send()
    except OSError as error:  # smtplib's exceptions are such, too
        logger.warning("order %s: no mail about %s: %s", stage.order, stage, error)
        return False
    return True


def letter(stage: OrderStage) -> EmailMultiAlternatives:
    """What is written about a stage: the first line of its template is the subject."""
    order = stage.order
    context = {
        "order": order,
        "bill": Bill.of(order),
        "link": settings.URL + reverse("order", args=[order.number]),
    }
    words = render_to_string(f"mail/{stage.stage}.txt", context)
    subject, _, body = words.strip().partition("\n")
    context |= {"subject": subject, "words": body.strip()}
    host = urlsplit(settings.URL).hostname
    message = EmailMultiAlternatives(
        subject,
        render_to_string("mail/order.txt", context),
        to=[order.email],
        headers={"Message-ID": f"<{order.number}.{stage.stage}.{stage.pk}@{host}>"},
    )
    message.attach_alternative(
        render_to_string("mail/order.html", context), "text/html"
    )
    return message
