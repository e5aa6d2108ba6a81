"""How PostgreSQL finds the pages of lists: by an index, in its order, never sorting."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from photo_cast import App, told
from searches import SEARCH, TIME, between, day, taken

from photos_api.models import Person
from photos_api.postgresql.base import DatabaseWrapper

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="its planner"),
]
IN_TIME = {"photos_by_time", "photos_of_app"}
DAYS = {"photos_by_day_of_year"}


def indexes(app: App, body: dict[str, Any]) -> set[str]:
    """The indexes of photos that a search is read by; there is nothing else in it."""
    # Asked in Django's own way, a statement is on record with its values in it.
    own = patch.object(connection, "planned_cursor", connection.cursor)
    with own, CaptureQueriesContext(connection) as captured:
        assert told(app.post(SEARCH, body))["mediaItems"]
    with connection.cursor() as cursor:
        # With so few rows the planner would rather read them all.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {captured.captured_queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert not re.search(r"-> +(Incremental )?Sort|Bitmap", plan), plan
    return set(re.findall(r"Index Scan(?: Backward)? using (photos_(?!api)\w+)", plan))


@pytest.mark.parametrize("order", ["", TIME, f"{TIME} desc"])
@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"dates": [day(2024)]}, IN_TIME),
        ({"ranges": [between(day(2020, 1), day(2024, 6))]}, IN_TIME),
        ({"dates": [day(2020), day(2022), day(2024)]}, IN_TIME),
        ({"dates": [day(0, 5, 1)]}, DAYS),
        ({"dates": [day(0, 5, 1), day(2023)]}, IN_TIME | DAYS),
    ],
)
def test_a_search_by_date_reads_an_index_in_its_order(
    shop: App, alice: Person, order: str, dates: dict[str, Any], expected: set[str]
) -> None:
    for number in range(3):
        taken(alice, f"2024-05-01T0{number}:00:00Z")
    body = {"filters": {"dateFilter": dates}, "orderBy": order, "pageSize": 1}
    used = indexes(shop, body)
    assert used
    assert used <= expected
    assert used & DAYS == expected & DAYS
    token = told(shop.post(SEARCH, body))["nextPageToken"]
    assert indexes(shop, {**body, "pageToken": token}) <= expected


def test_a_search_by_content_reads_an_index_of_what_has_some(
    shop: App, alice: Person
) -> None:
    taken(alice, "2024-05-01T00:00:00Z", content_category="PETS")
    filters = {"contentFilter": {"includedContentCategories": ["PETS"]}}
    assert indexes(shop, {"filters": filters}) == {"photos_by_content"}


def test_the_plan_of_a_list_is_kept(shop: App, alice: Person) -> None:
    taken(alice, "2024-05-01T00:00:00Z")
    for _ in range(DatabaseWrapper.KEPT_AFTER + 1):
        assert told(shop.get("/library/v1/mediaItems"))["mediaItems"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert any("photos_api_photo" in statement for statement in kept)


@pytest.mark.django_db(transaction=True)
def test_a_list_is_answered_over_a_new_connection_too(shop: App, alice: Person) -> None:
    taken(alice, "2024-05-01T00:00:00Z")
    for _ in range(2):
        assert len(told(shop.get("/library/v1/mediaItems"))["mediaItems"]) == 1
        connection.close()
