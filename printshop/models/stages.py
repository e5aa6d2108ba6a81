"""How far an order can come, and when it did; each time is a letter to its customer."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Stage(models.TextChoices):
    """How far an order has come."""

    DRAFT = "draft", "Not ordered yet"
    PAYING = "paying", "Waiting for the bank"
    RECEIVED = "received", "Order received"
    FETCHED = "fetched", "Photos fetched"
    RENDERED = "rendered", "Prints rendered"
    PRINTING = "printing", "Printing"
    SHIPPED = "shipped", "Shipped"
    PROBLEM = "problem", "Problem"
    CANCELLED = "cancelled", "Cancelled"


PLACED = (Stage.RECEIVED, Stage.FETCHED, Stage.RENDERED, Stage.PRINTING, Stage.SHIPPED)
TOLD = frozenset({*PLACED, Stage.PROBLEM, Stage.CANCELLED})  # written down, and mailed
PRINTED = (Stage.PRINTING, Stage.SHIPPED)  # too late to cancel
CANCELLABLE = (Stage.RECEIVED, Stage.FETCHED, Stage.RENDERED, Stage.PROBLEM)


class OrderStageQuerySet(models.QuerySet["OrderStage"]):
    """What orders came through, and the e-mails about it that wait to be sent."""

    def untold(self) -> "OrderStageQuerySet":
        """Those nobody was told of yet, nor given up."""
        return self.filter(told_at=None, attempts__lt=OrderStage.TRIES)

    def due(self) -> "OrderStageQuerySet":
        """Those of which somebody ought to be told now."""
        return self.untold().filter(Q(retry_at=None) | Q(retry_at__lte=timezone.now()))

    def claim(self, stage: "OrderStage") -> bool:
        """Take the turn to tell; False while another worker has it, or must wait."""
        pause = timedelta(seconds=min(60 * 2**stage.attempts, 3600))
        return (
            self.due()
            .filter(pk=stage.pk, attempts=stage.attempts)
            .update(attempts=F("attempts") + 1, retry_at=timezone.now() + pause)
            == 1
        )

    def told(self, stage: "OrderStage") -> None:
        """The mail server took it."""
        self.filter(pk=stage.pk).update(told_at=timezone.now())


class OrderStage(models.Model):
    """When an order came how far."""

    TRIES = 10  # over seven hours

    order = models.ForeignKey("Order", models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=10, choices=Stage)
    at = models.DateTimeField(default=timezone.now)

    # The e-mail about it: this row is also the place where it waits to be sent.
    told_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    objects = OrderStageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "stage"], name="each_stage_once")
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.get_stage_display()}"
