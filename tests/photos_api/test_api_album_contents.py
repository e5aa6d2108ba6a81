"""What lies in an album of the Library API, and in which order."""

import random
from typing import Any

import pytest
from photo_cast import EVERYTHING, App, Issuer, Library, refused, told

from photos_api import albums
from photos_api.models import Album, AlbumItem, Enrichment, Original, Person, Photo

pytestmark = pytest.mark.django_db
ALBUMS, SEARCH = "/library/v1/albums", "/library/v1/mediaItems:search"
NOBODYS = "A" * 32
TEXT = {"textEnrichment": {"text": "Day two"}}


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


def add(app: App, album: Album, *photos: Photo) -> Any:
    ids = [photo.pk for photo in photos]
    return app.post(f"{ALBUMS}/{album.pk}:batchAddMediaItems", {"mediaItemIds": ids})


def remove(app: App, album: Album, *ids: str) -> Any:
    return app.post(
        f"{ALBUMS}/{album.pk}:batchRemoveMediaItems", {"mediaItemIds": list(ids)}
    )


def enrich(app: App, album: Album, item: Any = TEXT, **position: str) -> Any:
    position = position or {"position": "LAST_IN_ALBUM"}
    body = {"newEnrichmentItem": item, "albumPosition": position}
    return app.post(f"{ALBUMS}/{album.pk}:addEnrichment", body)


def seen(app: App, album: Album) -> list[str]:
    """The ids of its media items as the app reads them."""
    page = told(app.post(SEARCH, {"albumId": album.pk, "pageSize": 100}))
    return [item["id"] for item in page.get("mediaItems", [])]


def order(album: Album) -> list[str]:
    """The ids of all that is in it."""
    items = album.items.order_by("position")
    return [item.photo_id or item.enrichment_id or "" for item in items]


def strange(response: Any) -> list[str]:
    """The ids that a refusal names."""
    (detail,) = told(response)["error"]["details"]
    return [v["description"].split()[0] for v in detail["fieldViolations"]]


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


GOOD: list[dict[str, Any]] = [
    {"textEnrichment": {"text": "Day two\nand a half 🏔"}},
    {"text_enrichment": {"text": "x" * 1000}, "location_enrichment": None},
    {"locationEnrichment": {"location": {"locationName": "Flüelen"}}},
    {"locationEnrichment": {"location": {"latlng": {"latitude": 46.9}}}},
    {
        "mapEnrichment": {
            "origin": {
                "locationName": "Flüelen",
                "latlng": {"latitude": 46.9, "longitude": "8.62"},
            },
            "destination": {"locationName": "Luzern"},
        }
    },
]


@pytest.mark.parametrize("item", GOOD)
def test_texts_places_and_maps_go_between_photos(
    shop: App, album: Album, photos: list[Photo], item: dict[str, Any]
) -> None:
    a, b, *_ = photos
    add(shop, album, a, b)
    after = {"position": "AFTER_MEDIA_ITEM", "relativeMediaItemId": a.pk}
    added = told(enrich(shop, album, item, **after))["enrichmentItem"]
    assert list(added) == ["id"]
    assert order(album) == [a.pk, added["id"], b.pk]
    assert seen(shop, album) == [a.pk, b.pk]
    assert told(shop.get(f"{ALBUMS}/{album.pk}"))["mediaItemsCount"] == "2"
    kind = next(iter(item)).partition("_")[0]
    assert Enrichment.objects.get().kind.startswith(kind)


def test_what_an_enrichment_says_is_kept(shop: App, album: Album) -> None:
    place = {"locationName": "Flüelen", "latlng": {"latitude": 46.9, "longitude": 8}}
    enrich(shop, album, {"locationEnrichment": {"location": place}})
    kept = Enrichment.objects.get()
    assert kept.kind == Enrichment.Kind.LOCATION
    assert kept.content == {
        "location": {
            "location_name": "Flüelen",
            "latlng": {"latitude": 46.9, "longitude": 8.0},
        }
    }


LAST = {"position": "LAST_IN_ALBUM"}
NOWHERE = [
    ("latitude", 90.1),
    ("latitude", -91),
    ("longitude", 180.5),
    ("latitude", "NaN"),
    ("longitude", "Infinity"),
    ("latitude", "1e999"),
    ("latitude", True),
    ("latitude", "north"),
]
WRONG_ITEMS: list[Any] = [
    {},
    None,
    "text",
    {"textEnrichment": {}},
    {"textEnrichment": {"text": ""}},
    {"textEnrichment": {"text": "x" * 1001}},
    {"textEnrichment": {"text": "a\0b"}},
    {**TEXT, "locationEnrichment": {"location": {"locationName": "x"}}},
    {"locationEnrichment": {}},
    {"locationEnrichment": {"location": {}}},
    {"locationEnrichment": {"location": {"locationName": ""}}},
    {"locationEnrichment": {"location": {"locationName": "x" * 501}}},
    {"mapEnrichment": {"origin": {"locationName": "x"}}},
    {"otherEnrichment": {}},
    *(
        {"locationEnrichment": {"location": {"latlng": {name: value}}}}
        for name, value in NOWHERE
    ),
]
WRONG_POSITIONS: list[Any] = [
    None,
    {},
    "LAST_IN_ALBUM",
    {"position": "MIDDLE"},
    {"position": ["x"]},
    {"position": "POSITION_TYPE_UNSPECIFIED"},
]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"newEnrichmentItem": TEXT},
        {"albumPosition": LAST},
        *({"newEnrichmentItem": TEXT, "albumPosition": at} for at in WRONG_POSITIONS),
        *({"newEnrichmentItem": item, "albumPosition": LAST} for item in WRONG_ITEMS),
    ],
)
def test_an_enrichment_that_makes_no_sense_is_refused(
    shop: App, album: Album, body: dict[str, Any]
) -> None:
    response = shop.post(f"{ALBUMS}/{album.pk}:addEnrichment", body)
    refused(response, 400, "INVALID_ARGUMENT")
    assert told(response)["error"]["details"][0]["fieldViolations"][0]["field"]
    assert not Enrichment.objects.exists()


