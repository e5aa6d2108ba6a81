"""Google's own Python client, unmodified, that knows nothing of us but one address."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from google.oauth2.credentials import Credentials
from google_cast import FILL, PICK, SEARCHES, created, day, service
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]
from photo_cast import ALICE, Issuer
from photo_server import Server, running
from PIL import Image

BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer
) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("google"), issuer) as server:
        yield server
        assert server.was_quiet()


@pytest.fixture(scope="module")
def ids(server: Server) -> dict[str, list[str]]:
    """What is in Alice's library from the beginning."""
    found = server.run(FILL.format(iss=server.issuer_url, sub=ALICE))
    assert isinstance(found, dict)
    return found


@pytest.fixture
def library(server: Server) -> Iterator[Any]:
    """The Library API for an app that filled a library."""
    with service(server, "photoslibrary", client_id="reader") as made:
        yield made


@pytest.fixture
def writer(server: Server) -> Iterator[Any]:
    """The Library API for an app that has put nothing there yet."""
    with service(server, "photoslibrary", client_id="writer") as made:
        yield made


@pytest.fixture
def picker(server: Server) -> Iterator[Any]:
    """The Picker API."""
    with service(server, "photospicker") as made:
        yield made


def test_one_address_will_do_for_both_apis(server: Server) -> None:
    for api, resource in (("photoslibrary", "albums"), ("photospicker", "sessions")):
        made = build(
            api,
            "v1",
            credentials=Credentials(server.token()),  # type: ignore[no-untyped-call]
            discoveryServiceUrl=f"{server.url}/discovery/v1/apis/"
            "{api}/{apiVersion}/rest",
            cache_discovery=False,
        )
        with made:
            assert hasattr(made, resource)


def test_it_pages_through_a_thousand_items(
    library: Any, ids: dict[str, list[str]]
) -> None:
    found: list[str] = []
    request = library.mediaItems().list(
        pageSize=100, fields="nextPageToken,mediaItems(id)"
    )
    pages = 0
    while request is not None:
        page = request.execute()
        assert all(set(item) == {"id"} for item in page.get("mediaItems", []))
        found += [item["id"] for item in page.get("mediaItems", [])]
        request = library.mediaItems().list_next(request, page)
        pages += 1
    wanted = {pk for name, some in ids.items() if name != "others" for pk in some}
    assert (len(found), set(found), pages) == (len(wanted), wanted, 11)
    assert found[:1000] == list(reversed(ids["plain"]))


def test_fifty_ids_are_too_long_for_a_url_and_arrive_all_the_same(
    server: Server, library: Any, ids: dict[str, list[str]]
) -> None:
    wanted = [*ids["plain"][:48], ids["others"][0], ids["film"][0]]
    answer = library.mediaItems().batchGet(mediaItemIds=wanted).execute()
    results = answer["mediaItemResults"]
    found = [one.get("mediaItem", {}).get("id") for one in results]
    assert found == [*wanted[:48], None, wanted[49]]
    assert results[48]["status"]["code"] == 5  # google.rpc's number, not HTTP's
    assert "POST /library/v1/mediaItems:batchGet 200" in server.log.read_text()


@pytest.mark.parametrize(("filters", "found"), SEARCHES)
def test_it_searches_with_every_filter(
    library: Any, ids: dict[str, list[str]], filters: object, found: list[str]
) -> None:
    answer = library.mediaItems().search(body={"filters": filters}).execute()
    wanted = {pk for name in found for pk in ids[name]}
    assert {item["id"] for item in answer.get("mediaItems", [])} == wanted


def test_it_searches_in_the_order_it_likes_page_by_page(
    library: Any, ids: dict[str, list[str]]
) -> None:
    dates = {"dates": [day(2024, 0, 0), day(2023, 0, 0)]}
    body: dict[str, Any] = {
        "filters": {"dateFilter": dates},
        "orderBy": "MediaMetadata.creation_time",
        "pageSize": 3,
    }
    found = []
    while True:
        page = library.mediaItems().search(body=body).execute()
        found += [item["id"] for item in page["mediaItems"]]
        if "nextPageToken" not in page:
            break
        body["pageToken"] = page["nextPageToken"]
    assert found == [*ids["liked"], *ids["film"], *ids["pets"]]


def test_it_makes_an_album_of_what_it_uploads(server: Server, writer: Any) -> None:
    body: dict[str, Any] = {"album": {"title": "Sea"}}
    album = writer.albums().create(body=body).execute()
    items = created(server, writer, 3, albumId=album["id"])
    inside = writer.mediaItems().search(body={"albumId": album["id"]}).execute()
    assert [one["id"] for one in inside["mediaItems"]] == [one["id"] for one in items]

    text = {"textEnrichment": {"text": "The first day"}}
    where = {"position": "FIRST_IN_ALBUM"}
    body = {"newEnrichmentItem": text, "albumPosition": where}
    added = writer.albums().addEnrichment(albumId=album["id"], body=body).execute()
    assert added["enrichmentItem"]["id"]

    first = {"mediaItemIds": [items[0]["id"]]}
    albums = writer.albums()
    assert albums.batchRemoveMediaItems(albumId=album["id"], body=first).execute() == {}
    assert albums.batchAddMediaItems(albumId=album["id"], body=first).execute() == {}
    changed = albums.patch(
        id=album["id"],
        updateMask="title,coverPhotoMediaItemId",
        body={"title": "The sea", "coverPhotoMediaItemId": items[1]["id"]},
    ).execute()
    assert changed == albums.get(albumId=album["id"]).execute()
    assert (changed["title"], changed["mediaItemsCount"]) == ("The sea", "3")
    assert changed["coverPhotoMediaItemId"] == items[1]["id"]
    listed = albums.list(excludeNonAppCreatedData=True).execute()["albums"]
    assert [one["title"] for one in listed] == ["The sea"]


