"""Months: how many photos of each somebody has."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, F, When

from photos_api.models.people import Person


class PhotoMonthQuerySet(models.QuerySet["PhotoMonth"]):
    """The months somebody has photos of."""

    def of(self, person: Person) -> Self:
        """Theirs, the newest first, but for those that have become empty."""
        return self.filter(owner=person, photos__gt=0).order_by("-first_day")

    def add_up(self, person: Person, times: Iterable[datetime], by: int) -> None:
        """Count photos taken at these times in (``by`` 1) or out (``by`` -1).

        Inside the transaction that adds or removes them: the caller has locked the
        person, so that nobody else counts at the same time.
        """
        changes = Counter(time.date().replace(day=1) for time in times)
        if not changes:
            return
        self.bulk_create(
            [PhotoMonth(owner=person, first_day=day, photos=0) for day in changes],
            ignore_conflicts=True,
        )
        steps = [
            When(first_day=day, then=F("photos") + by * n) for day, n in changes.items()
        ]
        self.filter(owner=person, first_day__in=changes).update(photos=Case(*steps))


class PhotoMonth(models.Model):
    """How many photos of a month somebody has: what a timeline is drawn from.

    Kept beside the photos, in the same transactions, since counting a million of them
    whenever somebody opens the gallery would take a second.
    """

    owner = models.ForeignKey(Person, models.CASCADE, related_name="months")
    first_day = models.DateField()
    photos = models.PositiveIntegerField()

    objects = PhotoMonthQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "first_day"], name="each_month_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}: {self.photos}"
