"""Uploads, whole and in pieces, as Google's clients send them."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from photo_cast import EVERYTHING, LIBRARY, App, Issuer, jpeg, refused, told
from pytest_django.fixtures import Settings
from strangers import mp4, photo

from photos_api import uploads
from photos_api.models import Original, Person, Photo, Upload
from photos_api.models.uploads import UploadQuerySet

pytestmark = pytest.mark.django_db
PATH = "/library/v1/uploads"
STEP = uploads.GRANULARITY
LARGE = photo("BMP", (800, 300))  # 720,054 bytes: two pieces and a half
INVALID = "INVALID_ARGUMENT"


@pytest.fixture
def shop(issuer: Issuer, db: None) -> App:
    """The print shop, which may add photos too."""
    return App(issuer.token(scope=EVERYTHING))


class Sending:
    """One resumable upload, as a client sees it."""

    def __init__(self, app: App, size: int | None = len(LARGE), name: str = "") -> None:
        self.app = app
        started = send(app, command="start", size=size, File_Name=name)
        assert (started.status_code, started.content) == (200, b"")
        assert started["X-Goog-Upload-Status"] == "active"
        assert started["X-Goog-Upload-Chunk-Granularity"] == str(STEP)
        address = started["X-Goog-Upload-URL"]
        assert address.startswith("http://localhost:8002/library/v1/uploads?upload_id=")
        self.path = address.removeprefix("http://localhost:8002")

    def send(self, command: str, offset: int | None = None, body: bytes = b"") -> Any:
        """One request."""
        return send(self.app, body, path=self.path, command=command, offset=offset)

    def received(self) -> int:
        """What `query` says."""
        asked = self.send("query")
        assert (asked.status_code, asked["X-Goog-Upload-Status"]) == (200, "active")
        return int(asked["X-Goog-Upload-Size-Received"])


def send(
    app: App,
    body: bytes = b"",
    *,
    path: str = PATH,
    command: str = "",
    offset: int | None = None,
    size: int | None = None,
    **more: str,
) -> Any:
    """POST bytes with the headers of the protocol."""
    headers = {
        "X-Goog-Upload-Protocol": "resumable" if command else "raw",
        "X-Goog-Upload-Command": command,
        "X-Goog-Upload-Offset": "" if offset is None else str(offset),
        "X-Goog-Upload-Raw-Size": "" if size is None else str(size),
        **{f"X-Goog-Upload-{k.replace('_', '-')}": v for k, v in more.items()},
    }
    given: Any = {name: value for name, value in headers.items() if value}
    octets = "application/octet-stream"
    return app.client.post(path, body, content_type=octets, headers=given)


def token(response: Any) -> str:
    """The upload token of an answer."""
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/plain"
    assert response["X-Goog-Upload-Status"] == "final"
    assert response.content
    return str(response.content.decode())


def created(app: App, upload_token: str) -> dict[str, Any]:
    """The media item made of an upload."""
    item = {"simpleMediaItem": {"uploadToken": upload_token}}
    answer = app.post("/library/v1/mediaItems:batchCreate", {"newMediaItems": [item]})
    (result,) = told(answer)["newMediaItemResults"]
    made = result["mediaItem"]
    assert isinstance(made, dict)
    return made


def stored(media: Path) -> list[Path]:
    """The files of uploads that are not finished."""
    return [path for path in (media / "uploads").rglob("*") if path.is_file()]


# The whole file at once


def test_bytes_become_a_token_and_the_token_a_photo(shop: App) -> None:
    content = jpeg(orientation=6, gps=True)
    item = created(shop, token(send(shop, content, File_Name="first.jpg")))
    assert item["filename"] == "first.jpg"
    assert item["mimeType"] == "image/jpeg"
    metadata = item["mediaMetadata"]
    assert (metadata["width"], metadata["height"]) == ("48", "64")
    assert metadata["creationTime"] == "2026-01-02T03:04:05Z"
    original = Photo.objects.get(pk=item["id"]).original
    assert (original.has_location, original.byte_size) == (True, len(content))


def test_a_client_may_say_nothing_about_what_it_sends(shop: App) -> None:
    answer = shop.client.post(PATH, jpeg(), content_type="")
    assert created(shop, token(answer))["filename"] == "photo.jpg"


def test_without_a_date_in_the_file_there_is_no_capture_date(shop: App) -> None:
    item = created(shop, token(send(shop, photo("BMP"))))
    made = Photo.objects.get(pk=item["id"])
    assert not made.has_capture_date
    assert timezone.now() - made.creation_time < timedelta(minutes=1)


@pytest.mark.parametrize("declared", ["image/jpeg", "video/mp4", "text/html"])
def test_what_a_file_is_called_does_not_change_what_it_is(
    shop: App, declared: str
) -> None:
    answer = send(shop, photo("PNG"), Content_Type=declared, File_Name="page.html")
    assert created(shop, token(answer))["mimeType"] == "image/png"
    page = b"<html><script>alert(1)</script></html>" * 9
    sentence = refused(
        send(shop, page, Content_Type=declared, File_Name="a.jpg"),
        400,
        "INVALID_ARGUMENT",
    )
    assert "JPEG, PNG, GIF, WebP" in sentence
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a.jpg", "a.jpg"),
        ("caf%C3%A9.jpg", "café.jpg"),
        ("café.jpg".encode().decode("latin-1"), "café.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\b.jpg", "b.jpg"),
        ("a%00%0Ab.jpg", "ab.jpg"),
        ("x" * 400, "x" * 255),
        ("..", "photo.jpg"),
        ("/", "photo.jpg"),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_be_shown(
    shop: App, sent: str, kept: str
) -> None:
    answer = send(shop, jpeg(), File_Name=sent)
    assert created(shop, token(answer))["filename"] == kept


# In pieces


def test_a_file_in_pieces_is_the_file(shop: App, media: Path) -> None:
    """Step by step as Google's Java client does it, asking after each one."""
    sending = Sending(shop, name="large.bmp")
    for start in range(0, len(LARGE), STEP):
        assert sending.received() == start
        piece = LARGE[start : start + STEP]
        last = start + STEP >= len(LARGE)
        answer = sending.send("upload,finalize" if last else "upload", start, piece)
        assert answer.status_code == 200
    asked = sending.send("query")
    assert asked["X-Goog-Upload-Status"] == "final"
    assert asked["X-Goog-Upload-Size-Received"] == str(len(LARGE))
    item = created(shop, token(answer))
    assert item["filename"] == "large.bmp"
    original = Photo.objects.get(pk=item["id"]).original
    name = f"originals/{original.sha256[:2]}/{original.sha256}"
    assert (media / name).read_bytes() == LARGE
    assert stored(media) == []


