"""What a search may ask for: the filters of mediaItems.search."""

from typing import Any

from rest_framework import serializers

from photos_api.library.dates import Date, DateRange
from photos_api.messages import Int32, Message
from photos_api.models import ContentCategory

MOST_DATES = 5
MOST_CATEGORIES = 10
CATEGORIES = ("NONE", *ContentCategory.values)
OLDEST_FIRST = "MediaMetadata.creation_time"
NEWEST_FIRST = "MediaMetadata.creation_time desc"
# All that may accompany an order, besides the dates it needs.
ORDERED = {"date_filter", "include_archived_media", "exclude_non_app_created_data"}


class DateFilter(Message):
    """Taken on one of the dates, or in one of the ranges."""

    dates = serializers.ListField(child=Date(), default=list, max_length=MOST_DATES)
    ranges = serializers.ListField(
        child=DateRange(), default=list, max_length=MOST_DATES
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse one that nothing could fit."""
        if not given["dates"] and not given["ranges"]:
            raise serializers.ValidationError("Name a date or a range of dates.")
        return given


class ContentFilter(Message):
    """Shows one of these things, and none of those."""

    included_content_categories = serializers.ListField(
        child=serializers.ChoiceField(choices=CATEGORIES),
        default=list,
        max_length=MOST_CATEGORIES,
    )
    excluded_content_categories = serializers.ListField(
        child=serializers.ChoiceField(choices=CATEGORIES),
        default=list,
        max_length=MOST_CATEGORIES,
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse what is wanted and not wanted at the same time."""
        included, excluded = given.values()
        both = sorted({*included} & {*excluded})
        if both:
            raise serializers.ValidationError(
                f"Included and excluded at the same time: {', '.join(both)}."
            )
        return given


class MediaTypeFilter(Message):
    """Photos, videos or both."""

    media_types = serializers.ListField(
        child=serializers.ChoiceField(choices=("ALL_MEDIA", "VIDEO", "PHOTO")),
        min_length=1,
        max_length=1,
        error_messages=dict.fromkeys(
            ("required", "empty", "min_length", "max_length"),
            "Name exactly one media type.",
        ),
    )


class FeatureFilter(Message):
    """Marked by its owner."""

    included_features = serializers.ListField(
        child=serializers.ChoiceField(choices=("NONE", "FAVORITES")),
        default=list,
        max_length=MOST_CATEGORIES,
    )


class Filters(Message):
    """All of them together: a photo must fit each."""

    date_filter = DateFilter(default=None)
    content_filter = ContentFilter(default=None)
    media_type_filter = MediaTypeFilter(default=None)
    feature_filter = FeatureFilter(default=None)
    include_archived_media = serializers.BooleanField(default=False)
    # Reads cover only what the app created anyway: both values mean the same.
    exclude_non_app_created_data = serializers.BooleanField(default=False)


class SearchMediaItemsRequest(Message):
    """mediaItems.search"""

    album_id = serializers.CharField(default="", allow_blank=True, max_length=200)
    filters = Filters(default=None)
    page_size = Int32(default=None)
    page_token = serializers.CharField(default="", allow_blank=True, max_length=2000)
    order_by = serializers.CharField(default="", allow_blank=True, max_length=200)

    def validate_order_by(self, given: str) -> str:
        """Refuse every other order."""
        if given not in {"", OLDEST_FIRST, NEWEST_FIRST}:
            raise serializers.ValidationError(
                f"Must be {OLDEST_FIRST} or {NEWEST_FIRST}."
            )
        return given

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse what does not go together."""
        asked = {k for k, v in (given["filters"] or {}).items() if v}
        if given["album_id"] and asked:
            raise serializers.ValidationError(
                {"filters": "Name an album or filters, not both."}
            )
        if given["order_by"] and "date_filter" not in asked:
            raise serializers.ValidationError(
                {"order_by": "An order is possible only with a dateFilter."}
            )
        if given["order_by"] and not asked <= ORDERED:
            raise serializers.ValidationError(
                {"order_by": "With an order, the only filter can be a dateFilter."}
            )
        return given
