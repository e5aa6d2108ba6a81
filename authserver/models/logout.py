"""Logout tokens that clients must still be sent: OIDC Back-Channel Logout §2.5."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from authserver.models.clients import Client
from authserver.models.people import Session


class LogoutDeliveryQuerySet(models.QuerySet["LogoutDelivery"]):
    """Deliveries by what can happen to them."""

    def due(self) -> Self:
        """Neither delivered nor given up, and time to try (again)."""
        waiting = self.filter(delivered_at=None, abandoned_at=None)
        return waiting.filter(due_at__lte=timezone.now())


class LogoutDelivery(models.Model):
    """One client is to learn that one session is over. The row is the truth; a task
    that sends it is only a wake-up call.
    """

    PATIENCE = timedelta(days=1)  # after which a client that does not answer is left

    session = models.ForeignKey(Session, models.CASCADE, related_name="deliveries")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = LogoutDeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "client"], name="one_logout_per_session_and_client"
            )
        ]

    def __str__(self) -> str:
        return f"Logout {self.pk}"
