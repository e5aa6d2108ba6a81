"""The order, from a draft to a parcel; every change is one conditional UPDATE."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from printshop.models.customers import Customer
from printshop.models.selections import RECONNECT
from printshop.models.stages import (
    CANCELLABLE,
    PLACED,
    PRINTED,
    TOLD,
    OrderStage,
    Stage,
)
from printshop.products import Shipping

__all__ = ["PLACED", "TOLD", "Order", "OrderQuerySet", "OrderStage", "Stage"]
STANDARD = Shipping.STANDARD
ADDRESS = ("name", "line1", "line2", "postcode", "town", "country", "email")


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
        """Those that were paid for, or are about to be; none that a cart took over."""
        reached = OrderStage.objects.filter(order=OuterRef("pk"))
        return self.filter(Q(stage=Stage.PAYING) | Exists(reached))

    def cart(self, customer: Customer) -> "Order":
        """The one open draft of this customer, created when there is none."""
        order, _ = self.get_or_create(
            customer=customer, stage=Stage.DRAFT, client_id="", defaults={}
        )
        return order

    def reopen(self, order: "Order") -> bool:
        """Not paid: the order is a cart again, or goes into the one begun meanwhile.

        Inside a transaction. False if the order was not waiting for the bank.
        """
        while order.stage == Stage.PAYING:
            try:
                with transaction.atomic():
                    return self.advance(order, Stage.DRAFT, updated_at=timezone.now())
            except IntegrityError:  # one_cart_each: there is another by now
                if self._merge(order):
                    return True
        return False

    def _merge(self, order: "Order") -> bool:
        """Put an unpaid order's things into the cart; False if that is being paid."""
        cart = self.filter(customer=order.customer_id, stage=Stage.DRAFT, client_id="")
        other = cart.first()
        if other is None or not self.touch(other):
            return False
        paying = self.filter(pk=order.pk, stage=Stage.PAYING)
        merged = paying.update(stage=Stage.CANCELLED) == 1
        if merged:
            order.items.update(order=other, position=F("position") + 100_000)
        order.stage = Stage.CANCELLED
        return merged

    def cancel(self, order: "Order") -> bool:
        """The customer wants it no more; False if it is printed, or was cancelled."""
        with transaction.atomic():
            nothing_left = {"problem": "", "attempts": 0, "retry_at": None}
            if (
                self.changeable(order).update(stage=Stage.CANCELLED, **nothing_left)
                != 1
            ):
                return False
            OrderStage.objects.create(order=order, stage=Stage.CANCELLED)
        order.stage = Stage.CANCELLED
        return True

    def changeable(self, order: "Order") -> "OrderQuerySet":
        """The order, if it was paid for and nothing of it is printed yet."""
        printed = OrderStage.objects.filter(order=OuterRef("pk"), stage__in=PRINTED)
        return self.filter(~Exists(printed), pk=order.pk, stage__in=CANCELLABLE)

    def redirect(self, order: "Order", recipient: dict[str, str]) -> bool:
        """Send a paid order elsewhere; False if it is too late."""
        now = timezone.now()
        return self.changeable(order).update(updated_at=now, **recipient) == 1

    def reship(self, order: "Order", method: Shipping) -> bool:
        """Send a paid order in another way; False if it is too late."""
        as_seen = self.changeable(order).filter(shipping=order.shipping)
        return (
            as_seen.update(
                updated_at=timezone.now(), shipping=method, shipping_cents=method.cents
            )
            == 1
        )

    def remember(self, order: "Order", metadata: dict[str, str]) -> bool:
        """What an integrator notes about an order, at any time."""
        now = timezone.now()
        return self.filter(pk=order.pk).update(updated_at=now, metadata=metadata) == 1

    def recall_address(self, order: "Order") -> None:
        """Offer the last address, or what the account says; nothing is saved."""
        last = self.of(order.customer).exclude(line1="").filter(client_id="").first()
        if last is not None:
            for name in ADDRESS:
                setattr(order, name, getattr(last, name))
        order.name = order.name or order.customer.name
        order.email = order.email or order.customer.email

    def address(self, order: "Order", address: Mapping[str, object]) -> bool:
        """Say where a draft goes; False if it is no longer a draft."""
        draft = self.filter(pk=order.pk, stage=Stage.DRAFT)
        return draft.update(updated_at=timezone.now(), **address) == 1

    def is_at(self, order: "Order") -> bool:
        """Is it still where ``order`` saw it?"""
        return self.filter(pk=order.pk, stage=order.stage).exists()

    def advance(self, order: "Order", to: Stage, **recorded: object) -> bool:
        """Move an order on from where ``order`` saw it, with the time.

        False, and nothing changed, if somebody else moved it first.
        """
        with transaction.atomic():
            here = self.filter(pk=order.pk, stage=order.stage)
            recorded |= {"stage": to, "attempts": 0, "retry_at": None}
            if here.update(**recorded) != 1:
                return False
            if to in TOLD:
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

    def rest(self, order: "Order", until: datetime, problem: str = "") -> None:
        """Nothing can be done before that time; ``problem``: what it waits for."""
        self.filter(pk=order.pk, stage=order.stage).update(
            attempts=0, retry_at=until, problem=problem
        )

    def leave_for(self, order: "Order", night: datetime) -> bool:
        """Its photos are fetched then; False if the time was set already."""
        unset = self.filter(pk=order.pk, stage=Stage.RECEIVED, fetch_after=None)
        return unset.update(fetch_after=night) == 1

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

    def hold_forsaken(self, orders: Iterable[int], since: timedelta) -> int:
        """How many of these are carts that nobody touched for so long.

        Inside a transaction: until it ends nobody touches or pays for them.
        """
        carts = self.filter(pk__in=orders, stage=Stage.DRAFT)
        forsaken = carts.filter(updated_at__lt=timezone.now() - since)
        return forsaken.update(updated_at=F("updated_at"))

    def touch(self, order: "Order") -> bool:
        """Note that a cart changes now, and hold it; False if it is no cart any more.

        Inside a transaction: nobody pays for the cart before it ends.
        """
        draft = self.filter(pk=order.pk, stage=Stage.DRAFT)
        return draft.update(updated_at=timezone.now()) == 1


