"""Whatever is sent to any endpoint: a 4xx with a reason, never a 500."""

import io
from typing import Any

import pytest
from photo_cast import App, Library, refused, told

from photos_api.models import PickingSession

pytestmark = pytest.mark.django_db
ITEMS, ALBUMS = "/library/v1/mediaItems", "/library/v1/albums"
SESSIONS, PICKED = "/picker/v1/sessions", "/picker/v1/mediaItems"
SEARCH = f"{ITEMS}:search"


@pytest.mark.parametrize("path", [ITEMS, ALBUMS, f"{PICKED}?sessionId=x&"])
@pytest.mark.parametrize(
    "query",
    [
        "pageSize=-1",
        "pageSize=abc",
        "pageSize=",
        "pageSize=1.5",
        "pageSize=1e3",
        "pageSize=%00",
        "pageSize=99999999999999999999999",
        "pageSize=%D9%A1",
        "pageSize=1&pageSize=2",
        "pageSize=1&page_size=2",
        "pageSize[]=1",
        "pageToken=%00",
        "pageToken=a&pageToken=b",
        "pageToken=" + "x" * 3000,
        "pageToken=%FF%FE",
        "pageToken=W10.x",
        "unknown=1",
        "unknown=1&unknown=2",
        "x" * 9000 + "=1",
    ],
)
def test_a_list_refuses_a_query_it_does_not_understand(
    shop: App, library: Library, path: str, query: str
) -> None:
    session = told(shop.post(SESSIONS, {}))["id"]
    assert PickingSession.objects.get().choose([])
    library.photos(3, by="printshop")
    address = path.replace("sessionId=x", f"sessionId={session}")
    response = shop.client.get(f"{address}{'' if '?' in address else '?'}{query}")
    refused(response, 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "sessionId=",
        "sessionId=a&sessionId=b",
        "sessionId=" + "x" * 500,
        "sessionId=%00",
        "sessionid=x",
        "session_id=",
    ],
)
def test_picked_items_need_one_session(shop: App, query: str) -> None:
    refused(shop.client.get(f"{PICKED}?{query}"), 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ITEMS}/a%00b", 400),
        (f"{ITEMS}/a.b", 400),
        (f"{ITEMS}/{'x' * 100}", 400),
        (f"{ITEMS}/%20", 400),
        (f"{ITEMS}/%C3%A9", 400),
        (f"{ITEMS}/%FF", 400),
        (f"{ITEMS}/unknown", 404),
        (f"{ALBUMS}/a%00b", 400),
        (f"{ALBUMS}/{'x' * 100}", 400),
        (f"{ALBUMS}/unknown", 404),
        (f"{ITEMS}/unknown?x=1", 400),
        (f"{SESSIONS}/a%00b", 404),
        (f"{SESSIONS}/%FF", 404),
        (f"{SESSIONS}/{'x' * 5000}", 404),
        (f"{SESSIONS}/unknown", 404),
        (f"{SESSIONS}/unknown?x=1", 400),
        (f"{PICKED}?sessionId=unknown", 404),
        (f"{PICKED}?sessionId=%C3%A9", 404),
        ("/bytes/%00=w100", 404),
        ("/bytes/%FF=w100", 404),
        (f"/bytes/{'x' * 9000}=w100", 404),
        ("/bytes/=w100", 404),
        ("/bytes/x?y=1", 400),
    ],
)
def test_an_id_that_cannot_be_is_refused(shop: App, path: str, status: int) -> None:
    response = shop.client.get(path)
    assert response.status_code == status
    assert told(response)["error"]["code"] == status


@pytest.mark.parametrize("path", [SESSIONS, SEARCH])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"null", 400),
        (b"7", 400),
        (b"\xff\xfe", 400),
        (b"\x00", 400),
        (b"[" * 5000, 400),
        (b'{"a":' * 3000, 400),
        (b'{"x": NaN}', 400),
        (b'{"unknown": 1}', 400),
        (b'{"": 1}', 400),
        (b'{"\\ud800": 1}', 400),
        (b'{"filters": {"mediaTypeFilter": {"mediaTypes": ["\\udfff"]}}}', 400),
        (b'{"' + b"x" * 5000 + b'": 1}', 400),
        (b" " * 300_000, 413),
        (b'{"x": "' + b"x" * 300_000 + b'"}', 413),
    ],
)
def test_a_body_that_is_not_what_was_asked_for_is_refused(
    shop: App, path: str, body: bytes, status: int
) -> None:
    response = shop.client.post(path, body, content_type="application/json")
    refused(response, status, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "x",
        "application/json-patch+json",
    ],
)
def test_a_body_of_another_type_is_refused(shop: App, content_type: str) -> None:
    response = shop.client.post(SESSIONS, b"{}", content_type=content_type)
    refused(response, 415, "INVALID_ARGUMENT")


