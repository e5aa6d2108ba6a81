"""The albums of the Library API: made, changed and listed by the app that made them."""

from typing import Any

import pytest
from album_cast import ALBUMS, NOBODYS
from photo_cast import (
    EVERYTHING,
    LIBRARY,
    LIBRARY_ADD,
    LIBRARY_EDIT,
    PICKER,
    App,
    Issuer,
    Library,
    refused,
    told,
)

from photos_api.models import Album, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(issuer: Issuer, db: None) -> App:
    """The print shop with Alice's token for everything there is."""
    return App(issuer.token(scope=EVERYTHING))


@pytest.fixture
def mallory(issuer: Issuer, db: None) -> App:
    """Another app of Alice's, with as much."""
    return App(issuer.token(scope=EVERYTHING, client_id="mallory"))


def made(app: App, title: str = "Summer") -> str:
    """The id of a new album."""
    return str(told(app.post(ALBUMS, {"album": {"title": title}}))["id"])


def patched(app: App, album_id: str, mask: str, **album: Any) -> Any:
    return app.patch(f"{ALBUMS}/{album_id}?updateMask={mask}", album)


def violations(response: Any) -> dict[str, str]:
    """The fields a refusal complains of."""
    (detail,) = told(response)["error"]["details"]
    return {v["field"]: v["description"] for v in detail["fieldViolations"]}


def test_an_album_is_made_and_told_as_google_tells_it(shop: App) -> None:
    response = shop.post(ALBUMS, {"album": {"title": "Summer in Flüelen 🏔"}})
    assert response.status_code == 200
    album = told(response)
    assert album == {
        "id": album["id"],
        "title": "Summer in Flüelen 🏔",
        "productUrl": f"http://localhost:8002/albums/{album['id']}/",
        "isWriteable": True,
        "mediaItemsCount": "0",
    }
    assert told(shop.get(f"{ALBUMS}/{album['id']}")) == album
    assert told(shop.get(ALBUMS)) == {"albums": [album]}


def test_an_app_that_makes_an_album_for_a_stranger_introduces_them(
    issuer: Issuer, db: None
) -> None:
    app = App(issuer.token(scope=EVERYTHING, sub="a-newcomer"))
    assert told(app.get(ALBUMS)) == {}
    assert not Person.objects.exists()
    album_id = made(app)
    assert Album.objects.get(pk=album_id).owner.sub == "a-newcomer"


def test_two_albums_may_have_the_same_title(shop: App) -> None:
    assert made(shop) != made(shop)
    assert len(told(shop.get(ALBUMS))["albums"]) == 2


def test_an_album_sent_back_as_it_came_makes_a_new_one_of_that_title(
    shop: App, library: Library
) -> None:
    first = library.album("Summer", [library.photo(by="printshop")])
    whole = told(shop.get(f"{ALBUMS}/{first.pk}"))
    again = told(shop.post(ALBUMS, {"album": whole}))
    assert again["id"] != first.pk
    assert (again["title"], again["mediaItemsCount"]) == ("Summer", "0")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "album"),
        ({"album": None}, "album"),
        ({"album": "Summer"}, "album"),
        ({"album": {}}, "album.title"),
        ({"album": {"title": ""}}, "album.title"),
        ({"album": {"title": "  \t "}}, "album.title"),
        ({"album": {"title": None}}, "album.title"),
        ({"album": {"title": 5.5}}, "album.title"),
        ({"album": {"title": ["Summer"]}}, "album.title"),
        ({"album": {"title": "a\0b"}}, "album.title"),
        ({"album": {"title": "x" * 501}}, "album.title"),
        ({"album": {"title": "x", "other": 1}}, "album.other"),
        ({"title": "Summer"}, "title"),
    ],
)
def test_an_album_is_not_made_of_what_makes_no_sense(
    shop: App, body: dict[str, Any], field: str
) -> None:
    response = shop.post(ALBUMS, body)
    refused(response, 400, "INVALID_ARGUMENT")
    assert list(violations(response)) == [field]
    assert not Album.objects.exists()


def test_a_title_of_five_hundred_characters_is_kept(shop: App) -> None:
    title = "ü" * 500
    assert told(shop.get(f"{ALBUMS}/{made(shop, title)}"))["title"] == title


