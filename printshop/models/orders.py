"""The order, from a draft to a parcel; every change is one conditional UPDATE."""

import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from printshop.models.customers import Customer
from printshop.models.selections import Original, Selection
from printshop.products import PRODUCTS, SHIPPING_CENTS, Product, Size


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


PLACED = (Stage.RECEIVED, Stage.FETCHED, Stage.RENDERED, Stage.PRINTING, Stage.SHIPPED)


def new_number() -> str:
    """A number one can read over the telephone: PS-4KQ7-9TXM."""
    letters = "".join(secrets.choice("23456789CDFGHJKLMNPQRTVWXYZ") for _ in range(8))
    return f"PS-{letters[:4]}-{letters[4:]}"


class OrderQuerySet(models.QuerySet["Order"]):
    """Every change of an order; where two race, exactly one wins."""

    def of(self, customer: Customer) -> "OrderQuerySet":
        """This customer's, and nobody else's."""
        return self.filter(customer=customer)

    def placed(self) -> "OrderQuerySet":
        """Those that were paid for, or are about to be."""
        return self.exclude(stage=Stage.DRAFT)

    def draft(self, selection: Selection) -> "Order":
        """The one open draft for this selection, created when there is none."""
        order, _ = self.get_or_create(
            selection=selection,
            stage=Stage.DRAFT,
            defaults={"customer_id": selection.customer_id},
        )
        return order

    def fill(self, order: "Order", items: "Sequence[OrderItem]") -> bool:
        """Replace a draft's items; False if it is no longer a draft."""
        with transaction.atomic():
            if not self._lock_draft(order):
                return False
            order.items.all().delete()
            OrderItem.objects.bulk_create(items)
        return True

    def address(self, order: "Order", address: dict[str, str]) -> bool:
        """Say where a draft goes; False if it is no longer a draft."""
        return self.filter(pk=order.pk, stage=Stage.DRAFT).update(**address) == 1

    def advance(self, order: "Order", to: Stage, **recorded: object) -> bool:
        """Move an order on from where ``order`` saw it, with the time.

        False, and nothing changed, if somebody else moved it first.
        """
        with transaction.atomic():
            here = self.filter(pk=order.pk, stage=order.stage)
            recorded |= {"stage": to, "attempts": 0, "retry_at": None}
            if here.update(**recorded) != 1:
                return False
            if to in {*PLACED, Stage.PROBLEM}:
                OrderStage.objects.create(order=order, stage=to)
        order.stage = to
        return True

    def begin_step(self, order: "Order") -> bool:
        """Count an attempt at the next step; False if the order has moved on."""
        pause = timedelta(seconds=min(10 * 2**order.attempts, 600))
        return (
            self.filter(pk=order.pk, stage=order.stage).update(
                attempts=F("attempts") + 1, retry_at=timezone.now() + pause
            )
            == 1
        )

    def rest(self, order: "Order", until: datetime) -> None:
        """There is nothing to do before that time, and nothing went wrong."""
        self.filter(pk=order.pk, stage=order.stage).update(attempts=0, retry_at=until)

    def resume(self, order: "Order") -> bool:
        """Let a stopped order go on from where it was; False if it is not stopped."""
        with transaction.atomic():
            last = order.stages.exclude(stage=Stage.PROBLEM).last()
            stopped = self.filter(pk=order.pk, stage=Stage.PROBLEM)
            if (
                last is None
                or stopped.update(
                    stage=last.stage, problem="", attempts=0, retry_at=None
                )
                != 1
            ):
                return False
            order.stages.filter(stage=Stage.PROBLEM).delete()
        return True

    def due(self, stages: Iterable[Stage]) -> "OrderQuerySet":
        """Those at one of these stages on which work is to be done now."""
        waited = Q(retry_at=None) | Q(retry_at__lte=timezone.now())
        return self.filter(waited, stage__in=stages)

    def _lock_draft(self, order: "Order") -> bool:
        draft = self.filter(pk=order.pk, stage=Stage.DRAFT)
        return draft.update(retry_at=None) == 1


class Order(models.Model):
    """Prints, an address and a price."""

    number = models.CharField(max_length=12, unique=True, default=new_number)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    selection = models.ForeignKey(Selection, models.SET_NULL, null=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    created_at = models.DateTimeField(default=timezone.now)

    name = models.CharField(max_length=100, blank=True)
    line1 = models.CharField(max_length=100, blank=True)
    line2 = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    town = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)

    print_file = models.CharField(max_length=255, blank=True)  # the PDF, in the storage
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["selection"],
                condition=Q(stage="draft"),
                name="one_draft_per_selection",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def has_address(self) -> bool:
        """Do we know where to send it?"""
        return bool(self.line1)

    @property
    def shipping_cents(self) -> int:
        """What the parcel costs."""
        return SHIPPING_CENTS

    @property
    def prints_cents(self) -> int:
        """What the prints cost."""
        return sum(item.cents for item in self.items.all())

    @property
    def total_cents(self) -> int:
        """What the customer pays."""
        return self.prints_cents + SHIPPING_CENTS

    @property
    def copies(self) -> int:
        """How many sheets of paper."""
        return sum(item.copies for item in self.items.all())


class OrderStage(models.Model):
    """When an order came how far."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=10, choices=Stage)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "stage"], name="each_stage_once")
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.get_stage_display()}"


class OrderItemQuerySet(models.QuerySet["OrderItem"]):
    """The prints of an order."""

    def rendered(self, item: "OrderItem", print_file: str) -> bool:
        """Record a finished print; False if another worker was quicker."""
        open_item = self.filter(pk=item.pk, print_file="")
        return open_item.update(print_file=print_file) == 1


class OrderItem(models.Model):
    """One photo on one size of paper, so many times."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    original = models.ForeignKey(Original, models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    size = models.CharField(max_length=10)
    copies = models.PositiveIntegerField(default=1)
    unit_cents = models.PositiveIntegerField()

    # The part of the photo that is printed, in pixels of the photo held upright.
    crop_left = models.PositiveIntegerField()
    crop_top = models.PositiveIntegerField()
    crop_width = models.PositiveIntegerField()
    crop_height = models.PositiveIntegerField()

    print_file = models.CharField(max_length=255, blank=True)  # a JPEG, in the storage

    objects = OrderItemQuerySet.as_manager()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.original} as {self.product.name}"

    @property
    def product(self) -> Product:
        """What is printed."""
        return PRODUCTS[self.size]

    @property
    def print_mm(self) -> Size:
        """The sheet, turned the way the photo is."""
        return self.product.lying_like(Size(self.original.width, self.original.height))

    @property
    def cents(self) -> int:
        """What these prints cost together."""
        return self.unit_cents * self.copies