CHUNKED = {"transfer-encoding": "chunked"}


def test_a_body_in_chunks_is_refused_where_nobody_sees_its_end(shop: App) -> None:
    response = shop.client.post(
        SESSIONS, b"", content_type="application/json", headers=CHUNKED
    )
    refused(response, 411, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"pageSize": 2}', "application/json", 200),
        (b"", "application/json", 200),
        (b'{"pageSize": "x"}', "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"pageToken": "' + b"x" * 300_000 + b'"}', "application/json", 413),
        (b"{}", "text/plain", 415),
    ],
)
def test_a_body_in_chunks_is_read_like_any_other(
    shop: App, library: Library, body: bytes, content_type: str, status: int
) -> None:
    library.photos(3, by="printshop")
    environ: dict[str, Any] = {
        "CONTENT_TYPE": content_type,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
    }
    response = shop.client.post(SEARCH, headers=CHUNKED, **environ)
    assert response.status_code == status
    if status == 200:
        assert len(told(response)["mediaItems"]) == (2 if body else 3)
    else:
        refused(response, status, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "body",
    [
        {"pickingConfig": "text"},
        {"pickingConfig": []},
        {"pickingConfig": {"maxItemCount": "-1"}},
        {"pickingConfig": {"maxItemCount": -1}},
        {"pickingConfig": {"maxItemCount": "abc"}},
        {"pickingConfig": {"maxItemCount": 1.5}},
        {"pickingConfig": {"maxItemCount": True}},
        {"pickingConfig": {"maxItemCount": {}}},
        {"pickingConfig": {"maxItemCount": "9" * 30}},
        {"pickingConfig": {"maxItemCount": 10**30}},
        {"pickingConfig": {"maxItemCount": "--5"}},
        {"pickingConfig": {"maxItemCount": "1\0"}},
        {"pickingConfig": {"other": 1}},
        {"pickingConfig": {"maxItemCount": 1, "max_item_count": 2}},
        {"other": 1},
    ],
)
def test_a_session_is_not_opened_for_a_wish_that_makes_no_sense(
    shop: App, body: dict[str, Any]
) -> None:
    response = shop.post(SESSIONS, body)
    refused(response, 400, "INVALID_ARGUMENT")
    (detail,) = told(response)["error"]["details"]
    assert detail["fieldViolations"][0]["field"]
    assert not PickingSession.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "requestId=abc",
        "requestId=",
        "requestId=%00",
        "requestId=" + "1" * 5000,
        "other=1",
        "requestId=8b3f6a52-1111-1111-8111-111111111111",
        "requestId=8b3f6a52-1111-4111-8111-111111111111&requestId=8b3f6a52-1111-4111-8111-111111111112",
    ],
)
def test_a_request_id_is_a_random_uuid(shop: App, query: str) -> None:
    refused(shop.post(f"{SESSIONS}?{query}", {}), 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "body",
    [
        {"albumId": 7.5},
        {"albumId": ["x"]},
        {"albumId": {"x": 1}},
        {"albumId": True},
        {"albumId": "a\0b"},
        {"albumId": "\ud800"},
        {"albumId": "x" * 500},
        {"albumId": "é"},
        {"pageSize": -1},
        {"pageSize": "x"},
        {"pageSize": []},
        {"pageSize": True},
        {"pageToken": 5},
        {"pageToken": ["x"]},
        {"pageToken": "x\0"},
        {"pageToken": "x" * 3000},
        {"filters": "text"},
        {"filters": {"x": 1}},
        {"orderBy": ["x"]},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    shop: App, library: Library, body: dict[str, Any]
) -> None:
    refused(shop.post(SEARCH, body), 400, "INVALID_ARGUMENT")
    refused(shop.post(f"{SEARCH}?albumId=x", {}), 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:8002@evil.example", "", "a b"]
)
def test_another_host_is_refused_in_the_same_shape(shop: App, host: str) -> None:
    refused(shop.client.get(ITEMS, headers={"host": host}), 400, "INVALID_ARGUMENT")
