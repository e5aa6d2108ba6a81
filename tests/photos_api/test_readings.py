"""What is written down about who saw photos, when, and at what price."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from photo_cast import AUDIENCE, App, Issuer, Library, told

from photos_api import access_tokens
from photos_api.models import Listing, Person, Photo, Reading
from photos_api.reading_log import Log, Sums

pytestmark = pytest.mark.django_db
MEDIA_ITEMS = "/library/v1/mediaItems"


@pytest.fixture
def photo(library: Library) -> Photo:
    """Added by the print shop."""
    return library.photo(by="printshop")


@pytest.fixture
def url(shop: App, photo: Photo) -> str:
    """Where it is."""
    [item] = told(shop.get(MEDIA_ITEMS))["mediaItems"]
    return str(item["baseUrl"].removeprefix(AUDIENCE))


def read() -> dict[tuple[str, str], int]:
    """Who got what of the one photo there is, how often."""
    found = Reading.objects.values_list("client_id", "what", "times")
    return {(client_id, what): times for client_id, what, times in found}


def test_bytes_are_written_down_before_they_leave(url: str, photo: Photo) -> None:
    before = datetime.now(UTC)
    assert Client().get(f"{url}=w10").status_code == 200  # with no token at all
    [reading] = Reading.objects.all()
    assert (reading.owner, reading.photo) == (photo.owner, photo)
    assert (reading.client_id, reading.what) == ("printshop", "picture")
    assert before <= reading.first_at == reading.last_at
    assert Client().get(f"{url}=d").status_code == 200
    assert read() == {("printshop", "picture"): 1, ("printshop", "original"): 1}


def test_what_is_read_again_is_added_up_behind_the_answer(
    url: str, own_memory: Log, django_assert_num_queries: Any
) -> None:
    Client().get(f"{url}=w10")
    with django_assert_num_queries(4):  # what lies behind the address, each time
        for _ in range(4):
            Client().get(f"{url}=w10")
    assert read() == {("printshop", "picture"): 1}
    [first] = Reading.objects.all()
    own_memory.flush()
    [again] = Reading.objects.all()
    assert read() == {("printshop", "picture"): 5}
    assert again.first_at == first.first_at < again.last_at
    own_memory.flush()
    assert read() == {("printshop", "picture"): 5}


def test_after_a_minute_it_is_written_at_once_again(
    url: str, own_memory: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    Client().get(f"{url}=w10")
    lately = own_memory._lately  # the only way to wait
    monkeypatch.setattr(lately, "_clock", lambda: time.time() + 61)
    Client().get(f"{url}=w10")
    assert read() == {("printshop", "picture"): 2}


@pytest.mark.parametrize(
    ("wished", "status"), [("=dv", 400), ("=w0", 400), ("", 400), ("=x", 400)]
)
def test_who_gets_nothing_has_read_nothing(url: str, wished: str, status: int) -> None:
    assert Client().get(f"{url}{wished}").status_code == status
    assert not Reading.objects.exists()


def test_who_has_it_already_reads_nothing_new(url: str, own_memory: Log) -> None:
    etag = Client().get(f"{url}=w10")["ETag"]
    again = Client().get(f"{url}=w10", headers={"if-none-match": etag})
    assert again.status_code == 304
    own_memory.flush()
    assert read() == {("printshop", "picture"): 1}


def listed() -> dict[tuple[str, str], tuple[int, int]]:
    """Which app was told by which API, in how many answers, of how many photos."""
    found = Listing.objects.values_list("client_id", "surface", "times", "items")
    return {(app, surface): (times, items) for app, surface, times, items in found}


def test_lists_are_added_up_and_written_behind_the_answers(
    shop: App, library: Library, own_memory: Log, django_assert_num_queries: Any
) -> None:
    library.photos(30, by="printshop")
    with django_assert_num_queries(2):  # the lists themselves
        page = told(shop.get(MEDIA_ITEMS))
        shop.get(MEDIA_ITEMS, pageToken=page["nextPageToken"])
    assert not Listing.objects.exists()
    own_memory.flush()
    assert listed() == {("printshop", "library"): (2, 30)}
    shop.get(MEDIA_ITEMS, pageSize=10)
    own_memory.flush()
    assert listed() == {("printshop", "library"): (3, 40)}
    [row] = Listing.objects.all()
    assert row.owner == library.owner
    assert row.day == datetime.now(UTC).date()
    assert datetime.now(UTC) - row.last_at < timedelta(seconds=10)


def test_every_way_to_be_told_of_photos_counts(
    shop: App, library: Library, own_memory: Log
) -> None:
    photos = library.photos(3, by="printshop")
    album = library.album("Album", photos)
    ids = [photo.pk for photo in photos]
    ways: list[tuple[Callable[[], Any], int]] = [
        (lambda: shop.get(MEDIA_ITEMS), 3),
        (lambda: shop.get(MEDIA_ITEMS, fields="nextPageToken"), 3),  # it was read
        (lambda: shop.get(f"{MEDIA_ITEMS}/{ids[0]}"), 1),
        (lambda: shop.get(f"{MEDIA_ITEMS}:batchGet", mediaItemIds=[*ids, "none"]), 3),
        (lambda: shop.post(f"{MEDIA_ITEMS}:search", {}), 3),
        (lambda: shop.post(f"{MEDIA_ITEMS}:search", {"albumId": album.pk}), 3),
        (lambda: shop.get(f"{MEDIA_ITEMS}/none"), 0),
        (lambda: shop.get("/library/v1/albums"), 0),
    ]
    so_far = 0
    for ask, items in ways:
        ask()
        own_memory.flush()
        so_far += items
        assert listed()["printshop", "library"][1] == so_far


def test_what_was_picked_is_another_list(
    shop: App, library: Library, own_memory: Log
) -> None:
    photos = library.photos(2)
    session = told(shop.post("/picker/v1/sessions", {}))["id"]
    picking = library.owner.picking_sessions.get(pk=session)
    assert picking.choose([photo.pk for photo in photos])
    shop.get("/picker/v1/mediaItems", sessionId=session)
    own_memory.flush()
    assert listed() == {("printshop", "picker"): (1, 2)}


def test_an_empty_list_tells_nothing(
    shop: App, bobs_shop: App, library: Library, own_memory: Log
) -> None:
    library.photo()  # added by nobody: no app is told of it
    assert told(shop.get(MEDIA_ITEMS)) == {}
    assert told(bobs_shop.get(MEDIA_ITEMS)) == {}
    own_memory.flush()
    assert not Listing.objects.exists()


def test_people_and_photos_that_are_gone_spoil_nothing(
    issuer: Issuer, url: str, photo: Photo, shop: App, own_memory: Log
) -> None:
    Client().get(f"{url}=w10")
    Client().get(f"{url}=w10")
    token = access_tokens.AccessToken.verify(issuer.token(sub="never-met"))
    own_memory.listed(token, "library", 5)
    photo.delete()
    own_memory.flush()
    assert not Reading.objects.exists()
    assert listed() == {("printshop", "library"): (1, 1)}


def test_what_cannot_be_written_waits(
    shop: App, url: str, own_memory: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DatabaseError("nobody is there")

    own_memory.flush()
    Client().get(f"{url}=w10")
    with monkeypatch.context() as patch:
        patch.setattr(Listing.objects, "add_up", away)
        for _ in range(2):
            Client().get(f"{url}=w10")
            shop.get(MEDIA_ITEMS)
            own_memory.flush()
    assert read() == {("printshop", "picture"): 1}
    assert listed() == {("printshop", "library"): (1, 1)}
    own_memory.flush()
    assert read() == {("printshop", "picture"): 3}
    assert listed() == {("printshop", "library"): (3, 3)}


def test_what_waits_has_an_end(
    issuer: Issuer, alice: Person, own_memory: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sums, "MOST", 5)
    for number in range(20):
        token = issuer.token(client_id=f"app {number}")
        own_memory.listed(access_tokens.AccessToken.verify(token), "library", 1)
    own_memory.flush()
    assert Listing.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_every_second(
    issuer: Issuer, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Log, "PAUSE", 0.05)
    written = threading.Event()
    flush = Log.flush

    def noticed(log: Log) -> None:
        flush(log)
        if Listing.objects.exists():
            written.set()
        connection.close()

    monkeypatch.setattr(Log, "flush", noticed)
    log = Log()
    token = access_tokens.AccessToken.verify(issuer.token())
    log.listed(token, "library", 2)
    log.listed(token, "library", 3)
    assert written.wait(10)
    log.stop()
    assert listed() == {("printshop", "library"): (2, 5)}
