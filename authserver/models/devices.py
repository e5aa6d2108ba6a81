"""Devices that wait for a person: RFC 8628."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from oauth2_provider.models import AbstractDeviceGrant

from authserver.models.grants import Authorization, Row
from authserver.models.people import Session, User


class DeviceGrantQuerySet(models.QuerySet["DeviceGrant"]):
    """Device grants by what can happen to them."""

    def open(self) -> Self:
        """Waiting for a person."""
        return self.filter(decided_at=None, expires__gt=timezone.now())

    def allow(self, pk: int, **what: object) -> bool:
        """A person allows it; False if it is too late or somebody was quicker."""
        decision = {"status": DeviceGrant.AUTHORIZED, "decided_at": timezone.now()}
        return self.open().filter(pk=pk).update(**decision, **what) == 1

    def deny(self, pk: int, user: User) -> bool:
        """A person denies it; False if it is too late or somebody was quicker."""
        decision = {"status": DeviceGrant.DENIED, "decided_at": timezone.now()}
        return self.open().filter(pk=pk).update(**decision, user=user) == 1

    def stop(self) -> int:
        """Deny what waits, and what was allowed and not fetched; returns how many."""
        unspent = self.filter(redeemed_at=None).exclude(status=DeviceGrant.DENIED)
        denied = {"status": DeviceGrant.DENIED, "decided_at": timezone.now()}
        return unspent.update(**denied)

    def polled(self, pk: int, interval: int) -> int:
        """The device asked; it is to wait that many seconds before the next time."""
        return self.filter(pk=pk).update(polled_at=timezone.now(), interval=interval)

    def redeem(self, pk: int) -> bool:
        """Spend an allowed one; False if it was spent already (RFC 8628 §3.5)."""
        unspent = self.filter(pk=pk, status=DeviceGrant.AUTHORIZED, redeemed_at=None)
        return unspent.update(redeemed_at=timezone.now()) == 1


class DeviceGrant(Row, AbstractDeviceGrant):  # type: ignore[misc]  # no types
    """A device's request that waits for a person (RFC 8628 §3.2).

    ``device_code`` and ``user_code`` hold fingerprints. Once a person has allowed it,
    it hands on what a code does.
    """

    LIFETIME = timedelta(minutes=10)
    INTERVAL = 5  # seconds between two polls: RFC 8628 §3.2

    requested_scope = models.TextField(blank=True)
    scope_spelling = models.JSONField(default=dict)
    resource = models.JSONField(default=list)
    address = models.GenericIPAddressField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)
    family = models.UUIDField(default=uuid.uuid4, editable=False)
    polled_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)
    authorization = models.ForeignKey(
        Authorization, models.CASCADE, null=True, blank=True, related_name="+"
    )
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="+"
    )
    auth_time = models.DateTimeField(null=True, blank=True)
    acr = models.CharField(max_length=50, blank=True)
    offline = models.BooleanField(default=False)

    objects = DeviceGrantQuerySet.as_manager()

    class Meta(AbstractDeviceGrant.Meta):  # type: ignore[misc]  # no types
        constraints = [
            *AbstractDeviceGrant.Meta.constraints,
            models.UniqueConstraint(fields=["user_code"], name="one_user_code"),
        ]

    def __str__(self) -> str:
        return f"Device grant {self.pk}"

    @property
    def is_denied(self) -> bool:
        """A person said no."""
        return bool(self.status == self.DENIED)

    @property
    def requested_claims(self) -> dict[str, list[str]]:
        """None: a device has no claims parameter (OIDC Core §5.5 is of a browser's)."""
        return {}