class Order(models.Model):
    """Prints, an address and a price; as a draft it is the customer's cart."""

    number = models.CharField(max_length=12, unique=True, default=new_number)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    name = models.CharField(max_length=100, blank=True)
    line1 = models.CharField(max_length=100, blank=True)
    line2 = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    town = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    email = models.CharField(max_length=254, blank=True)  # who is told of each stage
    shipping = models.CharField(max_length=10, choices=Shipping, default=STANDARD)
    shipping_cents = models.PositiveIntegerField(default=STANDARD.cents)

    # Placed before its photos are here: the worker fetches them from then on.
    fetch_after = models.DateTimeField(null=True)

    # Placed by an integrator: who, and by which names of theirs.
    client_id = models.CharField(max_length=255, blank=True)
    reference = models.CharField(max_length=255, blank=True)
    idempotency_key = models.CharField(max_length=255, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)  # of what was asked
    metadata = models.JSONField(default=dict)

    print_file = models.CharField(max_length=255, blank=True)  # the PDF, in the storage
    job_ticket = models.CharField(max_length=255, blank=True)  # its JSON, beside it
    tracking = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=300, blank=True)  # or what it waits for
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(stage="draft", client_id=""),
                name="one_cart_each",
            ),
            models.UniqueConstraint(
                fields=["customer", "client_id", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_order_per_idempotency_key",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def needs_connection(self) -> bool:
        """Does it wait until its photos are lent again?"""
        return self.problem == RECONNECT

    @property
    def has_address(self) -> bool:
        """Do we know where to send it?"""
        return bool(self.line1)

    @property
    def is_cancelled(self) -> bool:
        """Did the customer, or whoever spoke for them, end it?"""
        return self.stage == Stage.CANCELLED

    @property
    def can_be_cancelled(self) -> bool:
        """Nothing is printed yet, as far as this row tells; ``cancel`` decides."""
        return self.stage in CANCELLABLE

    @property
    def prints_cents(self) -> int:
        """What the things in it cost."""
        return sum(item.cents for item in self.items.all())

    @property
    def total_cents(self) -> int:
        """What the customer pays."""
        return self.prints_cents + self.shipping_cents

    @property
    def copies(self) -> int:
        """How many things are made."""
        return sum(item.copies for item in self.items.all())
