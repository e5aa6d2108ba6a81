"""mediaItems.batchCreate into an album: all that can be kept, or nothing."""

import pytest
from creation_cast import (
    CREATE,
    ROOT,
    SUCCESS,
    album_of,
    create,
    ids,
    item,
    upload,
    uploaded,
)
from photo_cast import (
    EVERYTHING,
    App,
    Issuer,
    Library,
    refused,
    told,
)

from photos_api import albums
from photos_api.models import Album, Person, Photo, PhotoMonth, Upload

pytestmark = pytest.mark.django_db
NOBODYS = "A" * 32


@pytest.fixture
def shop(issuer: Issuer, db: None) -> App:
    """The print shop with Alice's token for everything there is."""
    return App(issuer.token(scope=EVERYTHING))


@pytest.fixture
def mallory(issuer: Issuer, db: None) -> App:
    """Another app of Alice's, with as much."""
    return App(issuer.token(scope=EVERYTHING, client_id="mallory"))


def seen(app: App, album: str) -> list[str]:
    """The ids of an album's media items."""
    page = told(app.post(f"{ROOT}/mediaItems:search", {"albumId": album}))
    return [found["id"] for found in page.get("mediaItems", [])]


def test_photos_go_into_an_album_where_the_app_wants_them(
    shop: App, alice: Person
) -> None:
    album = album_of(shop)
    tokens = iter(uploaded(alice, 12))
    a, b = ids(create(shop, item(next(tokens)), item(next(tokens)), albumId=album))
    after = {"position": "AFTER_MEDIA_ITEM", "relativeMediaItemId": a}
    first = {"position": "FIRST_IN_ALBUM"}
    unspecified = {"position": "POSITION_TYPE_UNSPECIFIED"}

    def two(position: dict[str, str] | None) -> list[str]:
        items = [item(next(tokens)), item(next(tokens))]
        return ids(create(shop, *items, albumId=album, albumPosition=position))

    c, d = two(after)
    e, f = two(first)
    g, h = two(unspecified)
    i, j = two({})
    k, l_ = two({"position": "LAST_IN_ALBUM"})
    assert seen(shop, album) == [e, f, a, c, d, b, g, h, i, j, k, l_]


def test_what_is_in_the_album_already_stays_where_it_is(shop: App) -> None:
    album, tokens = album_of(shop), [upload(shop), upload(shop)]
    a, b = ids(create(shop, *map(item, tokens), albumId=album))
    first = {"position": "FIRST_IN_ALBUM"}
    create(shop, item(tokens[1]), albumId=album, albumPosition=first)
    assert seen(shop, album) == [a, b]
    other = album_of(shop, "Winter")
    create(shop, item(tokens[1]), albumId=other)
    assert seen(shop, other) == [b]


def test_an_album_that_cannot_take_them_keeps_them_all_out_of_the_library(
    shop: App, mallory: App, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "MOST_PHOTOS", 1)
    album, others = album_of(shop), album_of(mallory)
    hers = library.album("Hers", [], by="").pk
    items = [item(upload(shop)), item(upload(shop))]
    after = {"position": "AFTER_MEDIA_ITEM", "relativeMediaItemId": NOBODYS}
    middle = {"position": "MIDDLE"}
    for more, status in (
        ({"albumId": album}, "FAILED_PRECONDITION"),
        ({"albumId": others}, "INVALID_ARGUMENT"),
        ({"albumId": hers}, "INVALID_ARGUMENT"),
        ({"albumId": NOBODYS}, "INVALID_ARGUMENT"),
        ({"albumId": "a.b"}, "INVALID_ARGUMENT"),
        ({"albumId": album, "albumPosition": after}, "INVALID_ARGUMENT"),
        ({"albumId": album, "albumPosition": middle}, "INVALID_ARGUMENT"),
        ({"albumPosition": {"position": "LAST_IN_ALBUM"}}, "INVALID_ARGUMENT"),
        ({"albumPosition": {}}, "INVALID_ARGUMENT"),
    ):
        wanted = items[:1] if more.get("albumPosition") == after else items
        response = shop.post(CREATE, {"newMediaItems": wanted, **more})
        refused(response, 400, status)
    assert not Photo.objects.exists()
    assert not PhotoMonth.objects.filter(photos__gt=0).exists()
    assert not Upload.objects.exclude(photo=None).exists()
    assert len(create(shop, *items)) == 2


def test_an_unwriteable_album_is_refused_in_googles_words(
    shop: App, mallory: App
) -> None:
    body = {"newMediaItems": [item(upload(shop))], "albumId": album_of(mallory)}
    message = refused(shop.post(CREATE, body), 400, "INVALID_ARGUMENT")
    assert message == "No permission to add media items to this album."


def test_nothing_half_made_is_kept_when_something_breaks(
    shop: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever dies after the photos are in: they are not, and can be sent again."""
    album, token = album_of(shop), upload(shop)

    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("The disk is full")

    body = {"newMediaItems": [item(token)], "albumId": album}
    with monkeypatch.context() as patch:
        patch.setattr(albums, "add", broken)
        with pytest.raises(OSError, match="disk"):
            shop.post(CREATE, body)
    assert not Photo.objects.exists()
    assert create(shop, item(token), albumId=album)[0]["status"] == SUCCESS
    assert Album.objects.get().items.count() == 1
