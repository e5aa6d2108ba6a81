"""Rows that have served their time. Each kind lives as long as something needs it:

codes               1 day     their tombstones catch a replay; and until their session
                    is over: they say which clients are to be told of its end
device grants       1 day     their tombstones catch a replay
access tokens       1 hour    after they expire
refresh tokens      until the whole family is over: used ones catch a replay
pending requests    1 day
sessions            30 days   after they end, and while a token points at them
logout deliveries   30 days   one is given up after a day
task results        1 day     after they are finished
events              1 year
signing keys        retired ones as long as sessions may live, for hints
"""

from datetime import timedelta

from django.contrib.sessions.models import Session as BrowserSession
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from authserver import replay
from authserver.models import (
    AccessToken,
    AuthorizationCode,
    DeviceGrant,
    Event,
    LogoutDelivery,
    PendingRequest,
    RefreshToken,
    Session,
    SigningKey,
)

BATCH = 1000  # rows per transaction: others need the database too


def clean_up() -> dict[str, int]:
    """Delete what is over; returns how many rows of each table. Safe to repeat."""
    now = timezone.now()
    RefreshToken.objects.filter(
        used_at__lt=now - replay.WINDOW, sealed_answer__isnull=False
    ).update(sealed_answer=None)
    over = {
        "codes": AuthorizationCode.objects.filter(
            expires__lt=now - timedelta(days=1)
        ).exclude(session__ended_at=None, session__expires_at__gt=now),
        "device grants": DeviceGrant.objects.filter(
            expires__lt=now - timedelta(days=1)
        ),
        "access tokens": AccessToken.objects.filter(
            expires__lt=now - timedelta(hours=1)
        ),
        "refresh tokens": _refresh_tokens(),
        "pending requests": PendingRequest.objects.filter(
            expires_at__lt=now - timedelta(days=1)
        ),
        "sessions": _sessions(),
        "logout deliveries": LogoutDelivery.objects.filter(
            created__lt=now - timedelta(days=30)
        ),
        "task results": DBTaskResult.objects.finished().filter(
            finished_at__lt=now - timedelta(days=1)
        ),
        "events": Event.objects.filter(at__lt=now - timedelta(days=365)),
        "signing keys": SigningKey.objects.filter(
            state=SigningKey.State.RETIRED, retired_at__lt=now - 2 * Session.LIFETIME
        ),
        "cookies": BrowserSession.objects.filter(expire_date__lt=now),
    }
    return {name: _delete(rows) for name, rows in over.items()}


def _refresh_tokens() -> QuerySet[RefreshToken]:
    """Those of families in which nothing can be refreshed any more."""
    alive = RefreshToken.objects.live().filter(token_family=OuterRef("token_family"))
    day_ago = timezone.now() - timedelta(days=1)
    return RefreshToken.objects.filter(~Exists(alive), created__lt=day_ago)


def _sessions() -> QuerySet[Session]:
    """Those long over that no token speaks of."""
    month_ago = timezone.now() - timedelta(days=30)
    over = Q(ended_at__lt=month_ago) | Q(expires_at__lt=month_ago)
    spoken_of = [
        Exists(model.objects.filter(session=OuterRef("pk")))
        for model in (RefreshToken, AccessToken, AuthorizationCode)
    ]
    rows = Session.objects.filter(over)
    for needed in spoken_of:
        rows = rows.exclude(needed)
    return rows


def _delete(rows: QuerySet) -> int:  # type: ignore[type-arg]  # of any model
    total = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model.objects.filter(pk__in=batch).delete()
        total += len(batch)
    return total
