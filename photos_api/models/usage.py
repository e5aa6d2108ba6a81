"""How much of its quota an app has used."""

from datetime import datetime, timedelta
from typing import NamedTuple, Self

from django.db import models
from django.utils import timezone

from photos_api.models.adding import execute


class Window(NamedTuple):
    """What one row counts."""

    client_id: str
    person: str  # a fingerprint; "": everybody
    kind: str
    start: datetime


class UsageQuerySet(models.QuerySet["Usage"]):
    """Taking from quotas, and forgetting about them."""

    def take(self, window: "Window", amount: int, limit: int) -> bool:
        """Take so many of what a window has; False if that would be over the limit.

        One statement, whoever else takes at the same moment.
        """
        return amount <= limit and execute(TAKE, [*window, amount, limit]) == 1

    def over(self) -> Self:
        """Those of windows that nobody can take from any more."""
        return self.filter(window_start__lt=timezone.now() - Usage.KEPT)


class Usage(models.Model):
    """What an app, or an app for one person, has used of one window of time.

    Server processes take it in blocks, so that most requests ask no database.
    """

    KEPT = timedelta(days=2)  # longer than any window, and a day to look at it

    client_id = models.CharField(max_length=255)
    person = models.CharField(max_length=64, blank=True)  # a fingerprint; "": everybody
    kind = models.CharField(max_length=20)  # "requests", "bytes", …
    window_start = models.DateTimeField(db_index=True)
    used = models.PositiveIntegerField(default=0)

    objects = UsageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client_id", "person", "kind", "window_start"],
                name="one_usage_per_window",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind}: {self.used}"


TAKE = """
INSERT INTO photos_api_usage AS usage
(client_id, person, kind, window_start, used) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (client_id, person, kind, window_start)
DO UPDATE SET used = usage.used + excluded.used
WHERE usage.used + excluded.used <= %s
"""