@pytest.mark.parametrize(
    ("size", "last"),
    [
        (len(LARGE), ["upload", "finalize"]),
        (len(LARGE), ["Upload ,FINALIZE"]),
        (len(LARGE), ["finalize, upload"]),
        (None, ["upload, finalize"]),
    ],
)
def test_the_end_can_be_said_in_several_ways(
    shop: App, size: int | None, last: list[str]
) -> None:
    sending = Sending(shop, size)
    sending.send("upload", 0, LARGE[: 2 * STEP])
    for command in last:
        answer = sending.send(command, 2 * STEP, LARGE[2 * STEP :])
    first = token(answer)
    # An answer may be lost: asked again, it is the same.
    for command in ("finalize", "upload, finalize", "query"):
        assert token(sending.send(command, 2 * STEP, LARGE[2 * STEP :])) == first
    assert Original.objects.count() == 1


@pytest.mark.parametrize("offset", [0, 1, STEP - 1, STEP + 1, 2 * STEP, 10**14])
def test_a_piece_that_does_not_follow_is_refused_with_what_is_there(
    shop: App, offset: int, media: Path
) -> None:
    sending = Sending(shop)
    sending.send("upload", 0, LARGE[:STEP])
    answer = sending.send("upload", offset, LARGE[STEP : 2 * STEP])
    assert f"{STEP} bytes are here" in refused(answer, 400, "FAILED_PRECONDITION")
    assert answer["X-Goog-Upload-Status"] == "active"
    assert answer["X-Goog-Upload-Size-Received"] == str(STEP)
    assert len(stored(media)) == 1
    assert token(sending.send("upload, finalize", STEP, LARGE[STEP:]))