def test_the_mask_says_what_is_changed(shop: App, library: Library) -> None:
    photos = [library.photo(by="printshop") for _ in range(3)]
    album = library.album("Summer", photos)
    wanted = {"title": "Winter", "coverPhotoMediaItemId": photos[2].pk}
    one = told(patched(shop, album.pk, "title", **wanted))
    assert (one["title"], one["coverPhotoMediaItemId"]) == ("Winter", photos[0].pk)
    wanted["title"] = "Spring"
    two = told(patched(shop, album.pk, "coverPhotoMediaItemId", **wanted))
    assert (two["title"], two["coverPhotoMediaItemId"]) == ("Winter", photos[2].pk)
    assert two["coverPhotoBaseUrl"] != one["coverPhotoBaseUrl"]
    both = told(patched(shop, album.pk, "title,cover_photo_media_item_id", **wanted))
    assert both["title"] == "Spring"
    assert told(shop.get(f"{ALBUMS}/{album.pk}")) == both


def test_a_client_that_cannot_say_patch_posts(shop: App, library: Library) -> None:
    album = library.album("Summer", [])
    response = shop.client.post(
        f"{ALBUMS}/{album.pk}?updateMask=title",
        {"title": "Winter"},
        content_type="application/json",
        headers={"x-http-method-override": "PATCH"},
    )
    assert told(response)["title"] == "Winter"


def test_a_cover_can_be_given_up(shop: App, library: Library) -> None:
    photos = [library.photo(by="printshop") for _ in range(2)]
    album = library.album("Summer", photos)
    mask = "coverPhotoMediaItemId"
    patched(shop, album.pk, mask, coverPhotoMediaItemId=photos[1].pk)
    album_now = told(patched(shop, album.pk, mask))
    assert album_now["coverPhotoMediaItemId"] == photos[0].pk


def test_a_cover_that_leaves_the_album_is_no_cover(shop: App, library: Library) -> None:
    photos = [library.photo(by="printshop") for _ in range(2)]
    album = library.album("Summer", photos)
    cover = {"coverPhotoMediaItemId": photos[1].pk}
    patched(shop, album.pk, "coverPhotoMediaItemId", **cover)
    gone = {"mediaItemIds": [photos[1].pk]}
    shop.post(f"{ALBUMS}/{album.pk}:batchRemoveMediaItems", gone)
    left = told(shop.get(f"{ALBUMS}/{album.pk}"))
    assert left["coverPhotoMediaItemId"] == photos[0].pk


@pytest.mark.parametrize(
    "mask", ["", "id", "title,id", "titel", "*", ",", "title,", "t\0", "x" * 300]
)
def test_a_mask_of_anything_else_is_refused(
    shop: App, library: Library, mask: str
) -> None:
    album = library.album("Summer", [])
    refused(patched(shop, album.pk, mask, title="Winter"), 400, "INVALID_ARGUMENT")
    without = shop.patch(f"{ALBUMS}/{album.pk}", {"title": "Winter"})
    refused(without, 400, "INVALID_ARGUMENT")
    assert Album.objects.get().title == "Summer"


@pytest.mark.parametrize("title", ["", " ", None, "x" * 501, "a\0b"])
def test_a_title_cannot_be_taken_away(
    shop: App, library: Library, title: str | None
) -> None:
    album = library.album("Summer", [])
    response = patched(shop, album.pk, "title", title=title)
    refused(response, 400, "INVALID_ARGUMENT")
    assert list(violations(response)) == ["title"]
    assert Album.objects.get().title == "Summer"


def test_only_an_own_photo_in_the_album_can_be_its_cover(
    shop: App, library: Library
) -> None:
    inside = library.photo(by="printshop")
    hers, deleted = library.photo(), library.photo(by="printshop")
    album = library.album("Summer", [inside, hers, deleted])
    type(deleted).objects.filter(pk=deleted.pk).update(deleted_at=library.start)
    elsewhere = library.photo(by="printshop").pk
    for photo_id in (elsewhere, hers.pk, deleted.pk, NOBODYS, "é", "x" * 201):
        changes = {"coverPhotoMediaItemId": photo_id, "title": "Winter"}
        response = patched(shop, album.pk, "title,coverPhotoMediaItemId", **changes)
        refused(response, 400, "INVALID_ARGUMENT")
        assert list(violations(response)) == ["coverPhotoMediaItemId"]
    kept = Album.objects.get()
    assert (kept.title, kept.cover) == ("Summer", None)