def test_enrichments_are_not_without_end(
    shop: App, album: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "MOST_ENRICHMENTS", 2)
    for status in (200, 200, 400):
        assert enrich(shop, album).status_code == status
    refused(enrich(shop, album), 400, "FAILED_PRECONDITION")
    assert Enrichment.objects.count() == 2


def test_every_position_is_where_it_says(
    shop: App, album: Album, photos: list[Photo]
) -> None:
    def put(**position: str) -> str:
        answer = told(enrich(shop, album, **position))
        return str(answer["enrichmentItem"]["id"])

    first = put(position="FIRST_IN_ALBUM")  # of an empty album
    a, b, *_ = photos
    add(shop, album, a, b)
    last = put(position="LAST_IN_ALBUM")
    before = put(position="FIRST_IN_ALBUM")
    after_a = put(position="AFTER_MEDIA_ITEM", relativeMediaItemId=a.pk)
    after_it = put(position="AFTER_ENRICHMENT_ITEM", relativeEnrichmentItemId=after_a)
    at_the_end = put(position="AFTER_ENRICHMENT_ITEM", relativeEnrichmentItemId=last)
    in_order = [before, first, a.pk, after_a, after_it, b.pk, last, at_the_end]
    assert order(album) == in_order


def test_a_position_names_something_in_this_album(
    shop: App, album: Album, library: Library, photos: list[Photo]
) -> None:
    elsewhere = library.album("Winter", photos[:2])
    there = told(enrich(shop, elsewhere))["enrichmentItem"]["id"]
    hers = library.photo()
    albums.add(album, [hers, photos[2]])
    deleted = photos[2]
    Photo.objects.filter(pk=deleted.pk).update(deleted_at=deleted.creation_time)
    answers = set()
    for photo_id in (photos[0].pk, hers.pk, deleted.pk, NOBODYS, "é", ""):
        response = enrich(
            shop, album, position="AFTER_MEDIA_ITEM", relativeMediaItemId=photo_id
        )
        refused(response, 400, "INVALID_ARGUMENT")
        answers.add(response.content)
    assert len(answers) == 1
    for enrichment in (there, photos[0].pk, NOBODYS, ""):
        response = enrich(
            shop,
            album,
            position="AFTER_ENRICHMENT_ITEM",
            relativeEnrichmentItemId=enrichment,
        )
        refused(response, 400, "INVALID_ARGUMENT")
    missing = enrich(shop, album, position="AFTER_MEDIA_ITEM")
    refused(missing, 400, "INVALID_ARGUMENT")
    assert album.items.count() == 2


def test_a_hundred_things_fit_right_after_the_same_one(
    shop: App, album: Album, photos: list[Photo]
) -> None:
    a, b, *_ = photos
    add(shop, album, a, b)
    added = [
        told(enrich(shop, album, position="AFTER_MEDIA_ITEM", relativeMediaItemId=a.pk))
        for _ in range(100)
    ]
    ids = [answer["enrichmentItem"]["id"] for answer in added]
    assert order(album) == [a.pk, *reversed(ids), b.pk]


def test_the_order_is_that_of_a_plain_list_however_often_things_move(
    alice: Person, album: Album
) -> None:
    """Positions may run out of room, be negative and be moved: nobody sees it."""
    chance = random.Random(7)  # noqa: S311  # the same moves each time
    photos = Library(alice).photos(120, by="printshop")
    expected: list[str] = []
    while photos:
        batch, photos = photos[: (n := chance.randint(1, 3))], photos[n:]
        ids = [photo.pk for photo in batch]
        place, at = albums.END, len(expected)
        if expected and chance.random() < 0.8:
            at = chance.choice([1, 1, 1, chance.randint(1, len(expected))])
            place = albums.Place(after_photo=expected[at - 1])
        elif chance.random() < 0.5:
            place, at = albums.Place(first=True), 0
        albums.add(album, batch, place)
        expected[at:at] = ids
        if chance.random() < 0.2:
            gone = chance.choice(expected)
            assert albums.remove(album, [gone]) == set()
            expected.remove(gone)
    assert order(album) == expected


def test_seeded_positions_without_gaps_make_room(
    library: Library, photos: list[Photo]
) -> None:
    album = library.album("Tight", photos[:5])  # at 0, 1, 2, 3, 4
    albums.add(album, photos[5:8], albums.Place(after_photo=photos[1].pk))
    order_now = [p.pk for p in [*photos[:2], *photos[5:8], *photos[2:5]]]
    assert order(album) == order_now


def test_room_is_made_in_a_full_album_in_a_moment(
    shop: App, library: Library, django_assert_max_num_queries: Any
) -> None:
    photos = library.photos(2_000, by="printshop")
    album = library.album("Large", photos[:-1])
    where = albums.Place(after_photo=photos[0].pk)
    with django_assert_max_num_queries(11):
        albums.add(album, photos[-1:], where)
    assert order(album)[:3] == [photos[0].pk, photos[-1].pk, photos[1].pk]


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
