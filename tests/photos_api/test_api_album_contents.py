"""What lies in an album of the Library API: media items that come and go."""

from typing import Any

import pytest
from album_cast import ALBUMS, NOBODYS, add, enrich, order, remove, seen, strange
from photo_cast import EVERYTHING, App, Issuer, Library, refused, told

from photos_api import albums
from photos_api.models import Album, AlbumItem, Enrichment, Original, Person, Photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(issuer: Issuer, db: None) -> App:
    """The print shop with Alice's token for everything there is."""
    return App(issuer.token(scope=EVERYTHING))


@pytest.fixture
def photos(library: Library) -> list[Photo]:
    """Ten photos the print shop added."""
    return library.photos(10, by="printshop")


@pytest.fixture
def album(library: Library) -> Album:
    """An album the print shop made, empty."""
    return library.album("Summer", [])


def test_media_items_come_in_at_the_end_in_the_order_of_the_call(
    shop: App, album: Album, photos: list[Photo]
) -> None:
    a, b, c, d, *_ = photos
    response = add(shop, album, c, a)
    assert (response.status_code, told(response)) == (200, {})
    add(shop, album, d, b)
    assert seen(shop, album) == [c.pk, a.pk, d.pk, b.pk]
    assert told(shop.get(f"{ALBUMS}/{album.pk}"))["mediaItemsCount"] == "4"


def test_what_is_in_already_stays_where_it_is(
    shop: App, album: Album, photos: list[Photo]
) -> None:
    a, b, c, *_ = photos
    add(shop, album, a, b)
    assert add(shop, album, b, c, a, c).status_code == 200
    assert seen(shop, album) == [a.pk, b.pk, c.pk]


def test_one_strange_id_keeps_all_of_them_out_and_is_named(
    shop: App, album: Album, library: Library, photos: list[Photo], bob: Person
) -> None:
    hers, mallorys = library.photo(), library.photo(by="mallory")
    bobs = Library(bob).photo(by="printshop")
    deleted = library.photo(by="printshop")
    Photo.objects.filter(pk=deleted.pk).update(deleted_at=library.start)
    others = [hers.pk, mallorys.pk, bobs.pk, deleted.pk, NOBODYS, "é"]
    for put in ("batchAddMediaItems", "batchRemoveMediaItems"):
        add(shop, album, photos[0])
        ids = [photos[0].pk, *others]
        response = shop.post(f"{ALBUMS}/{album.pk}:{put}", {"mediaItemIds": ids})
        message = refused(response, 400, "INVALID_ARGUMENT")
        assert message == "Request contains an invalid media item id."
        assert strange(response) == others
        alike = {
            v["description"].replace(pk, "")
            for pk, v in zip(
                others,
                told(response)["error"]["details"][0]["fieldViolations"],
                strict=True,
            )
        }
        assert len(alike) == 1
        assert seen(shop, album) == [photos[0].pk]


@pytest.mark.parametrize("call", ["batchAddMediaItems", "batchRemoveMediaItems"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mediaItemIds": []},
        {"mediaItemIds": None},
        {"mediaItemIds": "x"},
        {"mediaItemIds": {"x": 1}},
        {"mediaItemIds": [None]},
        {"mediaItemIds": [{}]},
        {"mediaItemIds": [""]},
        {"mediaItemIds": ["a\0b"]},
        {"mediaItemIds": ["x" * 201]},
        {"mediaItemIds": ["x"], "other": 1},
        {"mediaItemIds": ["x"], "media_item_ids": ["x"]},
    ],
)
def test_a_list_of_ids_that_makes_no_sense_is_refused(
    shop: App, album: Album, call: str, body: dict[str, Any]
) -> None:
    response = shop.post(f"{ALBUMS}/{album.pk}:{call}", body)
    refused(response, 400, "INVALID_ARGUMENT")
    assert told(response)["error"]["details"]


