"""Who is signed in where, under the provider's names for it.

What a logout token speaks of can be found here: OIDC Back-Channel Logout §2.7.
"""

from datetime import UTC, datetime, timedelta
from typing import Self

from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.utils import timezone

from printshop.logout_token import OLDEST, Logout
from printshop.models.attempts import digest
from printshop.models.customers import Customer
from printshop.signed_token import LEEWAY


class BrowserSessionQuerySet(models.QuerySet["BrowserSession"]):
    """Browser sessions by what a logout token says."""

    def named_by(self, logout: Logout) -> Self:
        """One session at the provider, or all of a person's: both must fit if given."""
        named = self.filter(customer__iss=logout.iss)
        if logout.sid:
            named = named.filter(sid=logout.sid)
        if logout.sub:
            named = named.filter(customer__sub=logout.sub)
        return named

    def rests_on(self, session_key: str, customer: Customer, sid: str) -> None:
        """Note what a Django session came of, the first time or anew."""
        row = BrowserSession(session_id=session_key, customer=customer, sid=sid)
        self.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["session"],
            update_fields=["customer", "sid"],
        )

    def end(self) -> int:
        """Sign these browsers out: with Django's session its row here is gone."""
        sessions = Session.objects.filter(pk__in=self.values("session"))
        return sessions.delete()[1].get("sessions.Session", 0)


class BrowserSession(models.Model):
    """A Django session in which a customer is signed in, and what it came of.

    It goes when Django's session goes: at sign-out, when the key changes, when
    expired ones are cleared. So the engine has to be ``django.contrib.sessions``'s db.
    """

    session = models.OneToOneField(
        Session, models.CASCADE, primary_key=True, related_name="+"
    )
    customer = models.ForeignKey(Customer, models.CASCADE)
    sid = models.CharField(max_length=255, blank=True, db_index=True)

    objects = BrowserSessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"A browser of {self.customer}"


class ReceivedLogoutQuerySet(models.QuerySet["ReceivedLogout"]):
    """Logout tokens that have come, for as long as they would be good."""

    def first_time(self, logout: Logout) -> bool:
        """Remember a token; False if it came before."""
        _, is_new = self.get_or_create(
            jti_hash=digest(logout.jti),
            defaults={
                "sub": logout.sub,
                "sid": logout.sid,
                "issued_at": datetime.fromtimestamp(logout.iat, UTC),
            },
        )
        return is_new

    def overtook(self, sub: str, sid: str, iat: float) -> bool:
        """Has a sign-in of that time, still on its way, been ended already?"""
        named = Q(sid="") | Q(sid=sid)
        since = datetime.fromtimestamp(iat, UTC)
        return self.filter(named, sub__in=["", sub], issued_at__gte=since).exists()

    def stale(self) -> Self:
        """Those whose token would be refused for its age alone."""
        return self.filter(received_at__lt=timezone.now() - ReceivedLogout.KEPT)


class ReceivedLogout(models.Model):
    """A logout token that was good once, and is not a second time."""

    KEPT = timedelta(seconds=OLDEST + 2 * LEEWAY)  # from then on it is too old

    jti_hash = models.CharField(max_length=64, unique=True)
    sub = models.CharField(max_length=255, blank=True)
    sid = models.CharField(max_length=255, blank=True)
    issued_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = ReceivedLogoutQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Logout of {self.issued_at:%F %T}"
