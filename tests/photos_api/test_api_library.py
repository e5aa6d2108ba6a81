"""The Library API: what the app created, page by page, and nobody else's."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from photo_cast import App, Issuer, Library, refused, told

from photos_api.models import Original, Person

pytestmark = pytest.mark.django_db
ITEMS, ALBUMS = "/library/v1/mediaItems", "/library/v1/albums"
SEARCH = f"{ITEMS}:search"


def test_a_media_item_is_told_as_google_tells_it(shop: App, library: Library) -> None:
    photo = library.photo(by="printshop")
    item = told(shop.get(f"{ITEMS}/{photo.pk}"))
    base_url = item.pop("baseUrl")
    assert base_url.startswith("http://localhost:8002/bytes/")
    assert item == {
        "id": photo.pk,
        "description": "Photo 1",
        "productUrl": f"http://localhost:8002/photos/{photo.pk}/",
        "mimeType": "image/jpeg",
        "filename": "photo-1.jpg",
        "mediaMetadata": {
            "creationTime": "2026-01-01T01:00:00Z",
            "width": "64",
            "height": "48",
            "photo": {
                "cameraMake": "Alma",
                "cameraModel": "A7",
                "exposureTime": "0.008s",
            },
        },
    }


def test_times_are_told_to_the_second(shop: App, library: Library) -> None:
    photo = library.photo(by="printshop")
    photo.creation_time = library.start.replace(second=5, microsecond=999_999)
    photo.save()
    [item] = told(shop.get(ITEMS))["mediaItems"]
    assert item["mediaMetadata"]["creationTime"] == "2026-01-01T00:00:05Z"


def test_an_app_sees_only_what_it_created(
    shop: App, mallory: App, library: Library
) -> None:
    hers = library.photo()
    the_shops = library.photo(by="printshop")
    mallorys = library.photo(by="mallory")
    assert [i["id"] for i in told(shop.get(ITEMS))["mediaItems"]] == [the_shops.pk]
    assert [i["id"] for i in told(mallory.get(ITEMS))["mediaItems"]] == [mallorys.pk]
    for photo in (hers, mallorys):
        refused(shop.get(f"{ITEMS}/{photo.pk}"), 404, "NOT_FOUND")


def test_other_peoples_things_are_not_found(
    shop: App, bobs_shop: App, library: Library, bob: Person
) -> None:
    photo = library.photo(by="printshop")
    album = library.album("Hers", [photo])
    assert told(shop.get(f"{ALBUMS}/{album.pk}"))["title"] == "Hers"
    assert told(bobs_shop.get(ITEMS)) == told(bobs_shop.get(ALBUMS)) == {}
    refused(bobs_shop.get(f"{ITEMS}/{photo.pk}"), 404, "NOT_FOUND")
    refused(bobs_shop.get(f"{ALBUMS}/{album.pk}"), 404, "NOT_FOUND")
    refused(bobs_shop.post(SEARCH, {"albumId": album.pk}), 404, "NOT_FOUND")


def test_an_album_is_told_as_google_tells_it(shop: App, library: Library) -> None:
    photos = [library.photo(by="printshop") for _ in range(3)]
    album = library.album("Living room", photos)
    library.album("Hers alone", photos, by="")
    told_album = told(shop.get(ALBUMS))["albums"][0]
    assert told_album.pop("coverPhotoBaseUrl").startswith(
        "http://localhost:8002/bytes/"
    )
    assert told_album == {
        "id": album.pk,
        "title": "Living room",
        "productUrl": f"http://localhost:8002/albums/{album.pk}/",
        "isWriteable": False,
        "mediaItemsCount": "3",
        "coverPhotoMediaItemId": photos[0].pk,
    }
    assert len(told(shop.get(ALBUMS))["albums"]) == 1


def test_an_album_keeps_its_order_and_pages(shop: App, library: Library) -> None:
    photos = [library.photo(by="printshop") for _ in range(5)]
    order = [photos[i] for i in (3, 0, 4, 1, 2)]
    album = library.album("In order", order)
    ids, token = [], ""
    for _ in range(3):
        page = told(
            shop.post(SEARCH, {"albumId": album.pk, "pageSize": 2, "pageToken": token})
        )
        ids += [item["id"] for item in page["mediaItems"]]
        token = page.get("nextPageToken", "")
    assert (ids, token) == ([photo.pk for photo in order], "")


def test_an_empty_album_is_an_empty_page(shop: App, library: Library) -> None:
    album = library.album("Empty", [])
    assert told(shop.post(SEARCH, {"albumId": album.pk})) == {}
    assert told(shop.get(ALBUMS))["albums"][0]["mediaItemsCount"] == "0"


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize("by_search", [True, False])
def test_every_item_comes_once_and_the_newest_first(
    shop: App, library: Library, count: int, by_search: bool
) -> None:
    photos = library.photos(count, by="printshop") if count else []
    ids: list[str] = []
    token: str | None = ""
    pages = 0
    while token is not None:
        query = {"pageSize": 100, "pageToken": token}
        response = shop.post(SEARCH, query) if by_search else shop.get(ITEMS, **query)
        page = told(response)
        ids += [item["id"] for item in page.get("mediaItems", [])]
        token = page.get("nextPageToken")
        pages += 1
    assert ids == [photo.pk for photo in photos]
    assert pages == max(1, -(-count // 100))


def test_items_of_the_same_moment_are_neither_lost_nor_repeated(
    shop: App, library: Library
) -> None:
    photos = library.photos(30, by="printshop")
    type(photos[0]).objects.update(creation_time=library.start)
    ids: list[str] = []
    token: str | None = ""
    while token is not None:
        page = told(shop.get(ITEMS, pageSize=7, pageToken=token))
        ids += [item["id"] for item in page["mediaItems"]]
        token = page.get("nextPageToken")
    assert sorted(ids) == sorted(photo.pk for photo in photos)


@pytest.mark.parametrize(
    ("path", "given", "expected"),
    [
        (ITEMS, None, 25),
        (ITEMS, "0", 25),
        (ITEMS, "3", 3),
        (ITEMS, "100", 100),
        (ITEMS, "5000", 100),
        (ALBUMS, None, 20),
        (ALBUMS, "50", 50),
        (ALBUMS, "51", 50),
    ],
)
def test_a_page_is_as_long_as_the_rules_say(
    shop: App, library: Library, path: str, given: str | None, expected: int
) -> None:
    name = path.rpartition("/")[2]
    if name == "albums":
        for number in range(60):
            library.album(f"Album {number}", [])
    else:
        library.photos(120, by="printshop")
    query = {} if given is None else {"pageSize": given}
    assert len(told(shop.get(path, **query))[name]) == expected


def test_a_page_token_is_good_only_where_it_came_from(
    shop: App, library: Library
) -> None:
    album = library.album("A", library.photos(5, by="printshop"))
    library.album("B", [])
    token = told(shop.get(ITEMS, pageSize=2))["nextPageToken"]
    of_albums = told(shop.get(ALBUMS, pageSize=1))["nextPageToken"]
    for response in (
        shop.get(ITEMS, pageToken=of_albums),
        shop.get(ALBUMS, pageToken=token),
        shop.post(SEARCH, {"albumId": album.pk, "pageToken": token}),
        shop.get(ITEMS, pageToken=token[:-2]),
        shop.get(ITEMS, pageToken="x"),
        shop.get(ITEMS, pageToken="x.y"),
    ):
        refused(response, 400, "INVALID_ARGUMENT")
    assert shop.get(ITEMS, pageToken=token).status_code == 200


def test_somebody_elses_page_token_shows_only_ones_own(
    shop: App, bobs_shop: App, library: Library, bob: Person
) -> None:
    library.photos(5, by="printshop")
    token = told(shop.get(ITEMS, pageSize=2))["nextPageToken"]
    assert told(bobs_shop.get(ITEMS, pageToken=token)) == {}


def test_proto3_spellings_and_nulls_are_understood(shop: App, library: Library) -> None:
    album = library.album("A", library.photos(5, by="printshop"))
    body = {"album_id": album.pk, "page_size": 2, "filters": None, "orderBy": None}
    assert len(told(shop.post(SEARCH, body))["mediaItems"]) == 2


def test_standard_parameters_are_accepted_and_ignored(
    shop: App, issuer: Issuer
) -> None:
    query = {
        "alt": "json",
        "prettyPrint": "true",
        "key": "k",
        "fields": "*",
        "$.xgafv": "2",
    }
    assert shop.get(ITEMS, **query).status_code == 200


def test_html_is_never_the_answer(shop: App) -> None:
    response = shop.client.get(
        ITEMS, headers={"accept": "text/html,application/xhtml+xml"}
    )
    assert response["Content-Type"] == "application/json"
    assert shop.client.get(ITEMS, {"format": "api"}).status_code == 400


@pytest.mark.parametrize("size", [1, 25, 100])
def test_a_page_is_one_statement(
    shop: App, library: Library, size: int, django_assert_num_queries: Any
) -> None:
    album = library.album("A", library.photos(120, by="printshop"))
    ways: list[Callable[..., Any]] = [
        lambda **query: shop.get(ITEMS, **query),
        lambda **query: shop.post(SEARCH, query),
        lambda **query: shop.post(SEARCH, {"albumId": album.pk, **query}),
    ]
    for ask in ways:
        with django_assert_num_queries(1):
            page = told(ask(pageSize=size))
        assert len(page["mediaItems"]) == size
        token = page["nextPageToken"]
        with django_assert_num_queries(1):
            assert told(ask(pageSize=size, pageToken=token))["mediaItems"]


def test_a_photo_without_a_camera_is_still_a_photo(shop: App, library: Library) -> None:
    photo, film = library.photos(3, by="printshop")[1:]
    Original.objects.filter(pk=film.original_id).update(
        mime_type="video/mp4", camera_make="Alma", fps=29.97
    )
    metadata = told(shop.get(f"{ITEMS}/{photo.pk}"))["mediaMetadata"]
    assert metadata["photo"] == {}
    assert "video" not in metadata
    item = told(shop.get(f"{ITEMS}/{film.pk}"))
    assert item["mimeType"] == "video/mp4"
    assert "photo" not in item["mediaMetadata"]
    assert item["mediaMetadata"]["video"] == {
        "cameraMake": "Alma",
        "fps": 29.97,
        "status": "READY",
    }


def test_numbers_that_are_nought_are_told(shop: App, library: Library) -> None:
    photo = library.photo(by="printshop")
    Original.objects.update(
        iso=0,
        focal_length=0,
        aperture=1.8,
        exposure_time=1 / 3,
        thumbhash="3OcR",
        dominant_color="#7a8f31",
    )
    metadata = told(shop.get(f"{ITEMS}/{photo.pk}"))["mediaMetadata"]
    assert metadata["photo"] == {
        "cameraMake": "Alma",
        "cameraModel": "A7",
        "focalLength": 0,
        "apertureFNumber": 1.8,
        "isoEquivalent": 0,
        "exposureTime": "0.333333333s",
    }
    assert (metadata["thumbhash"], metadata["dominantColor"]) == ("3OcR", "#7a8f31")


@pytest.mark.parametrize("verb", ["search", "batchGet"])
@pytest.mark.parametrize("colon", [":", "/:", "%3A", "/%3A"])
def test_the_verb_after_the_colon_survives_every_spelling(
    shop: App, library: Library, verb: str, colon: str
) -> None:
    photo = library.photo(by="printshop")
    path = f"{ITEMS}{colon}{verb}"
    if verb == "search":
        assert told(shop.post(path, {}))["mediaItems"][0]["id"] == photo.pk
    else:
        assert told(shop.get(path, mediaItemIds=photo.pk))["mediaItemResults"]


def test_every_id_may_stand_in_a_path_as_it_is(shop: App, library: Library) -> None:
    ids = {photo.pk for photo in library.photos(100, by="printshop")}
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", photo_id) for photo_id in ids)
