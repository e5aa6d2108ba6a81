"""The timeline: what is on it, what it costs, and what the script is told."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from photo_cast import Library

from photos_api import libraries
from photos_api.models import Original, Person, Photo
from photos_api.pages import gallery

pytestmark = pytest.mark.django_db


def taken(library: Library, *days: str) -> list[Photo]:
    """A photo of each of these days."""
    photos = []
    for day in days:
        library.start = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        library.count += 1
        original = Original.objects.create(
            pk=f"{library.owner.pk:032x}{library.count:032x}",
            mime_type="image/jpeg",
            byte_size=1,
            width=640,
            height=480,
        )
        photo = Photo(
            owner=library.owner,
            original=original,
            filename=f"{day}.jpg",
            creation_time=library.start,
        )
        photos += libraries.add(library.owner, [photo])
    return photos


def shown(response: Any) -> list[str]:
    """The ids of the photos on a page, in their order."""
    return [photo.pk for _, month in response.context["months"] for photo in month]


def bucket(browser: Client, **query: str) -> dict[str, Any]:
    response = browser.get("/months/", query)
    assert response.status_code == 200, response.content
    told = json.loads(response.content)
    assert isinstance(told, dict)
    return told


def test_every_month_is_one_link_away(alices: Client, library: Library) -> None:
    march, april, may = taken(library, "2024-03-31", "2024-04-01", "2024-05-02")
    page = alices.get("/")
    assert shown(page) == [may.pk, april.pk, march.pk]
    assert '<a href="?from=2024-03" data-month="2024-03"' in page.content.decode()
    assert shown(alices.get("/?from=2024-04")) == [april.pk, march.pk]
    assert shown(alices.get("/?from=2024-02")) == []


@pytest.mark.parametrize(
    "month", ["2024-13", "2024", "9999-12", "0000-01", "a\0b", "2024-04-01", "x" * 3000]
)
def test_a_month_that_is_none_starts_at_the_newest(
    alices: Client, library: Library, month: str
) -> None:
    (photo,) = taken(library, "2024-03-31")
    assert shown(alices.get("/", {"from": month})) == [photo.pk]
    response = alices.get("/months/", {"from": month, "to": month})
    assert response.status_code == 400


def test_the_page_costs_the_same_for_many_photos_as_for_few(
    alices: Client, library: Library
) -> None:
    """The same statements, each with a limit or about months, and nothing counted."""
    statements: list[list[str]] = []
    for photos in (gallery.PAGE + 1, 3 * gallery.PAGE):
        library.photos(photos) if not statements else library.photo()
        with CaptureQueriesContext(connection) as captured:
            assert len(shown(alices.get("/"))) == gallery.PAGE
        statements.append([query["sql"] for query in captured])
    few, many = statements
    assert len(few) == len(many)
    assert not [sql for sql in many if "COUNT(" in sql]
    for sql in many:
        assert "LIMIT" in sql or "photomonth" in sql or "session" in sql, sql


def test_how_many_there_are_is_known_without_counting(
    alices: Client, library: Library
) -> None:
    library.photos(1234)
    assert "1,234 photos in your library" in alices.get("/").content.decode()


def test_the_script_is_told_a_column_for_each_thing(
    alices: Client, library: Library
) -> None:
    taken(library, "2024-02-29")
    first, second = taken(library, "2024-03-01", "2024-03-31")
    Photo.objects.filter(pk=first.pk).update(favorite=True, description="A <b>dog")
    told = bucket(alices, **{"from": "2024-03", "to": "2024-03"})
    assert told == {
        "id": [second.pk, first.pk],
        "day": ["2024-03-31", "2024-03-01"],
        "width": [640, 640],
        "height": [480, 480],
        "name": ["2024-03-31.jpg", "A <b>dog"],
        "hash": ["", ""],
        "mark": ["", "favorite"],
        "next": None,
    }
    both = bucket(alices, **{"from": "2024-03", "to": "2024-02"})
    assert both["day"] == ["2024-03-31", "2024-03-01", "2024-02-29"]
    assert bucket(alices, **{"from": "2024-02", "to": "2024-03"})["id"] == []


def test_a_month_with_very_many_photos_comes_in_pages(
    alices: Client, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "BUCKET", 3)
    days = [f"2024-03-{day:02}" for day in range(1, 8)]
    ids = [photo.pk for photo in taken(library, *days)]
    got: list[str] = []
    page: str | None = ""
    pages = 0
    while page is not None:
        told = bucket(alices, **{"from": "2024-03", "to": "2024-03", "page": page})
        got += told["id"]
        page = told["next"]
        pages += 1
    assert got == ids[::-1]
    assert pages == 3
    other = bucket(alices, **{"from": "2024-03", "to": "2024-03"})["next"]
    response = alices.get("/months/?from=2024-04&to=2024-03", {"page": other})
    assert response.status_code == 400


def test_nobody_else_is_told_anything(
    alices: Client, bobs: Client, library: Library
) -> None:
    (photo,) = taken(library, "2024-03-01")
    months = {"from": "2024-03", "to": "2024-03"}
    assert bucket(bobs, **months)["id"] == []
    assert bucket(alices, **months)["id"] == [photo.pk]
    assert Client().get("/months/", months)["Location"].startswith("/sign-in/")
    page = bobs.get("/").content.decode()
    assert photo.pk not in page
    assert "2024-03" not in page


def test_what_is_archived_is_off_the_timeline(alices: Client, library: Library) -> None:
    keep, receipt = taken(library, "2024-03-01", "2024-03-02")
    response = alices.post("/photos/mark/", {"photo": receipt.pk, "archived": "1"})
    assert response["Location"] == "/"
    assert shown(alices.get("/")) == [keep.pk]
    assert shown(alices.get("/archive/")) == [receipt.pk]
    told = bucket(alices, **{"from": "2024-03", "to": "2024-03"})
    assert told["id"] == [keep.pk]
    alices.post("/photos/mark/", {"photo": receipt.pk, "archived": "0"})
    assert shown(alices.get("/")) == [receipt.pk, keep.pk]
    assert shown(alices.get("/archive/")) == []


def test_favourites_have_a_page(alices: Client, library: Library) -> None:
    one, two, three = taken(library, "2024-03-01", "2024-03-02", "2024-03-03")
    alices.post("/photos/mark/", {"photo": [one.pk, three.pk], "favorite": "1"})
    assert shown(alices.get("/favorites/")) == [three.pk, one.pk]
    alices.post("/photos/mark/", {"photo": [three.pk, two.pk], "favorite": "0"})
    assert shown(alices.get("/favorites/")) == [one.pk]


def test_only_owners_mark(bobs: Client, library: Library) -> None:
    (photo,) = taken(library, "2024-03-01")
    for mark in ("favorite", "archived"):
        bobs.post("/photos/mark/", {"photo": photo.pk, mark: "1"})
    photo.refresh_from_db()
    assert (photo.favorite, photo.archived) == (False, False)


@pytest.mark.parametrize("path", ["/favorites/", "/archive/", "/"])
def test_lists_go_on_page_by_page(alices: Client, library: Library, path: str) -> None:
    photos = library.photos(gallery.PAGE + 5)
    marks = {"/favorites/": {"favorite": True}, "/archive/": {"archived": True}}
    Photo.objects.update(**marks.get(path, {"favorite": False}))
    first = alices.get(path)
    second = alices.get(path, {"page": first.context["older"]})
    assert shown(first) + shown(second) == [photo.pk for photo in photos]
    assert alices.get(path, {"page": "rubbish"})["Location"] == path


def test_the_first_second_of_a_month_belongs_to_it() -> None:
    assert gallery.end_of_month("2024-12") == datetime(2025, 1, 1, tzinfo=UTC)
    assert gallery.start_of_month("2024-12") == datetime(2024, 12, 1, tzinfo=UTC)


def test_a_video_says_that_it_is_one(
    alices: Client, library: Library, alice: Person
) -> None:
    (photo,) = taken(library, "2024-03-01")
    Original.objects.filter(pk=photo.original_id).update(mime_type="video/mp4")
    assert '<span class="sort">Video</span>' in alices.get("/").content.decode()
    told = bucket(alices, **{"from": "2024-03", "to": "2024-03"})
    assert told["mark"] == ["video"]