def test_fifty_media_items_go_in_and_out_at_once_but_not_more(
    shop: App, album: Album, library: Library
) -> None:
    photos = library.photos(51, by="printshop")
    ids = [photo.pk for photo in photos]
    assert "50" in refused(add(shop, album, *photos), 400, "INVALID_ARGUMENT")
    assert add(shop, album, *photos[:50]).status_code == 200
    assert add(shop, album, photos[50]).status_code == 200
    assert seen(shop, album) == ids
    assert "50" in refused(remove(shop, album, *ids), 400, "INVALID_ARGUMENT")
    assert remove(shop, album, *ids[:50]).status_code == 200
    assert seen(shop, album) == ids[50:]


def test_what_is_taken_out_stays_in_the_library(
    shop: App, album: Album, photos: list[Photo]
) -> None:
    a, b, c, *_ = photos
    add(shop, album, a, b, c)
    response = remove(shop, album, c.pk, a.pk)
    assert (response.status_code, told(response)) == (200, {})
    assert seen(shop, album) == [b.pk]
    assert shop.get(f"/library/v1/mediaItems/{a.pk}").status_code == 200


def test_only_what_is_in_can_be_taken_out(
    shop: App, album: Album, photos: list[Photo]
) -> None:
    a, b, *_ = photos
    add(shop, album, a)
    response = remove(shop, album, a.pk, b.pk)
    refused(response, 400, "INVALID_ARGUMENT")
    assert strange(response) == [b.pk]
    repeated = remove(shop, album, a.pk, a.pk)
    refused(repeated, 400, "INVALID_ARGUMENT")
    assert strange(repeated) == [a.pk]
    assert seen(shop, album) == [a.pk]


def test_what_the_owner_put_in_an_app_cannot_take_out(
    shop: App, album: Album, library: Library
) -> None:
    hers = library.photo()
    albums.add(album, [hers])
    response = remove(shop, album, hers.pk)
    refused(response, 400, "INVALID_ARGUMENT")
    assert strange(response) == [hers.pk]
    assert order(album) == [hers.pk]


def test_an_album_has_an_end(
    shop: App, album: Album, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert albums.MOST_PHOTOS == 20_000
    monkeypatch.setattr(albums, "MOST_PHOTOS", 3)
    a, b, c, d, *_ = photos
    add(shop, album, a, b)
    message = refused(add(shop, album, c, d), 400, "FAILED_PRECONDITION")
    assert "1" in message
    assert "2" in message
    assert seen(shop, album) == [a.pk, b.pk]
    assert add(shop, album, c, a).status_code == 200
    refused(add(shop, album, d), 400, "FAILED_PRECONDITION")
    remove(shop, album, a.pk)
    assert add(shop, album, d).status_code == 200
    assert seen(shop, album) == [b.pk, c.pk, d.pk]


def test_a_deleted_photo_takes_no_room_and_is_not_shown(
    shop: App, album: Album, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "MOST_PHOTOS", 2)
    a, b, c, *_ = photos
    add(shop, album, a, b)
    Photo.objects.filter(pk=a.pk).update(deleted_at=a.creation_time)
    shown = told(shop.get(f"{ALBUMS}/{album.pk}"))
    assert (shown["mediaItemsCount"], shown["coverPhotoMediaItemId"]) == ("1", b.pk)
    assert add(shop, album, c).status_code == 200
    assert seen(shop, album) == [b.pk, c.pk]


def test_an_album_goes_with_its_enrichments_and_without_its_photos(
    shop: App, album: Album, photos: list[Photo]
) -> None:
    add(shop, album, *photos)
    enrich(shop, album)
    albums.discard(album)
    assert not Enrichment.objects.exists()
    assert not AlbumItem.objects.exists()
    assert Photo.objects.count() == Original.objects.count() == 10
    refused(shop.get(f"{ALBUMS}/{album.pk}"), 404, "NOT_FOUND")
    refused(add(shop, album, photos[0]), 400, "INVALID_ARGUMENT")
