"""The Picker API: a session's life, and what was picked in it."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from photo_cast import App, Issuer, Library, refused, told

from photos_api import libraries
from photos_api.models import Original, Person, PickingSession

pytestmark = pytest.mark.django_db
SESSIONS, PICKED = "/picker/v1/sessions", "/picker/v1/mediaItems"


def begin(app: App, **config: object) -> dict[str, Any]:
    return told(app.post(SESSIONS, {"pickingConfig": config} if config else {}))


def finish(session: dict[str, Any], photos: list[Any]) -> None:
    row = PickingSession.objects.get(pk=session["id"])
    assert row.choose([photo.pk for photo in photos])


def fill(owner: Person, count: int) -> None:
    PickingSession.objects.bulk_create(
        PickingSession(
            owner=owner,
            client_id="printshop",
            expire_time=timezone.now() + timedelta(hours=1),
        )
        for _ in range(count)
    )


def test_a_session_is_told_as_google_tells_it(shop: App, alice: Person) -> None:
    session = told(shop.post(SESSIONS, {"pickingConfig": {"maxItemCount": "5"}}))
    assert session.pop("expireTime").endswith("Z")
    polling = session.pop("pollingConfig")
    assert polling["pollInterval"] == "5s"
    assert 1795 <= int(polling["timeoutIn"].removesuffix("s")) <= 1800
    assert session == {
        "id": session["id"],
        "pickerUri": f"http://localhost:8002/pick/{session['id']}",
        "pickingConfig": {"maxItemCount": "5"},
        "mediaItemsSet": False,
    }


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (None, "2000"),
        ("1", "1"),
        (7, "7"),
        ("2000", "2000"),
        ("2001", "2000"),
        ("999999999999", "2000"),
        ("0", "2000"),
    ],
)
def test_the_most_items_are_two_thousand(shop: App, wanted: object, given: str) -> None:
    config = {} if wanted is None else {"maxItemCount": wanted}
    assert begin(shop, **config)["pickingConfig"] == {"maxItemCount": given}


def test_a_session_needs_no_body(shop: App) -> None:
    assert shop.post(SESSIONS).status_code == 200
    assert shop.client.post(SESSIONS).status_code in {200, 415}


def test_a_person_we_never_met_may_be_asked(issuer: Issuer) -> None:
    app = App(issuer.token(sub="newcomer"))
    session = begin(app)
    assert Person.objects.get(sub="newcomer").iss == "http://localhost:8001"
    assert told(app.get(f"{SESSIONS}/{session['id']}"))["id"] == session["id"]


def test_the_same_request_id_is_the_same_session(shop: App, mallory: App) -> None:
    request_id = str(uuid4())
    first = told(shop.post(f"{SESSIONS}?requestId={request_id}", {}))
    assert (
        told(shop.post(f"{SESSIONS}?requestId={request_id}", {}))["id"] == first["id"]
    )
    other = told(mallory.post(f"{SESSIONS}?requestId={request_id}", {}))
    assert other["id"] != first["id"]


def test_a_request_sent_twice_is_answered_when_there_is_no_room(
    shop: App, alice: Person
) -> None:
    path = f"{SESSIONS}?requestId={uuid4()}"
    first = told(shop.post(path, {}))
    fill(alice, 99)
    refused(shop.post(SESSIONS, {}), 429, "RESOURCE_EXHAUSTED")
    assert told(shop.post(path, {}))["id"] == first["id"]


def test_a_request_id_works_again_when_its_session_has_expired(shop: App) -> None:
    path = f"{SESSIONS}?requestId={uuid4()}"
    first = told(shop.post(path, {}))
    PickingSession.objects.update(expire_time=timezone.now())
    second = told(shop.post(path, {}))
    assert second["id"] != first["id"]
    assert told(shop.get(f"{SESSIONS}/{second['id']}"))["mediaItemsSet"] is False


@pytest.mark.parametrize(
    "request_id",
    [
        "",
        "x",
        "a" * 3000,
        "b3a1bd30-2f5d-11ee-be56-0242ac120002",
        "\0",
        str(UUID(int=0)),
    ],
)
def test_a_request_id_is_random_or_refused(shop: App, request_id: str) -> None:
    query = urlencode({"requestId": request_id})
    refused(shop.post(f"{SESSIONS}?{query}", {}), 400, "INVALID_ARGUMENT")
    assert not PickingSession.objects.exists()


@pytest.mark.parametrize("wanted", [-1, "-5", "many", 1.5, True, [], {}, 2**63])
def test_a_number_of_items_that_is_none_is_refused(shop: App, wanted: object) -> None:
    body = {"pickingConfig": {"maxItemCount": wanted}}
    refused(shop.post(SESSIONS, body), 400, "INVALID_ARGUMENT")


def test_a_session_lives_from_create_over_picking_to_delete(
    shop: App, library: Library
) -> None:
    photos = [library.photo() for _ in range(3)]
    session = begin(shop)
    path = f"{SESSIONS}/{session['id']}"
    sentence = refused(
        shop.get(PICKED, sessionId=session["id"]), 400, "FAILED_PRECONDITION"
    )
    assert "not finished" in sentence
    finish(session, [photos[2], photos[0]])
    done = told(shop.get(path))
    assert done["mediaItemsSet"] is True
    assert "pollingConfig" not in done
    items = told(shop.get(PICKED, sessionId=session["id"]))["mediaItems"]
    assert [item["id"] for item in items] == [photos[2].pk, photos[0].pk]
    assert told(shop.delete(path)) == {}
    refused(shop.get(path), 404, "NOT_FOUND")
    refused(shop.delete(path), 404, "NOT_FOUND")
    refused(shop.get(PICKED, sessionId=session["id"]), 404, "NOT_FOUND")


def test_a_picked_item_is_told_as_google_tells_it(shop: App, library: Library) -> None:
    photo = library.photo()
    library.album("Secret", [photo])
    session = begin(shop)
    finish(session, [photo])
    (item,) = told(shop.get(PICKED, sessionId=session["id"]))["mediaItems"]
    assert item["mediaFile"].pop("baseUrl").startswith("http://localhost:8002/bytes/")
    assert item == {
        "id": photo.pk,
        "createTime": "2026-01-01T01:00:00Z",
        "type": "PHOTO",
        "mediaFile": {
            "mimeType": "image/jpeg",
            "filename": "photo-1.jpg",
            "mediaFileMetadata": {
                "width": 64,
                "height": 48,
                "cameraMake": "Alma",
                "cameraModel": "A7",
                "photoMetadata": {"exposureTime": "0.008s"},
            },
        },
    }


def test_a_video_is_told_as_a_video(shop: App, library: Library) -> None:
    video = library.photo()
    Original.objects.filter(pk=video.original_id).update(
        mime_type="video/mp4", fps=25.0
    )
    session = begin(shop)
    finish(session, [video])
    (item,) = told(shop.get(PICKED, sessionId=session["id"]))["mediaItems"]
    assert item["type"] == "VIDEO"
    assert item["mediaFile"]["mimeType"] == "video/mp4"
    metadata = item["mediaFile"]["mediaFileMetadata"]
    assert metadata["videoMetadata"] == {"fps": 25.0, "processingStatus": "READY"}
    assert "photoMetadata" not in metadata


def test_what_its_owner_deletes_is_not_told_any_more(
    shop: App, library: Library, alice: Person
) -> None:
    photos = [library.photo() for _ in range(5)]
    session = begin(shop)
    finish(session, photos)
    query = {"sessionId": session["id"], "pageSize": 2}
    first = told(shop.get(PICKED, **query))
    libraries.discard(alice, [photos[i].pk for i in (0, 2, 4)])
    rest = told(shop.get(PICKED, **query, pageToken=first["nextPageToken"]))
    assert [item["id"] for item in rest["mediaItems"]] == [photos[3].pk]
    assert "nextPageToken" not in rest
    libraries.restore(alice, [photos[4].pk])
    again = told(shop.get(PICKED, sessionId=session["id"]))["mediaItems"]
    assert [item["id"] for item in again] == [photos[i].pk for i in (1, 3, 4)]


@pytest.mark.parametrize("size", [1, 100])
def test_a_page_of_picks_takes_two_statements(
    shop: App, library: Library, size: int
) -> None:
    session = begin(shop)
    finish(session, library.photos(101))
    with CaptureQueriesContext(connection) as queries:
        shop.get(PICKED, sessionId=session["id"], pageSize=size)
    assert len(queries) == 2, queries.captured_queries


@pytest.mark.parametrize("given", ["-1", "-9223372036854775808", "1.5", "x"])
def test_a_page_size_that_is_none_is_refused(shop: App, given: str) -> None:
    session = begin(shop)
    finish(session, [])
    query = {"sessionId": session["id"], "pageSize": given}
    refused(shop.get(PICKED, **query), 400, "INVALID_ARGUMENT")


def test_a_page_token_is_good_for_its_own_session_only(
    shop: App, library: Library
) -> None:
    photos = [library.photo() for _ in range(3)]
    tokens = []
    for _ in range(2):
        session = begin(shop)
        finish(session, photos)
        page = told(shop.get(PICKED, sessionId=session["id"], pageSize=1))
        tokens.append(page["nextPageToken"])
    query = {"sessionId": session["id"], "pageToken": tokens[0]}
    refused(shop.get(PICKED, **query), 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 2000])
def test_every_pick_comes_once_in_the_order_of_picking(
    shop: App, library: Library, count: int
) -> None:
    photos = library.photos(count) if count else []
    session = begin(shop)
    finish(session, photos[::-1])
    ids: list[str] = []
    token: str | None = ""
    while token is not None:
        page = told(
            shop.get(PICKED, sessionId=session["id"], pageSize=100, pageToken=token)
        )
        ids += [item["id"] for item in page.get("mediaItems", [])]
        token = page.get("nextPageToken")
    assert ids == [photo.pk for photo in photos[::-1]]
    if not count:
        assert page == {}


@pytest.mark.parametrize(
    ("given", "expected"), [(None, 50), ("0", 50), ("7", 7), ("100", 100), ("101", 100)]
)
def test_a_page_of_picks_is_as_long_as_the_rules_say(
    shop: App, library: Library, given: str | None, expected: int
) -> None:
    session = begin(shop)
    finish(session, library.photos(110))
    query = {} if given is None else {"pageSize": given}
    page = told(shop.get(PICKED, sessionId=session["id"], **query))
    assert len(page["mediaItems"]) == expected


def test_nobody_else_can_tell_that_a_session_exists(
    shop: App, bobs_shop: App, mallory: App, library: Library, bob: Person
) -> None:
    session = begin(shop)
    finish(session, [library.photo()])
    for other in (bobs_shop, mallory):
        refused(other.get(f"{SESSIONS}/{session['id']}"), 404, "NOT_FOUND")
        refused(other.delete(f"{SESSIONS}/{session['id']}"), 404, "NOT_FOUND")
        refused(other.get(PICKED, sessionId=session["id"]), 404, "NOT_FOUND")
    assert shop.get(f"{SESSIONS}/{session['id']}").status_code == 200


def test_a_session_expires_after_a_week(
    shop: App, issuer: Issuer, library: Library
) -> None:
    session = begin(shop)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        later = App(issuer.token())
        path = f"{SESSIONS}/{session['id']}"
        assert "expired" in refused(later.get(path), 403, "PERMISSION_DENIED")
        refused(later.get(PICKED, sessionId=session["id"]), 403, "PERMISSION_DENIED")
        row = PickingSession.objects.get(pk=session["id"])
        assert row.choose([]) is False
        assert told(later.delete(path)) == {}


def test_polling_runs_out_after_half_an_hour(shop: App, issuer: Issuer) -> None:
    session = begin(shop)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        polled = told(App(issuer.token()).get(f"{SESSIONS}/{session['id']}"))
    assert polled["pollingConfig"]["timeoutIn"] == "0s"


def test_a_finished_session_cannot_be_finished_again(
    shop: App, library: Library
) -> None:
    first, second = library.photo(), library.photo()
    session = begin(shop)
    finish(session, [first])
    row = PickingSession.objects.get(pk=session["id"])
    assert row.choose([second.pk]) is False
    items = told(shop.get(PICKED, sessionId=session["id"]))["mediaItems"]
    assert [item["id"] for item in items] == [first.pk]


def test_the_hundred_and_first_session_is_too_many(shop: App, alice: Person) -> None:
    fill(alice, 100)
    response = shop.post(SESSIONS, {})
    refused(response, 429, "RESOURCE_EXHAUSTED")
    assert response["Retry-After"] == "30"
    PickingSession.objects.first().delete()  # type: ignore[union-attr] # there are 100
    assert shop.post(SESSIONS, {}).status_code == 200


def test_sessions_long_expired_are_tidied_away(shop: App, alice: Person) -> None:
    old = PickingSession.objects.create(
        owner=alice, client_id="x", expire_time=timezone.now() - timedelta(days=2)
    )
    begin(shop)
    assert not PickingSession.objects.filter(pk=old.pk).exists()
