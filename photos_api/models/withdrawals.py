"""Access that ended before its time: the tokens of an app were revoked."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from photos_api.models.people import Person


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    """What we know of access that was taken away."""

    def of(self, *, iss: str, sub: str, client_id: str) -> Self:
        """That of one app to one person's photos."""
        return self.filter(owner__iss=iss, owner__sub=sub, client_id=client_id)

    def note(self, owner: Person, client_id: str, issued_at: datetime) -> None:
        """A token of that time is dead; one statement, harmless when repeated."""
        told = Withdrawal(owner=owner, client_id=client_id, issued_at=issued_at)
        self.bulk_create(
            [told],
            update_conflicts=True,
            unique_fields=["owner", "client_id"],
            update_fields=["issued_at", "noted_at"],
        )

    def over(self) -> Self:
        """Those that close nothing any more: whatever they closed has expired."""
        return self.filter(noted_at__lt=timezone.now() - Withdrawal.KEPT)


class Withdrawal(models.Model):
    """A token of this app for this person turned out to be dead before its time."""

    KEPT = timedelta(hours=2)  # longer than any base URL lives

    owner = models.ForeignKey(Person, models.CASCADE, related_name="withdrawals")
    client_id = models.CharField(max_length=255)
    issued_at = models.DateTimeField()  # the dead token
    noted_at = models.DateTimeField(default=timezone.now)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "client_id"], name="one_withdrawal_per_app"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.noted_at:%F %T}"
