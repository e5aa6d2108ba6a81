"""Where things stand in an album of the Library API, and what stands between photos."""

import random
from typing import Any

import pytest
from album_cast import ALBUMS, NOBODYS, TEXT, add, enrich, order, seen
from photo_cast import EVERYTHING, App, Issuer, Library, refused, told

from photos_api import albums
from photos_api.models import Album, Enrichment, Person, Photo

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