def test_an_app_is_not_told_of_photos_the_owner_put_into_its_album(
    shop: App, library: Library
) -> None:
    hers, the_shops = library.photo(), library.photo(by="printshop")
    album = library.album("Summer", [hers, the_shops])
    Album.objects.put_in_front(hers.pk)
    shown = told(shop.get(f"{ALBUMS}/{album.pk}"))
    assert shown["coverPhotoMediaItemId"] == the_shops.pk
    assert shown["mediaItemsCount"] == "1"
    alone = library.album("Hers", [hers])
    shown = told(shop.get(f"{ALBUMS}/{alone.pk}"))
    assert "coverPhotoBaseUrl" not in shown
    assert shown["mediaItemsCount"] == "0"


ITEM = {"mediaItemIds": [NOBODYS]}
ENRICHMENT = {
    "newEnrichmentItem": {"textEnrichment": {"text": "x"}},
    "albumPosition": {"position": "LAST_IN_ALBUM"},
}
WRITES: list[tuple[str, str, dict[str, Any], int]] = [
    ("patch", "?updateMask=title", {"title": "Mine"}, 404),
    ("post", ":addEnrichment", ENRICHMENT, 404),
    ("post", ":batchRemoveMediaItems", ITEM, 404),
    ("post", ":batchAddMediaItems", ITEM, 400),  # as Google's own API says it
]


@pytest.mark.parametrize("write", WRITES)
def test_an_album_of_others_is_refused_like_one_that_never_was(
    shop: App,
    mallory: App,
    library: Library,
    bob: Person,
    write: tuple[str, str, dict[str, Any], int],
) -> None:
    method, path, body, status = write
    hers = library.album("Hers", [], by="")
    bobs = Library(bob).album("Bob's", [])
    mallorys = made(mallory)
    answers = {
        getattr(shop, method)(f"{ALBUMS}/{album_id}{path}", body).content
        for album_id in (hers.pk, bobs.pk, mallorys, NOBODYS)
    }
    assert len(answers) == 1
    response = getattr(shop, method)(f"{ALBUMS}/{mallorys}{path}", body)
    refused(response, status, {404: "NOT_FOUND", 400: "INVALID_ARGUMENT"}[status])
    for malformed in ("a.b", "é", "x" * 65, "a%00b"):
        response = getattr(shop, method)(f"{ALBUMS}/{malformed}{path}", body)
        refused(response, 400, "INVALID_ARGUMENT")
    titles = set(Album.objects.values_list("title", flat=True))
    assert titles == {"Hers", "Bob's", "Summer"}


SCOPES: list[tuple[str, str, dict[str, Any] | None, set[str]]] = [
    ("get", "", None, {LIBRARY}),
    ("post", "", {"album": {"title": "x"}}, {LIBRARY_ADD}),
    ("get", "/{album}", None, {LIBRARY}),
    ("patch", "/{album}?updateMask=title", {"title": "x"}, {LIBRARY_EDIT}),
    ("post", "/{album}:addEnrichment", ENRICHMENT, {LIBRARY_ADD, LIBRARY_EDIT}),
    ("post", "/{album}:batchAddMediaItems", ITEM, {LIBRARY_ADD, LIBRARY_EDIT}),
    ("post", "/{album}:batchRemoveMediaItems", ITEM, {LIBRARY_EDIT}),
]


@pytest.mark.parametrize("call", SCOPES)
def test_each_method_wants_its_scope(
    issuer: Issuer,
    library: Library,
    call: tuple[str, str, dict[str, Any] | None, set[str]],
) -> None:
    method, path, body, enough = call
    address = ALBUMS + path.format(album=library.album("Summer", []).pk)
    for scope in (LIBRARY, LIBRARY_ADD, LIBRARY_EDIT, PICKER):
        app = App(issuer.token(scope=scope))
        arguments = [address] if body is None else [address, body]
        response = getattr(app, method)(*arguments)
        assert (response.status_code != 403) == (scope in enough), (scope, response)
        if scope not in enough:
            challenge = response["WWW-Authenticate"]
            assert any(f'scope="{name}"' in challenge for name in enough)


def test_an_app_that_may_not_add_is_told_so_by_the_album(
    issuer: Issuer, library: Library
) -> None:
    library.album("Summer", [])
    for scope, writeable in ((LIBRARY, False), (f"{LIBRARY} {LIBRARY_ADD}", True)):
        (album,) = told(App(issuer.token(scope=scope)).get(ALBUMS))["albums"]
        assert album["isWriteable"] is writeable


def test_a_list_of_albums_is_one_question(
    shop: App, library: Library, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        library.album(f"{number}", [library.photo(by="printshop")])
    with django_assert_num_queries(1):
        assert len(told(shop.get(ALBUMS))["albums"]) == 5
