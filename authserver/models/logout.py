"""Logout tokens that clients must still be sent: OIDC Back-Channel Logout §2.5."""

from datetime import datetime, timedelta
from typing import Self, cast

from django.db import models
from django.db.models import Exists, F, Min, OuterRef
from django.utils import timezone

from authserver.models.clients import Client
from authserver.models.grants import AccessToken, AuthorizationCode, RefreshToken
from authserver.models.people import Session, User


class LogoutDeliveryQuerySet(models.QuerySet["LogoutDelivery"]):
    """Deliveries by what can happen to them."""

    def announce(self, session: Session) -> int:
        """One row for each client that took part in a session and wants to be told.

        Called once, in the transaction that ends the session; returns how many.
        """
        took_part = [
            Exists(issued.objects.filter(session=session, application=OuterRef("pk")))
            for issued in (AuthorizationCode, RefreshToken, AccessToken)
        ]
        told = Client.objects.exclude(backchannel_logout_uri="").filter(
            took_part[0] | took_part[1] | took_part[2], disabled_at=None
        )
        rows = [
            self.model(
                client=client, user=session.user, sub=session.user.sub, sid=session.sid
            )
            for client in told
        ]
        return len(self.bulk_create(rows, ignore_conflicts=True))

    def waiting(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(delivered_at=None, abandoned_at=None)

    def due(self) -> Self:
        """Waiting, and time to try (again)."""
        return self.waiting().filter(due_at__lte=timezone.now())

    def due_before(self, moment: datetime) -> datetime | None:
        """When the next one falls due, if before that moment."""
        soon = self.waiting().filter(due_at__lt=moment).aggregate(next=Min("due_at"))
        return cast("datetime | None", soon["next"])

    def claim(self, pk: int, attempts: int) -> bool:
        """Take a due row for one attempt; False if another worker was quicker.

        It falls due again by itself: a worker that dies here loses nothing.
        """
        lease = timezone.now() + LogoutDelivery.LEASE
        mine = self.due().filter(pk=pk, attempts=attempts)
        return mine.update(attempts=F("attempts") + 1, due_at=lease) == 1

    def delivered(self, pk: int) -> bool:
        """The client has acknowledged; False if that was known."""
        done = {"delivered_at": timezone.now(), "problem": ""}
        return self.waiting().filter(pk=pk).update(**done) == 1

    def failed(self, pk: int, attempts: int, problem: str) -> bool:
        """This attempt came to nothing; the next one is later.

        False if another attempt has begun since, which then decides.
        """
        again = timezone.now() + LogoutDelivery.delay(attempts)
        mine = self.waiting().filter(pk=pk, attempts=attempts)
        return mine.update(due_at=again, problem=problem[:200]) == 1

    def abandon(self, pk: int) -> bool:
        """Give up; False if it was delivered or given up before."""
        return self.waiting().filter(pk=pk).update(abandoned_at=timezone.now()) == 1


class LogoutDelivery(models.Model):
    """One client is to learn that one session is over. The row is the truth; a task
    that sends it is only a wake-up call.

    It holds what the logout token says, not the Session: that and the person may be
    gone by the time it is sent.
    """

    PATIENCE = timedelta(days=1)  # after which a client that does not answer is left
    LEASE = timedelta(minutes=1)  # far longer than one attempt may last
    DELAYS = (  # after the first, second … attempt; the last one from then on
        timedelta(seconds=5),
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(hours=1),
    )

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    sub = models.UUIDField(editable=False)
    sid = models.UUIDField(editable=False)
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
                fields=["sid", "client"], name="one_logout_per_session_and_client"
            )
        ]

    def __str__(self) -> str:
        return f"Logout {self.pk}"

    @classmethod
    def delay(cls, attempts: int) -> timedelta:
        """How long to wait after that many attempts."""
        return cls.DELAYS[min(attempts, len(cls.DELAYS)) - 1]

    @property
    def is_hopeless(self) -> bool:
        """It has been tried for as long as it is worth."""
        return timezone.now() >= self.created + self.PATIENCE
