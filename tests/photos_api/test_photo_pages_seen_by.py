"""Who saw my photos: every app, what it was told, what it fetched."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from photo_cast import Library
from pytest_django.fixtures import Settings

from photos_api.models import App, Listing, Person, Photo, Reading

pytestmark = pytest.mark.django_db


def read(photo: Photo, client_id: str = "printshop", *, what: str = "picture") -> None:
    now = timezone.now()
    Reading.objects.create(
        owner=photo.owner,
        photo=photo,
        client_id=client_id,
        what=what,
        first_at=now,
        last_at=now,
    )


def listed(owner: Person, client_id: str, items: int, *, days_ago: int = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    Listing.objects.create(
        owner=owner,
        client_id=client_id,
        surface="picker",
        day=at.date(),
        last_at=at,
        times=2,
        items=items,
    )


def text(browser: Client, path: str, **query: str) -> str:
    response = browser.get(path, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def names(db: None) -> None:
    App.objects.create(pk="printshop", name="Print Shop")


def test_each_app_is_there_with_what_it_saw(
    alices: Client, alice: Person, library: Library
) -> None:
    a, b = library.photo(), library.photo()
    read(a)
    read(b)
    read(a, what="original")
    listed(alice, "printshop", 7)
    listed(alice, "printshop", 5, days_ago=1)
    listed(alice, "frames & co", 1)
    page = text(alices, "/seen-by/")
    assert "Print Shop" in page
    assert "Was told of 12 photos" in page
    assert "Fetched smaller pictures of 2 photos and 1 original" in page
    assert f"/photos/{a.pk}/picture/480/" in page
    assert "frames &amp; co" in page
    assert "Fetched no picture." in page
    assert "?app=frames%20%26%20co" in page


def test_nobody_saw_anything_at_first(alices: Client) -> None:
    assert "Nobody but you" in text(alices, "/seen-by/")


def test_nobody_else_learns_who_saw_her_photos(
    bobs: Client, alice: Person, library: Library
) -> None:
    read(library.photo())
    listed(alice, "printshop", 7)
    assert "Print Shop" not in text(bobs, "/seen-by/")
    page = text(bobs, "/seen-by/app/", app="printshop")
    assert "None." in page
    assert "Nothing." in page


def test_all_that_an_app_saw_goes_on_over_the_page(
    alices: Client, alice: Person, library: Library
) -> None:
    for photo in library.photos(62):
        read(photo)
    listed(alice, "printshop", 62)
    first = alices.get("/seen-by/app/", {"app": "printshop"})
    older = {"app": "printshop", "page": first.context["older"]}
    second = alices.get("/seen-by/app/", older)
    assert len(first.context["readings"]) == 60
    assert len(second.context["readings"]) == 2
    assert "What Print Shop saw" in first.content.decode()
    astray = alices.get("/seen-by/app/", {**older, "app": "another"})
    assert astray["Location"] == "/seen-by/"


@pytest.mark.parametrize("app", ["", "a\0b", "x" * 3000, "<script>"])
def test_an_app_nobody_knows_saw_nothing(alices: Client, app: str) -> None:
    page = text(alices, "/seen-by/app/", app=app)
    assert "Nothing." in page
    assert "<script>" not in page


def test_a_photo_in_the_bin_is_not_shown_again(
    alices: Client, library: Library
) -> None:
    photo = library.photo()
    read(photo)
    alices.post("/photos/discard/", {"photo": photo.pk})
    alices.get("/")  # the message with its picture-less words
    for page in ("/seen-by/", "/seen-by/app/?app=printshop"):
        shown = text(alices, page)
        assert "In the bin" in shown
        assert f"/photos/{photo.pk}/" not in shown


def test_how_long_addresses_live_after_a_revocation(
    alices: Client, settings: Settings
) -> None:
    page = text(alices, "/seen-by/")
    assert "with its access, after five minutes at the latest" in page
    assert "60 minutes after it was given them" in page
    settings.TOKEN_CHECK = "introspection"
    page = text(alices, "/seen-by/")
    assert "with its access, within seconds" in page
    assert "with the next check of its access" in page
