"""How much an app may ask: by day, and for each person by minute.

Each process takes a block of a quota at a time (`models.Usage`), so that most requests
ask no database. What a process has taken and not used when it ends is lost: an app may
get a block less for each. Nobody ever gets more of a day; of a person's minute, whose
first block costs no statement, a block more for each process at the most.
"""

import hashlib
import math
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, cast

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from photos_api.access_tokens import AccessToken
from photos_api.memory import Memory
from photos_api.models import Usage
from photos_api.models.usage import Window
from photos_api.problems import ResourceExhausted

SHORTEST = 30  # seconds: what Google's documentation tells clients to wait
LARGEST_BLOCK = 50
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Quota:
    """So many of something in each window of time, for an app."""

    name: str  # in PHOTOS_API_QUOTAS
    counts: tuple[str, ...]  # which views: MethodView.counts
    window: timedelta
    sentence: str
    of_person: bool = False

    def window_start(self, now: datetime) -> datetime:
        """When the current window began."""
        return now - (now - BEGINNING) % self.window


QUOTAS = (
    Quota(
        "requests_per_day",
        ("requests",),
        timedelta(days=1),
        "This app may make {limit} requests a day",
    ),
    Quota(
        "bytes_per_day",
        ("bytes",),
        timedelta(days=1),
        "This app may fetch {limit} pictures or files a day",
    ),
    Quota(
        "person_per_minute",
        ("requests", "bytes"),
        timedelta(minutes=1),
        "This app may ask for one person {limit} times a minute",
        of_person=True,
    ),
)


class Counted(Protocol):
    """A view whose requests count."""

    counts: str

    def app_of(self, request: Request) -> str:
        """For which app."""


class Quotas(BaseThrottle):
    """DRF asks, once it knows that the request may be made at all."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """True, or ResourceExhausted, which says of what and until when."""
        if not settings.QUOTAS or not hasattr(view, "counts"):
            return True
        counted = cast("Counted", view)
        token = cast("AccessToken | None", request.auth)
        for quota in QUOTAS:
            limit = settings.QUOTAS.get(quota.name)
            if limit is None or counted.counts not in quota.counts:
                continue
            if not quota.of_person:
                shares.use(quota, limit, counted.app_of(request))
            elif token is not None:
                shares.use(quota, limit, token.client_id, _fingerprint(token))
        return True


def _fingerprint(token: AccessToken) -> str:
    """The person, so that counting them tells nobody who it was."""
    return hashlib.sha256(f"{token.iss}\0{token.sub}".encode()).hexdigest()


@dataclass(slots=True)
class Share:
    """What this process holds of a quota in one window."""

    left: int
    block: int  # how much it takes next
    lock: threading.Lock = field(default_factory=threading.Lock)


class Shares:
    """All that this process holds."""

    MOST = 20_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shares: Memory[Share] = Memory(
            self.MOST, clock=lambda: timezone.now().timestamp()
        )

    def use(self, quota: Quota, limit: int, client_id: str, person: str = "") -> None:
        """Count one; raises ResourceExhausted when nothing is left."""
        now = timezone.now()
        window = Window(client_id, person, quota.name, quota.window_start(now))
        share = self._share(quota, limit, window)
        with share.lock:  # while one asks the database, the others would ask the same
            while share.left < 1 and share.block > 0:
                if Usage.objects.take(window, share.block, limit):
                    share.left = share.block
                else:  # the rest is taken in ever smaller pieces
                    share.block //= 2
            if share.left < 1:
                raise _exhausted(quota, limit, window.start + quota.window, now)
            share.left -= 1

    def _share(self, quota: Quota, limit: int, window: Window) -> Share:
        with self._lock:
            share = self._shares.get(window)
            if share is None:
                block = max(1, min(LARGEST_BLOCK, limit // 20))
                share = Share(block if quota.of_person else 0, block)
                until = timezone.now() + quota.window
                self._shares.put(window, share, until.timestamp())
            return share

    def clear(self) -> None:
        """Hold nothing."""
        self._shares.clear()


shares = Shares()


def _exhausted(
    quota: Quota, limit: int, free_at: datetime, now: datetime
) -> ResourceExhausted:
    seconds = max(SHORTEST, math.ceil((free_at - now).total_seconds()))
    again = (now + timedelta(seconds=seconds)).isoformat(timespec="seconds")
    return ResourceExhausted(
        f"Quota exceeded: {quota.name}. {quota.sentence.format(limit=limit)}. "
        f"Try again at {again.replace('+00:00', 'Z')}.",
        headers={"Retry-After": str(seconds)},  # RFC 6585 §4
    )
