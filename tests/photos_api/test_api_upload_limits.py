"""Uploads: how much, whose, how they are asked for and how long they are kept."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from photo_cast import EVERYTHING, LIBRARY, App, Issuer, jpeg, refused, told
from pytest_django.fixtures import Settings
from strangers import mp4, photo
from uploading import INVALID, LARGE, PATH, STEP, Sending, created, send, stored, token

from photos_api import uploads
from photos_api.management.commands import worker
from photos_api.models import Original, Person, Photo, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(issuer: Issuer, db: None) -> App:
    """The print shop, which may add photos too."""
    return App(issuer.token(scope=EVERYTHING))


# How much


@pytest.mark.parametrize("in_pieces", [True, False])
@pytest.mark.parametrize(
    ("content", "kind"),
    [(LARGE, "PHOTO"), (mp4(), "VIDEO")],
    ids=["photo", "video"],
)
def test_a_file_may_be_so_large_and_no_larger(
    shop: App, settings: Settings, content: bytes, kind: str, in_pieces: bool
) -> None:
    for limit, status in ((len(content), 200), (len(content) - 1, 413)):
        setattr(settings, f"LARGEST_{kind}", limit)
        if in_pieces:
            sending = Sending(shop, len(content))
            answer = sending.send("upload, finalize", 0, content)
        else:
            answer = send(shop, content)
        assert answer.status_code == status
    sentence = refused(answer, 413, INVALID)
    assert f"{kind.lower()}s of {len(content) - 1} bytes" in sentence


def test_a_file_that_no_kind_allows_is_refused_at_the_start(
    shop: App, settings: Settings
) -> None:
    most = max(settings.LARGEST_PHOTO, settings.LARGEST_VIDEO)
    refused(send(shop, command="start", size=most + 1), 413, INVALID)
    assert Upload.objects.count() == 0


def test_there_is_so_much_room_for_what_waits(
    shop: App, settings: Settings, mallory: App
) -> None:
    settings.UPLOAD_ROOM = 2 * len(LARGE) + 1
    waiting = token(send(shop, LARGE))
    Sending(shop, len(LARGE))
    answer = send(shop, command="start", size=2)
    refused(answer, 429, "RESOURCE_EXHAUSTED")
    assert answer["Retry-After"] == "3600"
    refused(send(shop, photo("PNG")), 429, "RESOURCE_EXHAUSTED")
    # Not announced, it is counted as it comes.
    unannounced = Sending(shop, None)
    refused(unannounced.send("upload", 0, LARGE[:STEP]), 429, "RESOURCE_EXHAUSTED")
    # What became a photo makes room.
    created(shop, waiting)
    assert token(send(shop, jpeg()))


def test_many_uploads_that_nobody_finishes_are_too_many(
    shop: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_UNFINISHED", 2)
    Sending(shop)
    Sending(shop)
    refused(send(shop, command="start", size=1), 429, "RESOURCE_EXHAUSTED")


# Whose


def test_an_upload_is_nothing_to_anybody_else(
    shop: App, issuer: Issuer, bob: Person
) -> None:
    sending = Sending(shop)
    sending.send("upload", 0, LARGE[:STEP])
    others = [
        issuer.token(client_id="mallory", scope=EVERYTHING),
        issuer.token(sub=bob.sub, scope=EVERYTHING),
        issuer.token(sub="a stranger", scope=EVERYTHING),
    ]
    for stolen in others:
        sending.app = App(stolen)
        for command in ("query", "upload", "upload, finalize", "finalize", "cancel"):
            answer = sending.send(command, STEP, LARGE[STEP:])
            known = refused(answer, 404, "NOT_FOUND")
            sent = send(App(stolen), path=f"{PATH}?upload_id=none", command=command)
            assert refused(sent, 404, "NOT_FOUND") == known
    sending.app = shop
    upload_token = token(sending.send("upload, finalize", STEP, LARGE[STEP:]))
    for stolen in others:
        item = {"simpleMediaItem": {"uploadToken": upload_token}}
        path = "/library/v1/mediaItems:batchCreate"
        answer = told(App(stolen).post(path, {"newMediaItems": [item]}))
        (result,) = answer["newMediaItemResults"]
        assert "mediaItem" not in result
        assert result["status"]["code"] == 3
    assert Photo.objects.count() == 0
    assert created(shop, upload_token)


def test_only_who_may_add_may_upload(issuer: Issuer, alice: Person) -> None:
    refused(send(App(issuer.token(scope=LIBRARY)), jpeg()), 403, "PERMISSION_DENIED")
    browser = Client()
    browser.force_login(alice)
    octets = "application/octet-stream"
    refused(browser.post(PATH, jpeg(), octets), 401, "UNAUTHENTICATED")


# How it is asked


@pytest.mark.parametrize(
    "headers",
    [
        {"Command": "upload", "Offset": "-1"},
        {"Command": "upload", "Offset": "\u0663"},
        {"Command": "upload", "Offset": "1e3"},
        {"Command": "upload", "Offset": "9" * 16},
        {"Command": "upload"},
        {"Command": "explode", "Offset": "0"},
        {"Command": ""},
        {"Command": "start,upload"},
    ],
)
def test_commands_that_make_no_sense_are_refused(
    shop: App, headers: dict[str, str]
) -> None:
    path = Sending(shop).path
    given = {f"X-Goog-Upload-{name}": value for name, value in headers.items()}
    answer = shop.client.post(path, LARGE, content_type="image/bmp", headers=given)
    refused(answer, 400, INVALID)
    assert Upload.objects.get().received_size == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Goog-Upload-Protocol": "multipart"},
        {"X-Goog-Upload-Protocol": "resumable"},
        {"X-Goog-Upload-Command": "upload"},
        {"X-Goog-Upload-Command": "start", "X-Goog-Upload-Raw-Size": "many"},
        {"X-Goog-Upload-Command": "start", "X-Goog-Upload-Raw-Size": "-5"},
    ],
)
def test_beginnings_that_make_no_sense_are_refused(
    shop: App, headers: dict[str, str]
) -> None:
    answer = shop.client.post(PATH, jpeg(), content_type="image/jpeg", headers=headers)
    refused(answer, 400, INVALID)
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("upload_id", ["x", "x" * 65, "%00", "%F0%9F%93%B7", "../etc"])
def test_ids_that_never_were_are_refused(shop: App, upload_id: str) -> None:
    answer = send(shop, path=f"{PATH}?upload_id={upload_id}", command="query")
    assert answer.status_code in {400, 404}


@pytest.mark.parametrize(
    "form", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_form_is_not_a_file(shop: App, form: str) -> None:
    refused(shop.client.generic("POST", PATH, b"a=b", form), 415, INVALID)


@pytest.mark.parametrize("content", [b"", b"\xff", b"\xff\xd8\xff"])
def test_nothing_is_no_photo(shop: App, content: bytes) -> None:
    refused(send(shop, content), 400, INVALID)
    sending = Sending(shop, len(content))
    refused(sending.send("upload, finalize", 0, content), 400, INVALID)


def chunked(content: bytes, *, ends: bool) -> dict[str, Any]:
    """What a server hands over for a body in chunks."""
    stream = {"wsgi.input": io.BytesIO(content), "HTTP_TRANSFER_ENCODING": "chunked"}
    return {"CONTENT_LENGTH": "", **stream, "wsgi.input_terminated": ends}


@pytest.mark.spec("RFC 9112 §7.1")
def test_a_body_in_chunks_is_read_where_its_end_can_be_seen(shop: App) -> None:
    octets = "application/octet-stream"
    body = chunked(jpeg(), ends=True)
    assert token(shop.client.post(PATH, content_type=octets, **body))
    body = chunked(jpeg(), ends=False)
    refused(shop.client.post(PATH, content_type=octets, **body), 411, INVALID)


def test_the_last_piece_in_chunks_needs_a_size_to_compare_with(shop: App) -> None:
    headers: Any = {
        "X-Goog-Upload-Command": "upload, finalize",
        "X-Goog-Upload-Offset": "0",
    }
    for size, status in ((None, 411), (len(LARGE) + 1, 400), (len(LARGE), 200)):
        path = Sending(shop, size).path
        body = chunked(LARGE, ends=True)
        answer = shop.client.post(path, content_type="", headers=headers, **body)
        assert answer.status_code == status


# How long


def test_an_upload_is_forgotten_after_a_day(
    shop: App, issuer: Issuer, media: Path
) -> None:
    begun = Sending(shop)
    begun.send("upload", 0, LARGE[:STEP])
    unused = token(send(shop, photo("PNG")))
    used = token(send(shop, jpeg()))
    created(shop, used)
    files = {path for path in media.rglob("*") if path.is_file()}
    for hours, uploads_left in ((23.9, 3), (24.5, 3), (25.1, 0)):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            status = 200 if hours < 24 else 404
            begun.app = App(issuer.token(scope=EVERYTHING))
            assert begun.send("query").status_code == status
            worker.Command().reconcile()
        assert Upload.objects.count() == uploads_left
    assert unused
    left = {path for path in media.rglob("*") if path.is_file()}
    gone = sorted(path.relative_to(media).parts[0] for path in files - left)
    assert gone == ["originals", "uploads"]
    assert Original.objects.get().mime_type == "image/jpeg"
    assert stored(media) == []