def test_it_describes_a_photo_and_fetches_its_bytes(
    server: Server, writer: Any
) -> None:
    [item] = created(server, writer, 1)
    patched = writer.mediaItems().patch(
        id=item["id"], updateMask="description", body={**item, "description": "Blue"}
    )
    assert patched.execute()["description"] == "Blue"
    told = writer.mediaItems().get(mediaItemId=item["id"]).execute()
    assert (told["description"], told["filename"]) == ("Blue", "sea-0.jpg")
    assert told["mediaMetadata"]["photo"]["cameraMake"] == "Alma"

    small = requests.get(f"{told['baseUrl']}=w32-h32-c", timeout=30)
    assert Image.open(io.BytesIO(small.content)).size == (32, 32)
    original = requests.get(f"{told['baseUrl']}=d", timeout=30)
    assert Image.open(io.BytesIO(original.content)).size == (64, 48)


def test_ids_go_into_addresses_as_they_are(
    server: Server, writer: Any, picker: Any
) -> None:
    album = writer.albums().create(body={"album": {"title": "Ids"}}).execute()
    [item] = created(server, writer, 1, albumId=album["id"])
    text = {"textEnrichment": {"text": "Here"}}
    where = {"position": "AFTER_MEDIA_ITEM", "relativeMediaItemId": item["id"]}
    body = {"newEnrichmentItem": text, "albumPosition": where}
    added = writer.albums().addEnrichment(albumId=album["id"], body=body).execute()
    session = picker.sessions().create(body={}).execute()
    for one in (album, item, added["enrichmentItem"], session):
        assert re.fullmatch("[A-Za-z0-9_-]+", one["id"]), one
    picker.sessions().delete(sessionId=session["id"]).execute()


def test_the_pickers_four_calls(
    server: Server, picker: Any, ids: dict[str, list[str]]
) -> None:
    config = {"pickingConfig": {"maxItemCount": "5"}}
    request_id = "0b5b4a6e-3c0e-4b5a-9d59-1d1f4f9b0c11"
    session = picker.sessions().create(body=config, requestId=request_id).execute()
    assert session["pickingConfig"] == {"maxItemCount": "5"}
    assert session["pollingConfig"]["pollInterval"] == "5s"
    with pytest.raises(HttpError) as refused:
        picker.mediaItems().list(sessionId=session["id"]).execute()
    assert refused.value.status_code == 400
    assert refused.value.reason == "The user has not finished picking media items."

    picks = [ids["others"][0], *ids["film"], ids["plain"][0]]
    assert server.run(PICK.format(session=session["id"], photos=picks)) is True
    done = picker.sessions().get(sessionId=session["id"]).execute()
    assert (done["mediaItemsSet"], "pollingConfig" in done) == (True, False)
    request = picker.mediaItems().list(sessionId=session["id"], pageSize=2)
    found = []
    while request is not None:
        page = request.execute()
        found += page["mediaItems"]
        request = picker.mediaItems().list_next(request, page)
    assert [one["id"] for one in found] == picks
    assert [one["type"] for one in found] == ["PHOTO", "VIDEO", "PHOTO"]

    assert picker.sessions().delete(sessionId=session["id"]).execute() == {}
    with pytest.raises(HttpError) as refused:
        picker.sessions().get(sessionId=session["id"]).execute()
    assert (refused.value.status_code, refused.value.reason) == (
        404,
        "Session not found.",
    )


def test_it_reads_what_was_wrong_as_it_reads_it_from_google(library: Any) -> None:
    with pytest.raises(HttpError) as refused:
        library.mediaItems().batchGet(mediaItemIds=["good", "not%good"]).execute()
    error = refused.value
    assert error.status_code == 400
    assert error.reason == "Request contains an invalid media item id."
    [detail] = error.error_details
    assert detail["@type"] == BAD_REQUEST
    [violation] = detail["fieldViolations"]
    assert violation["field"] == "mediaItemIds.1"
    assert "not%good" in violation["description"]


def test_a_missing_scope_is_said_in_googles_words(server: Server) -> None:
    adding = service(server, "photoslibrary", scope="photoslibrary.appendonly")
    with adding, pytest.raises(HttpError) as refused:
        adding.mediaItems().list().execute()
    assert refused.value.status_code == 403
    assert refused.value.reason == "Request had insufficient authentication scopes."


def test_sharing_is_there_and_refused(writer: Any) -> None:
    with pytest.raises(HttpError) as refused:
        writer.albums().share(albumId="any", body={}).execute()
    assert refused.value.status_code == 403
    with pytest.raises(HttpError) as refused:
        writer.sharedAlbums().list().execute()
    assert refused.value.status_code == 403


def test_an_id_with_a_slash_is_stopped_before_it_is_sent(library: Any) -> None:
    with pytest.raises(TypeError, match="does not match the pattern"):
        library.mediaItems().get(mediaItemId="a/b")


def test_batches_are_refused_with_a_reason(library: Any) -> None:
    batch = library.new_batch_http_request()
    batch.add(library.mediaItems().list())
    with pytest.raises(HttpError) as refused:
        batch.execute()
    assert refused.value.status_code == 404
    assert "Batch requests are not supported" in refused.value.reason
