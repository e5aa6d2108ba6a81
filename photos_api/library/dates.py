"""Dates of the Library API: a day, a month, a year, or a day of every year."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rest_framework import serializers

from photos_api.messages import Message

LEAP_YEAR = 2000  # has every day that some year has


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Times from the first moment of a date up to the last of another."""

    since: datetime
    until: datetime  # the last moment, by the microsecond

    def touches(self, later: "Span") -> bool:
        """Is there nothing between this and one that begins no earlier?"""
        return (later.since - self.until).total_seconds() < 1


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """Days of every year, `101` to `1231`: the last may come before the first."""

    first: int
    last: int


class Date(Message):
    """0 stands for a part that makes no difference."""

    year = serializers.IntegerField(default=0, min_value=0, max_value=9999)
    month = serializers.IntegerField(default=0, min_value=0, max_value=12)
    day = serializers.IntegerField(default=0, min_value=0, max_value=31)

    def validate(self, given: dict[str, int]) -> dict[str, int]:
        """Refuse what is no date, and parts that are missing in the middle."""
        if parts(given) not in {"y", "ym", "ymd", "md"}:
            raise serializers.ValidationError(
                "Give a year, a year and a month, a whole date, or a month and a day."
            )
        year, month, day = given["year"] or LEAP_YEAR, given["month"], given["day"]
        if month and day > calendar.monthrange(year, month)[1]:
            raise serializers.ValidationError({"day": "There is no such day."})
        return given


class DateRange(Message):
    """From a date to another; both are inside of it."""

    start_date = Date()
    end_date = Date()

    def validate(self, given: dict[str, dict[str, int]]) -> dict[str, Any]:
        """Refuse ends of two kinds, and an end before its start."""
        start, end = given["start_date"], given["end_date"]
        if parts(start) != parts(end):
            raise serializers.ValidationError(
                "Give startDate and endDate in the same format."
            )
        if start["year"] and _first(start) > _last(end):
            raise serializers.ValidationError("The range ends before it starts.")
        return given


def parts(given: dict[str, int]) -> str:
    """Which of its parts a date has: `ymd`, `md`, …"""
    return "".join(name[0] for name in ("year", "month", "day") if given[name])


def span(start: dict[str, int], end: dict[str, int]) -> Span | Days:
    """What a range stands for; a single date is a range that ends where it starts."""
    if not start["year"]:
        return Days(_of_any_year(start), _of_any_year(end))
    since = datetime.combine(_first(start), datetime.min.time(), UTC)
    return Span(since, datetime.combine(_last(end), datetime.max.time(), UTC))


def merged(spans: list[Span]) -> list[Span]:
    """The same times, in order, without ones that touch or overlap."""
    apart: list[Span] = []
    for later in sorted(spans):
        if apart and apart[-1].touches(later):
            before = apart.pop()
            apart.append(Span(before.since, max(before.until, later.until)))
        else:
            apart.append(later)
    return apart


def _of_any_year(given: dict[str, int]) -> int:
    return given["month"] * 100 + given["day"]


def _first(given: dict[str, int]) -> date:
    return date(given["year"], given["month"] or 1, given["day"] or 1)


def _last(given: dict[str, int]) -> date:
    year, month = given["year"], given["month"] or 12
    return date(year, month, given["day"] or calendar.monthrange(year, month)[1])
