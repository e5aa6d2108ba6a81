"""Uploads, whole and in pieces, as Google's clients send them."""

from datetime import timedelta
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

import pytest
from django.utils import timezone
from photo_cast import EVERYTHING, App, Issuer, jpeg, refused
from strangers import photo
from uploading import INVALID, LARGE, PATH, STEP, Sending, created, send, stored, token

from photos_api import intake, purge, uploads
from photos_api.models import Original, Photo, Upload
from photos_api.models.uploads import UploadQuerySet

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(issuer: Issuer, db: None) -> App:
    """The print shop, which may add photos too."""
    return App(issuer.token(scope=EVERYTHING))


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


@pytest.mark.parametrize("moment", ["pieces.read", "_original"])
@pytest.mark.parametrize(
    ("other", "status"), [("finalize", 200), ("cancel", 404), ("upload", 400)]
)
def test_another_request_may_come_while_an_upload_is_being_finished(
    shop: App, monkeypatch: pytest.MonkeyPatch, moment: str, other: str, status: int
) -> None:
    """Before its pieces are read, or after: each hears how it is, nothing is lost."""
    sending, content = Sending(shop, size=None), LARGE.ljust(3 * STEP, b"\0")
    sending.send("upload", 0, content)
    more = (3 * STEP, bytes(STEP)) if other == "upload" else ()
    real = attrgetter(moment)(uploads)
    others: list[Any] = []

    def late(given: Any) -> Any:
        meanwhile.undo()
        others.append(sending.send(other, *more))
        return real(given)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(f"photos_api.uploads.{moment}", late)
        answer = sending.send("finalize")
    assert (others[0].status_code, answer.status_code) == (200, status)
    if other == "finalize":
        assert token(answer) == token(others[0])
    if other == "upload":
        item = created(shop, token(sending.send("finalize")))
        assert item["mediaMetadata"]["width"] == "800"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_pieces", [False, True])
@pytest.mark.parametrize(("times", "status"), [(1, 200), (9, 503)])
def test_an_original_that_is_dropped_before_anybody_has_it_is_kept_again(
    shop: App, monkeypatch: pytest.MonkeyPatch, in_pieces: bool, times: int, status: int
) -> None:
    """As when the last photo of these bytes is deleted for good in this moment."""
    receive, left = intake.receive, iter(range(times))

    def dropped(file: IO[bytes]) -> Original:
        original = receive(file)
        if next(left, None) is not None:
            assert purge.drop_if_unused(original.pk)
        return original

    monkeypatch.setattr(intake, "receive", dropped)
    if in_pieces:
        answer = Sending(shop).send("upload, finalize", 0, LARGE)
    else:
        answer = send(shop, LARGE)
    assert answer.status_code == status
    if status == 200:
        assert created(shop, token(answer))["mimeType"] == "image/bmp"
    else:
        assert answer["Retry-After"] == "1"
