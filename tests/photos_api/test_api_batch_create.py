"""mediaItems.batchCreate: what was uploaded becomes photos, each for itself."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

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
from django.utils import timezone
from photo_cast import (
    EVERYTHING,
    LIBRARY,
    LIBRARY_ADD,
    LIBRARY_EDIT,
    App,
    Issuer,
    Library,
    jpeg,
    refused,
    told,
)
from PIL import Image

from photos_api import libraries, purge
from photos_api.models import Original, Person, Photo, PhotoMonth, Upload

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


def test_an_upload_becomes_a_photo_and_is_told_as_google_tells_it(shop: App) -> None:
    token = upload(shop)
    (result,) = create(shop, item(token, "Lake.jpg", description="The lake at noon"))
    assert result["uploadToken"] == token
    assert result["status"] == SUCCESS
    made = result["mediaItem"]
    assert (made["filename"], made["description"]) == ("Lake.jpg", "The lake at noon")
    assert made["mimeType"] == "image/jpeg"
    assert made["mediaMetadata"]["creationTime"] == "2026-01-02T03:04:05Z"
    assert made["mediaMetadata"]["width"] == "64"
    assert told(shop.get(f"{ROOT}/mediaItems/{made['id']}")) == made
    assert shop.get(f"{made['baseUrl']}=w32").status_code == 200


def test_the_answer_in_snake_case_and_nulls_is_understood(shop: App) -> None:
    simple = {"upload_token": upload(shop, name="header.jpg"), "file_name": None}
    body = {
        "new_media_items": [{"simple_media_item": simple, "description": None}],
        "album_id": None,
        "album_position": None,
    }
    for path in (CREATE, f"{ROOT}/mediaItems/:batchCreate"):
        (result,) = told(shop.post(path, body))["newMediaItemResults"]
        assert result["status"] == SUCCESS
        assert result["mediaItem"]["filename"] == "header.jpg"
        assert "description" not in result["mediaItem"]


def test_of_the_results_only_what_is_wanted_is_told(shop: App) -> None:
    token = upload(shop)
    wanted = "newMediaItemResults(status,mediaItem/filename)"
    body = {"newMediaItems": [item(token, "a.jpg"), item(NOBODYS)]}
    response = shop.post(f"{CREATE}?fields={wanted}", body)
    good, bad = told(response)["newMediaItemResults"]
    assert good == {"status": SUCCESS, "mediaItem": {"filename": "a.jpg"}}
    assert set(bad) == {"status"}


@pytest.mark.parametrize(
    ("header", "given", "shown"),
    [
        ("header.jpg", "body.jpg", "body.jpg"),
        ("header.jpg", "", "header.jpg"),
        ("header.jpg", None, "header.jpg"),
        ("", "Flüelen 🏔.jpg", "Flüelen 🏔.jpg"),
        ("", "/home/alice/summer/a.jpg", "a.jpg"),
        ("", "C:\\Photos\\a.jpg", "a.jpg"),
        ("", "../../etc/passwd", "passwd"),
        ("header.jpg", "..", "header.jpg"),
        ("header.jpg", "folder/", "header.jpg"),
        ("", None, "photo.jpg"),
        ("", "x" * 251 + ".jpg", "x" * 251 + ".jpg"),
    ],
)
def test_a_photo_is_called_what_the_app_says_last(
    shop: App, header: str, given: str | None, shown: str
) -> None:
    (result,) = create(shop, item(upload(shop, name=header), given))
    assert result["mediaItem"]["filename"] == shown


def test_a_picture_without_a_date_counts_from_when_it_came(shop: App) -> None:
    plain = Image.new("RGB", (20, 10))
    file = io.BytesIO()
    plain.save(file, "PNG")
    before = timezone.now()
    (result,) = create(shop, item(upload(shop, file.getvalue())))
    photo = Photo.objects.get(pk=result["mediaItem"]["id"])
    assert before <= photo.creation_time <= timezone.now()
    assert not photo.has_capture_date
    (dated,) = create(shop, item(upload(shop)))
    photo = Photo.objects.get(pk=dated["mediaItem"]["id"])
    assert photo.creation_time == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert photo.has_capture_date


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no token": ({}, "uploadToken"),
    "null": ({"simpleMediaItem": None}, "uploadToken"),
    "an empty token": (item(""), "uploadToken"),
    "a token that never was": (item(NOBODYS), "upload token"),
    "no token at all": (item("é" * 3000), "upload token"),
    "a long description": ({"description": "x" * 1000}, "999"),
    "a long name": ({"fileName": "x" * 252 + ".jpg"}, "255"),
    "a name with a line break": ({"fileName": "a\nb.jpg"}, "characters"),
    "a name that turns around": ({"fileName": "a\u202egpj.exe"}, "characters"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_item_does_its_neighbours_no_harm(shop: App, bad: str) -> None:
    given, reason = BAD[bad]
    wrong = dict(given)
    if "description" in given or "fileName" in given:
        name = wrong.pop("fileName", None)
        wrong = item(upload(shop), name) | wrong
    first, second, third = create(
        shop, item(upload(shop)), wrong, item(upload(shop)), albumId=album_of(shop)
    )
    assert first["status"] == third["status"] == SUCCESS
    assert second["status"]["code"] == 3  # google.rpc's INVALID_ARGUMENT
    assert reason in second["status"]["message"]
    assert "mediaItem" not in second
    token = wrong.get("simpleMediaItem") or {}
    assert second.get("uploadToken", "") == token.get("uploadToken", "")
    assert Photo.objects.count() == 2


def test_a_call_of_nothing_but_bad_items_is_answered_too(shop: App) -> None:
    results = create(shop, item(NOBODYS), item("B" * 32))
    assert [result["status"]["code"] for result in results] == [3, 3]
    assert not Photo.objects.exists()


def test_nobody_elses_token_is_worth_anything(
    shop: App, mallory: App, issuer: Issuer, bob: Person
) -> None:
    token = upload(shop)
    bobs = App(issuer.token(scope=EVERYTHING, sub=bob.sub))
    stranger = App(issuer.token(scope=EVERYTHING, sub="a-stranger"))
    answers = [
        create(app, item(given))[0]["status"]
        for app in (mallory, bobs, stranger)
        for given in (token, NOBODYS)
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["code"] == 3
    assert not Photo.objects.exists()
    assert create(shop, item(token))[0]["status"] == SUCCESS


@pytest.mark.parametrize("change", ["over", "unfinished"])
def test_a_token_is_good_for_a_day_and_for_what_is_whole(
    shop: App, change: str
) -> None:
    token = upload(shop)
    row = Upload.objects.get(pk=token)
    if change == "over":
        row.expire_time = timezone.now() - timedelta(seconds=1)
    else:
        row.finalized_at = None
    row.save()
    assert create(shop, item(token))[0]["status"]["code"] == 3


def test_a_token_sent_again_gives_the_same_photo(shop: App) -> None:
    token = upload(shop)
    first, twice = create(shop, item(token, "first.jpg"), item(token, "second.jpg"))
    (again,) = create(shop, item(token, "third.jpg", description="Changed?"))
    assert first == twice == again
    assert again["mediaItem"]["filename"] == "first.jpg"
    assert Upload.objects.get().photo_id == again["mediaItem"]["id"]
    assert Photo.objects.count() == 1
    assert PhotoMonth.objects.get().photos == 1


@pytest.mark.parametrize("for_good", [False, True])
def test_a_token_sent_again_brings_no_deleted_photo_back(
    shop: App, alice: Person, for_good: bool
) -> None:
    content = jpeg(seed=1)
    token = upload(shop, content)
    made = ids(create(shop, item(token)))
    assert libraries.discard(alice, made) == 1
    if for_good:
        assert purge.forget(Photo.objects.all()) == 1
    (again,) = create(shop, item(token))
    assert again["status"]["code"] == 3
    assert "mediaItem" not in again
    assert not Photo.objects.filter(deleted_at=None).exists()
    # Who uploads it once more wants it back.
    assert create(shop, item(upload(shop, content)))[0]["status"] == SUCCESS
    assert Photo.objects.get().deleted_at is None


def test_the_same_picture_twice_is_one_photo_of_that_app(
    shop: App, mallory: App, alice: Person
) -> None:
    content = jpeg(seed=1)
    hers = Library(alice).photo(content=content)
    results = create(
        shop, item(upload(shop, content), "a.jpg"), item(upload(shop, content), "b.jpg")
    )
    later = create(shop, item(upload(shop, content), "c.jpg"))
    (one,) = set(ids(results + later))
    assert [r["status"] for r in results + later] == [SUCCESS] * 3
    (mallorys,) = ids(create(mallory, item(upload(mallory, content))))
    assert len({one, mallorys, hers.pk}) == 3
    assert Original.objects.count() == 1
    assert told(shop.get(f"{ROOT}/mediaItems"))["mediaItems"][0]["filename"] == "a.jpg"


def test_a_photo_that_was_deleted_comes_back_when_it_is_sent_again(
    shop: App, alice: Person
) -> None:
    content = jpeg(seed=1)
    (photo_id,) = ids(create(shop, item(upload(shop, content))))
    assert libraries.discard(alice, {photo_id}) == 1
    assert told(shop.get(f"{ROOT}/mediaItems")) == {}
    assert ids(create(shop, item(upload(shop, content)))) == [photo_id]
    assert len(told(shop.get(f"{ROOT}/mediaItems"))["mediaItems"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"newMediaItems": []},
        {"newMediaItems": None},
        {"newMediaItems": {}},
        {"newMediaItems": "x"},
        {"newMediaItems": [None]},
        {"newMediaItems": ["x"]},
        {"newMediaItems": [{"other": 1}]},
        {"newMediaItems": [{"simpleMediaItem": "x"}]},
        {"newMediaItems": [{"simpleMediaItem": {"uploadToken": ["x"]}}]},
        {"newMediaItems": [{"simpleMediaItem": {"uploadToken": "x\0"}}]},
        {"newMediaItems": [{"simpleMediaItem": {"other": "x"}}]},
        {"newMediaItems": [{"description": {}}]},
        {"newMediaItems": [item("x")], "albumId": ["x"]},
        {"newMediaItems": [item("x")], "albumId": "x", "albumPosition": "FIRST"},
        {"newMediaItems": [item("x")], "other": 1},
    ],
)
def test_a_call_that_makes_no_sense_is_refused(shop: App, body: dict[str, Any]) -> None:
    response = shop.post(CREATE, body)
    refused(response, 400, "INVALID_ARGUMENT")
    assert told(response)["error"]["details"][0]["fieldViolations"][0]["field"]


def test_fifty_at_once_but_not_more(shop: App, alice: Person) -> None:
    tokens = uploaded(alice, 50)
    over = [item(token) for token in [*tokens, tokens[0]]]
    response = shop.post(CREATE, {"newMediaItems": over})
    assert "50" in refused(response, 400, "INVALID_ARGUMENT")
    album = album_of(shop)
    results = create(shop, *over[:50], albumId=album)
    assert [result["uploadToken"] for result in results] == tokens
    assert len(set(ids(results))) == 50
    page = {"albumId": album, "pageSize": 100}
    listed = told(shop.post(f"{ROOT}/mediaItems:search", page))["mediaItems"]
    assert [found["id"] for found in listed] == ids(results)


def test_creating_wants_its_scope(issuer: Issuer, shop: App) -> None:
    token = upload(shop)
    for scope in (LIBRARY, LIBRARY_EDIT, "openid"):
        app = App(issuer.token(scope=scope))
        response = app.post(CREATE, {"newMediaItems": [item(token)]})
        refused(response, 403, "PERMISSION_DENIED")
        assert f'scope="{LIBRARY_ADD}"' in response["WWW-Authenticate"]
    alone = App(issuer.token(scope=LIBRARY_ADD))
    assert create(alone, item(token))[0]["status"] == SUCCESS
