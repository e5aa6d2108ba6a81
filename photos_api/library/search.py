"""mediaItems.search: filters become questions that an index can answer.

Several stretches of time are one question each, put together in the database: one
question with an OR in it would read, page by page, all that lies between them.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from photos_api.library.dates import Days, Span, merged, span
from photos_api.models.month_days import MonthDay
from photos_api.models.photos import PhotoQuerySet


def matching(photos: PhotoQuerySet, filters: dict[str, Any]) -> list[PhotoQuerySet]:
    """Those that fit; every photo is in one of the answers at most."""
    if not filters.get("include_archived_media"):
        photos = photos.filter(archived=False)
    for name, narrowed in NARROWED.items():
        if filters.get(name):
            photos = photos.filter(narrowed(**filters[name]))
    if not filters.get("date_filter"):
        return [photos]
    dated = photos.filter(has_capture_date=True)
    return [
        dated.alias(month_day=MonthDay("creation_time")).filter(times)
        if isinstance(times, _OfAnyYear)
        else dated.filter(times)
        for times in _times(**filters["date_filter"])
    ]


class _OfAnyYear(Q):
    """A condition on the day of the year."""


def _times(dates: list[Any], ranges: list[Any]) -> list[Q]:
    wanted = [span(date, date) for date in dates]
    wanted += [span(pair["start_date"], pair["end_date"]) for pair in ranges]
    spans = [
        Q(creation_time__gte=one.since, creation_time__lte=one.until)
        for one in merged([one for one in wanted if isinstance(one, Span)])
    ]
    seen = spans.copy()
    days = []
    for one in sorted({one for one in wanted if isinstance(one, Days)}):
        condition = _on(one)
        days.append(_OfAnyYear(condition, *(~other for other in seen)))
        seen.append(condition)
    return [*spans, *days]


def _on(days: Days) -> Q:
    if days.first == days.last:
        return Q(month_day=days.first)
    since, until = Q(month_day__gte=days.first), Q(month_day__lte=days.last)
    return since & until if days.first < days.last else since | until


def _content(
    included_content_categories: list[str], excluded_content_categories: list[str]
) -> Q:
    """NONE says nothing, neither alone nor beside others."""
    included = {*included_content_categories} - {"NONE"}
    excluded = {*excluded_content_categories} - {"NONE"}
    shown = Q(content_category__in=included) if included else Q()
    return shown & ~Q(content_category__in=excluded) if excluded else shown


def _media_type(media_types: list[str]) -> Q:
    video = Q(original__mime_type__startswith="video/")
    return {"VIDEO": video, "PHOTO": ~video, "ALL_MEDIA": Q()}[media_types[0]]


def _feature(included_features: list[str]) -> Q:
    """NONE says nothing."""
    return Q(favorite=True) if "FAVORITES" in included_features else Q()


NARROWED: dict[str, Callable[..., Q]] = {
    "content_filter": _content,
    "media_type_filter": _media_type,
    "feature_filter": _feature,
}