def test_pieces_have_a_grain(shop: App) -> None:
    sending = Sending(shop)
    answer = sending.send("upload", 0, LARGE[: STEP + 1])
    assert f"multiple of {STEP}" in refused(answer, 400, INVALID)
    assert sending.received() == 0
    huge = Upload(announced_size=2000 * 1024**2)
    assert uploads.granularity(huge) == 4 * STEP


def test_more_or_less_than_announced_is_refused(shop: App, media: Path) -> None:
    sending = Sending(shop)
    sending.send("upload", 0, LARGE[:STEP])
    sentence = f"{len(LARGE)} bytes were announced"
    for command in ("finalize", "upload, finalize"):
        answer = sending.send(command, STEP)
        assert sentence in refused(answer, 400, "FAILED_PRECONDITION")
        assert answer["X-Goog-Upload-Size-Received"] == str(STEP)
    answer = sending.send("upload, finalize", STEP, LARGE[STEP:] + b"!")
    assert sentence in refused(answer, 400, INVALID)
    assert sending.received() == STEP
    assert len(stored(media)) == 1
    assert token(sending.send("upload, finalize", STEP, LARGE[STEP:]))


def test_what_is_no_photo_is_refused_with_its_first_piece(
    shop: App, media: Path
) -> None:
    sending = Sending(shop)
    answer = sending.send("upload", 0, b"MZ" + bytes(STEP - 2))
    assert "not a photo or video" in refused(answer, 400, INVALID)
    assert stored(media) == []


def test_a_damaged_file_ends_its_upload(shop: App, media: Path) -> None:
    sending = Sending(shop, 1000)
    answer = sending.send("upload, finalize", 0, LARGE[:1000])
    assert "cannot be decoded" in refused(answer, 400, INVALID)
    assert answer["X-Goog-Upload-Status"] == "cancelled"
    assert refused(sending.send("query"), 404, "NOT_FOUND")
    assert stored(media) == []


def test_a_cancelled_upload_leaves_nothing(shop: App, media: Path) -> None:
    sending = Sending(shop)
    sending.send("upload", 0, LARGE[:STEP])
    answer = sending.send("cancel")
    assert answer["X-Goog-Upload-Status"] == "cancelled"
    assert stored(media) == []
    for command in ("query", "upload", "finalize", "cancel"):
        assert refused(sending.send(command, STEP), 404, "NOT_FOUND")


def test_a_finished_upload_that_is_cancelled_takes_its_file_along(
    shop: App, media: Path
) -> None:
    sending = Sending(shop)
    assert token(sending.send("upload, finalize", 0, LARGE))
    sending.send("cancel")
    assert Original.objects.count() == 0
    assert not [path for path in media.rglob("*") if path.is_file()]


class Killed(BaseException):
    """As if the process had ended there."""


def test_a_piece_that_was_stored_but_not_counted_can_be_sent_again(
    shop: App, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Sending(shop)
    with monkeypatch.context() as death:

        def die(*args: object) -> None:
            raise Killed

        death.setattr(UploadQuerySet, "arrived", die)
        with pytest.raises(Killed):
            sending.send("upload", 0, b"BM" + bytes(STEP - 2))
    assert sending.received() == 0
    assert token(sending.send("upload, finalize", 0, LARGE))
    assert Original.objects.get().byte_size == len(LARGE)
    assert stored(media) == []


def test_an_end_that_was_not_recorded_can_be_said_again(
    shop: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Sending(shop)
    with monkeypatch.context() as death:

        def die(*args: object) -> None:
            raise Killed

        death.setattr(UploadQuerySet, "finalized", die)
        with pytest.raises(Killed):
            sending.send("upload, finalize", 0, LARGE)
    assert sending.received() == len(LARGE)
    item = created(shop, token(sending.send("finalize")))
    assert item["mediaMetadata"]["width"] == "800"


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
            call_command("worker", "--batch", verbosity=0)
        assert Upload.objects.count() == uploads_left
    assert unused
    left = {path for path in media.rglob("*") if path.is_file()}
    gone = sorted(path.relative_to(media).parts[0] for path in files - left)
    assert gone == ["originals", "uploads"]
    assert Original.objects.get().mime_type == "image/jpeg"
    assert stored(media) == []
