"""Money: the shop's record of a payment, and the test bank's own book."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from printshop.models.orders import Order


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments, each settled once, and given back once at most."""

    def settle(self, payment: "Payment", state: str) -> bool:
        """Write down what the bank said; False if it was written before."""
        open_payment = self.filter(pk=payment.pk, state=Payment.State.STARTED)
        return open_payment.update(state=state, settled_at=timezone.now()) == 1

    def give_back(self, order: Order) -> "Payment | None":
        """Owe an order's money to its customer; None if it was never paid."""
        if self.filter(order=order, state=Payment.State.APPROVED).update(
            state=Payment.State.REFUNDING
        ):
            return self.owed().get(order=order)
        return None

    def rebill(self, order: Order, more_cents: int) -> "Payment":
        """An order on account costs more, or less: the bank is to be told."""
        billed = self.filter(
            order=order, method=Payment.Method.ACCOUNT, state=Payment.State.APPROVED
        )
        billed.update(cents=F("cents") + more_cents, is_amended=True)
        return billed.get()

    def amended(self) -> "PaymentQuerySet":
        """Those of whose new price the bank knows nothing, as far as we know."""
        return self.filter(state=Payment.State.APPROVED, is_amended=True)

    def told(self, payment: "Payment", cents: int) -> bool:
        """The bank knows this price; False if it is no longer the price."""
        same = self.filter(pk=payment.pk, cents=cents)
        return same.update(is_amended=False) == 1

    def owed(self) -> "PaymentQuerySet":
        """Those the bank has to give back."""
        return self.filter(state=Payment.State.REFUNDING)

    def refunded(self, payment: "Payment") -> bool:
        """The bank has given it back; False if that was known."""
        return self.owed().filter(pk=payment.pk).update(state="refunded") == 1

    def unanswered(self) -> "PaymentQuerySet":
        """Those the bank should have answered by now: it must be asked."""
        return self.filter(
            state=Payment.State.STARTED,
            started_at__lt=timezone.now() - Payment.PATIENCE,
        )


class Payment(models.Model):
    """One attempt to pay for one order. No card data is kept, not even four digits."""

    PATIENCE = timedelta(seconds=6)  # the bank answers sooner, or the process died

    class State(models.TextChoices):
        STARTED = "started", "Waiting for the bank"
        APPROVED = "approved", "Paid"
        DECLINED = "declined", "Declined"
        CANCELLED = "cancelled", "Cancelled"
        REFUNDING = "refunding", "Being refunded"
        REFUNDED = "refunded", "Refunded"

    class Method(models.TextChoices):
        CARD = "card", "Card"
        ACCOUNT = "account", "On account"  # an integrator's order

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    idempotency_key = models.UUIDField(unique=True)
    cents = models.PositiveIntegerField()
    is_amended = models.BooleanField(default=False)  # and the bank is to be told
    method = models.CharField(max_length=10, choices=Method, default=Method.CARD)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    started_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["started", "approved"]),
                name="one_live_payment_per_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.get_state_display()}"


class Charge(models.Model):
    """A line in the test bank's book: what became of one idempotency key."""

    class Outcome(models.TextChoices):
        APPROVED = "approved"
        DECLINED = "declined"
        CANCELLED = "cancelled"

    idempotency_key = models.UUIDField(unique=True)
    cents = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    refunded_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.idempotency_key}: {self.outcome}"
