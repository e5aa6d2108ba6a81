"""mediaItems.search: every filter, every form of a date, both orders, page by page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from photo_cast import App, Library, refused, told
from searches import SEARCH, TIME, between, day, found, taken

from photos_api.models import Person, Photo

pytestmark = pytest.mark.django_db
# Both sides of every edge that a date of the tests below has.
MOMENTS = [
    "0001-01-01T00:00:00+00:00",
    "1999-12-31T23:59:59.999999+00:00",
    "2000-01-01T00:00:00+00:00",
    "2019-12-24T18:00:00+00:00",
    "2019-12-25T00:00:00+00:00",
    "2019-12-31T23:59:59.999999+00:00",
    "2020-01-01T00:00:00+00:00",
    "2020-01-06T12:00:00+00:00",
    "2020-01-07T00:00:00+00:00",
    "2020-02-28T23:59:59+00:00",
    "2020-02-29T00:00:00+00:00",
    "2020-02-29T23:59:59.999999+00:00",
    "2020-03-01T00:00:00+00:00",
    "2020-12-25T23:59:59.999999+00:00",
    "2021-01-31T23:59:59.999999+00:00",
    "2021-02-01T00:00:00+00:00",
    "2021-07-14T08:30:00+00:00",
    "2022-12-25T10:00:00+00:00",
    "9999-12-31T23:59:59.999999+00:00",
]


DATES: list[tuple[dict[str, Any], Callable[[datetime], bool]]] = [
    (
        {"dates": [day(2020, 2, 29)]},
        lambda t: (t.year, t.month, t.day) == (2020, 2, 29),
    ),
    ({"dates": [day(2020, 2)]}, lambda t: (t.year, t.month) == (2020, 2)),
    ({"dates": [day(2021, 1)]}, lambda t: (t.year, t.month) == (2021, 1)),
    ({"dates": [day(2019, 12)]}, lambda t: (t.year, t.month) == (2019, 12)),
    ({"dates": [day(2020)]}, lambda t: t.year == 2020),
    ({"dates": [day(9999)]}, lambda t: t.year == 9999),
    ({"dates": [day(1)]}, lambda t: t.year == 1),
    ({"dates": [day(0, 12, 25)]}, lambda t: (t.month, t.day) == (12, 25)),
    ({"dates": [day(0, 2, 29)]}, lambda t: (t.month, t.day) == (2, 29)),
    (
        {"dates": [day(2020), day(2020, 2), day(2022, 12, 25)]},
        lambda t: t.year == 2020 or (t.year, t.month, t.day) == (2022, 12, 25),
    ),
    (
        {"dates": [day(2019, 12, 31), day(2021, 7, 14), day(2000, 1, 1)]},
        lambda t: (
            (t.year, t.month, t.day) in {(2019, 12, 31), (2021, 7, 14), (2000, 1, 1)}
        ),
    ),
    (
        {"ranges": [between(day(2019, 12, 25), day(2020, 2, 29))]},
        lambda t: (2019, 12, 25) <= (t.year, t.month, t.day) <= (2020, 2, 29),
    ),
    (
        {"ranges": [between(day(2020, 2), day(2021, 1))]},
        lambda t: (2020, 2) <= (t.year, t.month) <= (2021, 1),
    ),
    (
        {"ranges": [between(day(2020), day(2021))]},
        lambda t: t.year in {2020, 2021},
    ),
    ({"ranges": [between(day(1), day(9999))]}, lambda t: True),
    (
        {"ranges": [between(day(0, 2, 28), day(0, 7, 14))]},
        lambda t: (2, 28) <= (t.month, t.day) <= (7, 14),
    ),
    (
        {"ranges": [between(day(0, 12, 25), day(0, 1, 6))]},
        lambda t: (t.month, t.day) >= (12, 25) or (t.month, t.day) <= (1, 6),
    ),
    (
        {"ranges": [between(day(2019), day(2020)), between(day(2020), day(2021))]},
        lambda t: t.year in {2019, 2020, 2021},
    ),
    (  # whatever fits several of them comes once
        {
            "dates": [day(0, 12, 25), day(0, 1, 6), day(2020, 12), day(2022)],
            "ranges": [
                between(day(0, 12, 20), day(0, 12, 31)),
                between(day(2021, 1, 1), day(2021, 1, 31)),
            ],
        },
        lambda t: (
            (t.month, t.day) in {(12, 25), (1, 6)}
            or (t.month == 12 and t.day >= 20)
            or (t.year, t.month) in {(2020, 12), (2021, 1)}
            or t.year == 2022
        ),
    ),
]


@pytest.mark.parametrize(("dates", "fits"), DATES)
@pytest.mark.parametrize("order", ["", TIME, f"{TIME} desc"])
def test_a_date_finds_what_was_taken_then_in_order(
    shop: App,
    alice: Person,
    dates: dict[str, Any],
    fits: Callable[[datetime], bool],
    order: str,
) -> None:
    photos = [taken(alice, moment) for moment in MOMENTS for _ in range(2)]
    for photo in photos:  # nobody knows when these were taken
        taken(alice, photo.creation_time, has_capture_date=False)
    expected = sorted(
        (photo for photo in photos if fits(photo.creation_time)),
        key=lambda photo: (photo.creation_time, photo.pk),
        reverse=order != TIME,
    )
    assert expected
    for size in (3, 100):
        ids = found(shop, {"dateFilter": dates}, order, size)
        assert ids == [photo.pk for photo in expected]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (None, "plain film pet food liked receipt"),
        ({}, "plain film pet food liked receipt"),
        ({"includeArchivedMedia": True}, "plain film pet food liked receipt archived"),
        ({"excludeNonAppCreatedData": True}, "plain film pet food liked receipt"),
        ({"mediaTypeFilter": {"mediaTypes": ["VIDEO"]}}, "film"),
        (
            {"mediaTypeFilter": {"mediaTypes": ["PHOTO"]}},
            "plain pet food liked receipt",
        ),
        (
            {"mediaTypeFilter": {"mediaTypes": ["ALL_MEDIA"]}},
            "plain film pet food liked receipt",
        ),
        ({"featureFilter": {"includedFeatures": ["FAVORITES"]}}, "liked"),
        (
            {"featureFilter": {"includedFeatures": ["NONE"]}},
            "plain film pet food liked receipt",
        ),
        ({"featureFilter": {}}, "plain film pet food liked receipt"),
        ({"contentFilter": {"includedContentCategories": ["PETS"]}}, "pet liked"),
        (
            {"contentFilter": {"includedContentCategories": ["PETS", "FOOD", "NONE"]}},
            "pet food liked",
        ),
        ({"contentFilter": {"includedContentCategories": ["WEDDINGS"]}}, ""),
        (
            {"contentFilter": {"includedContentCategories": ["NONE"]}},
            "plain film pet food liked receipt",
        ),
        (
            {"contentFilter": {"excludedContentCategories": ["PETS", "RECEIPTS"]}},
            "plain film food",
        ),
        (
            {
                "contentFilter": {
                    "includedContentCategories": ["PETS", "FOOD"],
                    "excludedContentCategories": ["RECEIPTS"],
                },
                "featureFilter": {"includedFeatures": ["FAVORITES"]},
                "dateFilter": {"dates": [day(2024)]},
            },
            "liked",
        ),
        (
            {
                "content_filter": {"included_content_categories": ["PETS"]},
                "feature_filter": None,
                "date_filter": {"dates": [{"year": 2023}], "ranges": None},
            },
            "",
        ),
    ],
)
def test_filters_find_what_fits_all_of_them(
    shop: App, alice: Person, filters: object, expected: str
) -> None:
    known: dict[str, dict[str, Any]] = {
        "plain": {},
        "film": {"mime_type": "video/mp4"},
        "pet": {"content_category": "PETS"},
        "food": {"content_category": "FOOD"},
        "liked": {"content_category": "PETS", "favorite": True},
        "receipt": {"content_category": "RECEIPTS"},
        "archived": {"archived": True},
        "deleted": {"deleted_at": datetime.now(UTC)},
        "hers": {"created_by_client": ""},
        "mallorys": {"created_by_client": "mallory"},
    }
    start = datetime(2024, 5, 1, tzinfo=UTC)
    photos = {
        name: taken(alice, start - timedelta(hours=hours), **fields)
        for hours, (name, fields) in enumerate(known.items())
    }
    assert found(shop, filters) == [photos[name].pk for name in expected.split()]


def test_an_order_may_go_with_the_archive(shop: App, alice: Person) -> None:
    later = taken(alice, "2024-06-01T00:00:00Z", archived=True)
    sooner = taken(alice, "2024-05-01T00:00:00Z")
    filters = {
        "dateFilter": {"dates": [day(2024)]},
        "includeArchivedMedia": True,
        "excludeNonAppCreatedData": True,
    }
    assert found(shop, filters, TIME) == [sooner.pk, later.pk]
    assert found(shop, filters, f"{TIME} desc") == [later.pk, sooner.pk]


def test_a_page_token_is_good_for_the_same_search_only(
    shop: App, alice: Person
) -> None:
    for number in range(9):
        taken(alice, f"2024-05-0{number + 1}T00:00:00Z")
    may, june = ({"dateFilter": {"dates": [day(2024, m)]}} for m in (5, 6))
    asked = {"filters": may, "pageSize": 2, "orderBy": TIME}
    token = told(shop.post(SEARCH, asked))["nextPageToken"]
    again = {"filters": {"date_filter": may["dateFilter"]}, "order_by": TIME}
    page = told(shop.post(SEARCH, {**again, "pageSize": 7, "pageToken": token}))
    assert len(page["mediaItems"]) == 7
    for other in (
        {"filters": june, "orderBy": TIME},
        {"filters": may, "orderBy": f"{TIME} desc"},
        {"filters": {**may, "includeArchivedMedia": True}, "orderBy": TIME},
        {},
    ):
        response = shop.post(SEARCH, {**other, "pageToken": token})
        refused(response, 400, "INVALID_ARGUMENT")


def test_an_empty_filter_may_stand_beside_an_album(shop: App, library: Library) -> None:
    album = library.album("A", [library.photo(by="printshop")])
    body = {"albumId": album.pk, "filters": {}, "orderBy": ""}
    assert len(told(shop.post(SEARCH, body))["mediaItems"]) == 1


def test_an_album_shows_only_what_the_app_may_see_of_it(
    shop: App, library: Library
) -> None:
    hers, gone = library.photo(), library.photo(by="printshop")
    archived = library.photo(by="printshop")
    album = library.album("A", [hers, gone, archived])
    Photo.objects.filter(pk=gone.pk).update(deleted_at=datetime.now(UTC))
    Photo.objects.filter(pk=archived.pk).update(archived=True)
    page = told(shop.post(SEARCH, {"albumId": album.pk}))
    assert [item["id"] for item in page["mediaItems"]] == [archived.pk]


@pytest.mark.parametrize(
    "filters",
    [
        None,
        {"dateFilter": {"dates": [day(2024), day(2022), day(0, 5, 1)]}},
        {"contentFilter": {"excludedContentCategories": ["PETS"]}},
    ],
)
def test_a_search_is_one_statement(
    shop: App, alice: Person, filters: object, django_assert_num_queries: Any
) -> None:
    for number in range(30):
        taken(alice, f"2024-05-{number + 1:02}T00:00:00Z")
    with django_assert_num_queries(1):
        assert len(told(shop.post(SEARCH, {"filters": filters}))["mediaItems"]) == 25
