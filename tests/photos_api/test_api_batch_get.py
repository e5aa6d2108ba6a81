"""mediaItems.batchGet: many by their ids, and mediaItems.patch: another description."""

from typing import Any

import pytest
from photo_cast import EVERYTHING, LIBRARY_EDIT, App, Issuer, Library, refused, told

from photos_api import libraries
from photos_api.models import Person, Photo

pytestmark = pytest.mark.django_db
ITEMS = "/library/v1/mediaItems"
BATCH = f"{ITEMS}:batchGet"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def editor(issuer: Issuer, db: None) -> App:
    """The print shop with a token for changing things, and for nothing else."""
    return App(issuer.token(scope=LIBRARY_EDIT))


def violations(response: Any) -> dict[str, str]:
    """The fields that a refusal names, and what is wrong with them."""
    (detail,) = told(response)["error"]["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    return {each["field"]: each["description"] for each in detail["fieldViolations"]}


@pytest.mark.parametrize("count", [1, 2, 49, 50])
def test_items_come_in_the_order_they_were_asked_for(
    shop: App, library: Library, count: int, django_assert_num_queries: Any
) -> None:
    ids = [photo.pk for photo in library.photos(count, by="printshop")]
    ids = ids[::2] + ids[1::2][::-1]
    with django_assert_num_queries(1):
        results = told(shop.get(BATCH, mediaItemIds=ids))["mediaItemResults"]
    assert [result["mediaItem"]["id"] for result in results] == ids
    alone = told(shop.get(f"{ITEMS}/{ids[0]}"))
    assert results[0] == {"mediaItem": alone}


def test_what_is_not_there_harms_no_other(
    shop: App, library: Library, bob: Person
) -> None:
    mine, gone = library.photo(by="printshop"), library.photo(by="printshop")
    hers, mallorys = library.photo(), library.photo(by="mallory")
    bobs = Library(bob).photo(by="printshop")
    libraries.discard(library.owner, [gone.pk])
    ids = ["unknown", hers.pk, mine.pk, mallorys.pk, bobs.pk, gone.pk]
    results = told(shop.get(BATCH, mediaItemIds=ids))["mediaItemResults"]
    assert results[2]["mediaItem"]["id"] == mine.pk
    statuses = [result["status"] for result in results if "mediaItem" not in result]
    assert statuses == [{"code": 5, "message": "Media item not found."}] * 5


@pytest.mark.parametrize(
    ("ids", "named"),
    [
        ([], {"mediaItemIds"}),
        ([""], {"mediaItemIds.0"}),
        (["a", "b/c", "d", "e f"], {"mediaItemIds.1", "mediaItemIds.3"}),
        (["é", "x" * 65], {"mediaItemIds.0", "mediaItemIds.1"}),
        (["a", "a\0"], {"mediaItemIds.1"}),
        (["a", "b", "a", "c", "b"], {"mediaItemIds.2", "mediaItemIds.4"}),
        ([str(n) for n in range(51)], {"mediaItemIds"}),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused_and_says_which(
    shop: App, ids: list[str], named: set[str]
) -> None:
    response = shop.get(BATCH, mediaItemIds=ids)
    refused(response, 400, "INVALID_ARGUMENT")
    assert set(violations(response)) == named


def test_a_refusal_repeats_the_ids_that_are_wrong(shop: App) -> None:
    response = shop.get(BATCH, mediaItemIds=["good", "b,d", "twice"])
    sentence = refused(response, 400, "INVALID_ARGUMENT")
    assert sentence == "Request contains an invalid media item id."
    assert violations(response) == {"mediaItemIds.1": "'b,d' is no id of a media item."}
    again = shop.get(BATCH, mediaItemIds=["twice", "twice"])
    assert "twice" in violations(again)["mediaItemIds.1"]


def test_ids_may_be_spelled_in_snake_case_but_not_in_two_ways(shop: App) -> None:
    results = told(shop.client.get(f"{BATCH}?media_item_ids=a&media_item_ids=b"))
    assert len(results["mediaItemResults"]) == 2
    response = shop.client.get(f"{BATCH}?media_item_ids=a&mediaItemIds=b")
    refused(response, 400, "INVALID_ARGUMENT")


def test_an_url_that_would_be_too_long_may_come_as_a_form(
    shop: App, library: Library
) -> None:
    ids = [photo.pk for photo in library.photos(50, by="printshop")]
    form = "&".join(f"mediaItemIds={photo_id}" for photo_id in ids)
    assert len(form) > 2048 - len(f"http://localhost:8002{BATCH}?")
    response = shop.client.post(
        f"{BATCH}?alt=json",
        f"{form}&fields=mediaItemResults%2FmediaItem%2Fid",
        content_type=FORM,
        headers={"x-http-method-override": "GET"},
    )
    results = told(response)["mediaItemResults"]
    assert [result["mediaItem"] for result in results] == [{"id": i} for i in ids]


def test_a_post_may_stand_for_a_patch(editor: App, library: Library) -> None:
    photo = library.photo(by="printshop")
    response = editor.client.post(
        f"{ITEMS}/{photo.pk}?updateMask=description",
        {"description": "By post"},
        content_type="application/json",
        headers={"x-http-method-override": "PATCH"},
    )
    assert told(response)["description"] == "By post"


@pytest.mark.parametrize(
    ("verb", "meant", "body", "content_type", "status"),
    [
        ("POST", "GET", b"{}", "application/json", 400),
        ("POST", "GET", b"", "", 400),
        ("POST", "GET", b"mediaItemIds=a&mediaItemIds=a", FORM, 400),
        ("POST", "GET", b"x=" + b"y" * 9000, FORM, 400),
        ("POST", "GET", b"mediaItemIds=a&access_token=x", FORM, 400),
        ("POST", "get", b"mediaItemIds=a", FORM, 400),
        ("POST", "HEAD", b"mediaItemIds=a", FORM, 400),
        ("POST", "TRACE", b"", FORM, 400),
        ("POST", "", b"", FORM, 400),
        ("POST", "DELETE", b"{}", "application/json", 405),
        ("GET", "DELETE", b"", "", 400),
        ("GET", "POST", b"", "", 400),
        ("POST", "POST", b"{}", "application/json", 405),
    ],
)
def test_a_verb_cannot_stand_for_just_any_other(
    shop: App, verb: str, meant: str, *, body: bytes, content_type: str, status: int
) -> None:
    response = shop.client.generic(
        verb,
        BATCH,
        body,
        content_type=content_type,
        headers={"x-http-method-override": meant},
    )
    assert response.status_code == status
    assert told(response)["error"]["code"] == status


def test_what_stands_for_a_get_needs_the_scope_of_the_get(issuer: Issuer) -> None:
    response = App(issuer.token(scope=LIBRARY_EDIT)).client.post(
        BATCH, "mediaItemIds=a", FORM, headers={"x-http-method-override": "GET"}
    )
    refused(response, 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("mask", ["description", "description,description"])
def test_an_app_describes_what_it_added(
    editor: App, shop: App, library: Library, mask: str
) -> None:
    photo = library.photo(by="printshop")
    item = told(shop.get(f"{ITEMS}/{photo.pk}"))
    item["description"], item["filename"] = " The sea,\nat last: Ω ", "other.jpg"
    changed = told(editor.patch(f"{ITEMS}/{photo.pk}?updateMask={mask}", item))
    assert changed["description"] == " The sea,\nat last: Ω "
    assert changed["filename"] == photo.filename
    photo.refresh_from_db()
    assert photo.description == " The sea,\nat last: Ω "


@pytest.mark.parametrize(
    "body", [{}, {"description": None}, {"description": ""}, {"description": "x" * 999}]
)
def test_a_description_may_be_taken_away_or_long(
    editor: App, library: Library, body: dict[str, str | None]
) -> None:
    photo = library.photo(by="printshop")
    item = told(editor.patch(f"{ITEMS}/{photo.pk}?update_mask=description", body))
    assert item.get("description", "") == (body.get("description") or "")


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", {"description": "x"}),
        ("updateMask=", {"description": "x"}),
        ("updateMask=*", {"description": "x"}),
        ("updateMask=filename", {"filename": "x"}),
        ("updateMask=description,filename", {"description": "x"}),
        ("updateMask=description&updateMask=description", {"description": "x"}),
        ("updateMask=description", {"description": "x" * 1000}),
        ("updateMask=description", {"description": 7.5}),
        ("updateMask=description", {"description": ["x"]}),
        ("updateMask=description", {"description": "a\0b"}),
        ("updateMask=description", {"description": "\ud800"}),
        ("updateMask=description", {"describtion": "x"}),
        ("updateMask=description", {"id": "another", "description": "x"}),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    editor: App, library: Library, query: str, body: dict[str, Any]
) -> None:
    photo = library.photo(by="printshop")
    response = editor.patch(f"{ITEMS}/{photo.pk}?{query}", body)
    refused(response, 400, "INVALID_ARGUMENT")
    photo.refresh_from_db()
    assert photo.description == "Photo 1"


def test_nobody_describes_what_is_not_theirs(
    editor: App, issuer: Issuer, library: Library, bob: Person
) -> None:
    mine = library.photo(by="printshop")
    gone = library.photo(by="printshop")
    libraries.discard(library.owner, [gone.pk])
    others = [library.photo(), library.photo(by="mallory"), gone]
    others.append(Library(bob).photo(by="printshop"))
    for photo_id in [*(photo.pk for photo in others), "unknown"]:
        path = f"{ITEMS}/{photo_id}?updateMask=description"
        refused(editor.patch(path, {"description": "Taken"}), 404, "NOT_FOUND")
    path = f"{ITEMS}/{mine.pk}?updateMask=description"
    for token in (
        issuer.token(scope=EVERYTHING.replace(LIBRARY_EDIT, "")),
        issuer.token(scope=""),
    ):
        response = App(token).patch(path, {"description": "Taken"})
        refused(response, 403, "PERMISSION_DENIED")
    assert not Photo.objects.filter(description="Taken").exists()


@pytest.mark.parametrize("photo_id", ["a.b", "%00", "é", "x" * 65])
def test_an_id_that_cannot_be_is_refused_by_name(
    shop: App, editor: App, photo_id: str
) -> None:
    assert violations(shop.get(f"{ITEMS}/{photo_id}")).keys() == {"mediaItemId.0"}
    path = f"{ITEMS}/{photo_id}?updateMask=description"
    refused(editor.patch(path, {"description": "x"}), 400, "INVALID_ARGUMENT")
