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
sealed answers      10 s      within which a refresh may be repeated

Few rows at a time, each time a transaction of its own: nobody waits for a lock longer
than a batch takes. Looking for what is over locks nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

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

BATCH = 100  # rows per transaction: some milliseconds and a write to disk


def clean_up() -> dict[str, int]:
    """Delete what is over; returns how many rows of each table. Safe to repeat."""
    now = timezone.now()
    _forget_answers(now)
    over: dict[str, QuerySet[Any]] = {
        "codes": AuthorizationCode.objects.filter(
            expires__lt=now - timedelta(days=1)
        ).exclude(session__ended_at=None, session__expires_at__gt=now),
        "device grants": DeviceGrant.objects.filter(
            expires__lt=now - timedelta(days=1)
        ),
        "access tokens": AccessToken.objects.filter(
            expires__lt=now - timedelta(hours=1)
        ),
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
    families = {"refresh tokens": _delete_families(now)}
    return families | {name: _delete(rows) for name, rows in over.items()}


def _forget_answers(now: datetime) -> None:
    """Those to a refresh that may no longer be repeated."""
    old = RefreshToken.objects.filter(used_at__lt=now - replay.WINDOW)
    for batch in _batches(old.exclude(sealed_answer=None)):
        RefreshToken.objects.filter(pk__in=batch).update(sealed_answer=None)


def _delete_families(now: datetime) -> int:
    """All generations of each family whose newest, the only unused, is over."""
    newest = RefreshToken.objects.filter(
        used_at=None, created__lt=now - timedelta(days=1)
    )
    over = Q(expires_at__lt=now) | Q(family_expires_at__lt=now)
    total = 0
    for batch in _batches(newest.filter(over | Q(revoked__isnull=False))):
        heads = RefreshToken.objects.filter(pk__in=batch)
        families = list(heads.values_list("token_family", flat=True))
        total += _delete(RefreshToken.objects.filter(token_family__in=families))
    return total


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


def _delete(rows: QuerySet[Any]) -> int:
    total = 0
    for batch in _batches(rows):
        rows.model.objects.filter(pk__in=batch).delete()
        total += len(batch)
    return total


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Primary keys in their order: the table is gone through once."""
    ordered = rows.order_by("pk").values_list("pk", flat=True)
    batch = list(ordered[:BATCH])
    while batch:
        yield batch
        batch = list(ordered.filter(pk__gt=batch[-1])[:BATCH])
