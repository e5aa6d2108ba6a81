"""mediaItems.search: what makes no sense is refused, and the field is named."""

from typing import Any

import pytest
from photo_cast import App, refused, told
from searches import SEARCH, TIME, between, day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"filters": {"dateFilter": {}}}, "filters.dateFilter"),
        ({"filters": {"dateFilter": {"dates": []}}}, "filters.dateFilter"),
        *(
            ({"filters": {"dateFilter": {"dates": [day(2020), date]}}}, field)
            for date, field in [
                (day(), "filters.dateFilter.dates.1"),
                ({}, "filters.dateFilter.dates.1"),
                (day(0, 0, 5), "filters.dateFilter.dates.1"),
                (day(0, 5), "filters.dateFilter.dates.1"),
                (day(2020, 0, 5), "filters.dateFilter.dates.1"),
                (day(2021, 2, 29), "filters.dateFilter.dates.1.day"),
                (day(0, 2, 30), "filters.dateFilter.dates.1.day"),
                (day(0, 4, 31), "filters.dateFilter.dates.1.day"),
                (day(2020, 13, 1), "filters.dateFilter.dates.1.month"),
                (day(2020, 1, 32), "filters.dateFilter.dates.1.day"),
                (day(-1), "filters.dateFilter.dates.1.year"),
                (day(10_000), "filters.dateFilter.dates.1.year"),
                ({"year": "x"}, "filters.dateFilter.dates.1.year"),
                ({"year": 2020.5}, "filters.dateFilter.dates.1.year"),
                ({"year": True}, "filters.dateFilter.dates.1.year"),
                ({"yaer": 2020}, "filters.dateFilter.dates.1.yaer"),
                ("2020", "filters.dateFilter.dates.1"),
                (None, "filters.dateFilter.dates.1"),
            ]
        ),
        *(
            ({"filters": {"dateFilter": {"ranges": [between(*ends)]}}}, field)
            for ends, field in [
                ((day(2020), day(2020, 2)), "filters.dateFilter.ranges.0"),
                ((day(2020, 2), day(2020, 2, 3)), "filters.dateFilter.ranges.0"),
                ((day(0, 2, 3), day(2020, 2, 3)), "filters.dateFilter.ranges.0"),
                ((day(2021), day(2020)), "filters.dateFilter.ranges.0"),
                ((day(2020, 3, 2), day(2020, 3, 1)), "filters.dateFilter.ranges.0"),
                ((day(), day()), "filters.dateFilter.ranges.0.startDate"),
            ]
        ),
        (
            {"filters": {"dateFilter": {"ranges": [{"startDate": day(2020)}]}}},
            "filters.dateFilter.ranges.0.endDate",
        ),
        (
            {"filters": {"dateFilter": {"dates": [day(2020)] * 6}}},
            "filters.dateFilter.dates",
        ),
        (
            {"filters": {"dateFilter": {"ranges": [between(day(1), day(2))] * 6}}},
            "filters.dateFilter.ranges",
        ),
        (
            {"filters": {"contentFilter": {"includedContentCategories": ["CATS"]}}},
            "filters.contentFilter.includedContentCategories.0",
        ),
        (
            {"filters": {"contentFilter": {"includedContentCategories": "PETS"}}},
            "filters.contentFilter.includedContentCategories",
        ),
        (
            {
                "filters": {
                    "contentFilter": {"excludedContentCategories": ["PETS"] * 11}
                }
            },
            "filters.contentFilter.excludedContentCategories",
        ),
        (
            {
                "filters": {
                    "contentFilter": {
                        "includedContentCategories": ["PETS", "FOOD"],
                        "excludedContentCategories": ["FOOD"],
                    }
                }
            },
            "filters.contentFilter",
        ),
        ({"filters": {"mediaTypeFilter": {}}}, "filters.mediaTypeFilter.mediaTypes"),
        (
            {"filters": {"mediaTypeFilter": {"mediaTypes": []}}},
            "filters.mediaTypeFilter.mediaTypes",
        ),
        (
            {"filters": {"mediaTypeFilter": {"mediaTypes": ["PHOTO", "VIDEO"]}}},
            "filters.mediaTypeFilter.mediaTypes",
        ),
        (
            {"filters": {"mediaTypeFilter": {"mediaTypes": ["photo"]}}},
            "filters.mediaTypeFilter.mediaTypes.0",
        ),
        (
            {"filters": {"featureFilter": {"includedFeatures": ["LIKED"]}}},
            "filters.featureFilter.includedFeatures.0",
        ),
        (
            {"filters": {"includeArchivedMedia": "maybe"}},
            "filters.includeArchivedMedia",
        ),
        ({"filters": {"sizeFilter": {}}}, "filters.sizeFilter"),
        ({"filters": []}, "filters"),
        ({"orderBy": TIME}, "orderBy"),
        ({"orderBy": TIME, "filters": {"includeArchivedMedia": True}}, "orderBy"),
        ({"orderBy": f"{TIME} asc"}, "orderBy"),
        ({"orderBy": "creation_time"}, "orderBy"),
        *(
            (
                {
                    "orderBy": f"{TIME} desc",
                    "filters": {"dateFilter": {"dates": [day(2020)]}, **other},
                },
                "orderBy",
            )
            for other in (
                {"mediaTypeFilter": {"mediaTypes": ["PHOTO"]}},
                {"contentFilter": {"includedContentCategories": ["PETS"]}},
                {"featureFilter": {"includedFeatures": ["FAVORITES"]}},
            )
        ),
        ({"albumId": "a", "filters": {"includeArchivedMedia": True}}, "filters"),
        (
            {"albumId": "a", "filters": {"dateFilter": {"dates": [day(2020)]}}},
            "filters",
        ),
        ({"albumId": "a", "orderBy": TIME}, "orderBy"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    shop: App, body: dict[str, Any], field: str
) -> None:
    response = shop.post(SEARCH, body)
    sentence = refused(response, 400, "INVALID_ARGUMENT")
    (detail,) = told(response)["error"]["details"]
    assert field in [violation["field"] for violation in detail["fieldViolations"]]
    assert sentence.startswith(field.split(".", maxsplit=1)[0])
