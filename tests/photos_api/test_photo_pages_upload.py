"""Adding photos: with the plain form, and piece by piece as the script does."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from photo_cast import App, Library, jpeg

from photos_api.models import Person, Photo, PhotoMonth, Upload

pytestmark = pytest.mark.django_db


def file(content: bytes, name: str = "beach.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def told(response: Any, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.content
    message = json.loads(response.content)
    assert isinstance(message, dict)
    return message


def begin(browser: Client, content: bytes, name: str = "beach.jpg") -> dict[str, Any]:
    form = {"name": name, "size": len(content)}
    return told(browser.post("/upload/begin/", form))


def put(browser: Client, upload: dict[str, Any], offset: object, part: bytes) -> Any:
    return browser.put(
        f"/upload/{upload['id']}/?offset={offset}",
        part,
        content_type="application/octet-stream",
    )


def large(seed: int = 0) -> bytes:
    """A photo of two pieces and a bit."""
    return jpeg(seed=seed) + bytes(2 * 4 * 1024 * 1024)


def test_the_plain_form_takes_many_files(alices: Client, alice: Person) -> None:
    sent = [file(jpeg(seed=n), f"photo {n}.jpg") for n in range(3)]
    response = alices.post("/upload/", {"file": sent}, follow=True)
    assert "3 photos in your library now" in response.content.decode()
    photos = Photo.objects.owned_by(alice)
    assert {photo.filename for photo in photos} == {f"photo {n}.jpg" for n in range(3)}
    assert {photo.created_by_client for photo in photos} == {""}
    assert sum(month.photos for month in PhotoMonth.objects.of(alice)) == 3


def test_what_is_no_photo_is_named_and_the_others_are_added(
    alices: Client, alice: Person
) -> None:
    sent = [file(jpeg()), file(b"hello", "notes<b>.txt")]
    response = alices.post("/upload/", {"file": sent})
    assert response.status_code == 400
    page = response.content.decode()
    assert "1 photo in your library now" in page
    assert "notes&lt;b&gt;.txt: " in page
    assert Photo.objects.owned_by(alice).count() == 1


def test_choosing_nothing_says_so(alices: Client) -> None:
    response = alices.post("/upload/", {})
    assert response.status_code == 400
    assert "You chose no file." in response.content.decode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Alice\\beach.jpg", "beach.jpg"),
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("a\nb\0.jpg", "ab.jpg"),
        ("é" * 300, "é" * 255),
        ("", "photo.jpg"),
        ("/", "photo.jpg"),
    ],
)
def test_a_file_name_is_only_a_name(alices: Client, given: str, kept: str) -> None:
    content = jpeg()
    put(alices, begin(alices, content, given), 0, content)
    assert Photo.objects.get().filename == kept


def test_a_large_file_comes_in_pieces_and_goes_on_where_it_stopped(
    alices: Client, alice: Person
) -> None:
    content = large()
    upload = begin(alices, content)
    piece = upload["piece"]
    assert upload["received"] == 0
    assert told(put(alices, upload, 0, content[:piece]))["received"] == piece
    # The browser lost the answer, asks how much is here, and goes on from there.
    state = told(alices.get(f"/upload/{upload['id']}/"))
    assert state["received"] == piece
    assert "photo" not in state
    assert not Photo.objects.exists()
    told(put(alices, upload, piece, content[piece : 2 * piece]))
    done = told(put(alices, upload, 2 * piece, content[2 * piece :]))
    photo = Photo.objects.owned_by(alice).get()
    assert done["photo"] == f"/photos/{photo.pk}/"
    assert photo.original.byte_size == len(content)
    # The last answer was lost too: asking gives it again, and no second photo.
    assert told(alices.get(f"/upload/{upload['id']}/"))["photo"] == done["photo"]
    assert Photo.objects.count() == 1


def test_asking_again_brings_nothing_back_from_the_bin(
    alices: Client, alice: Person
) -> None:
    content = jpeg()
    upload = begin(alices, content)
    told(put(alices, upload, 0, content))
    alices.post("/photos/discard/", {"photo": Photo.objects.get().pk})
    assert told(alices.get(f"/upload/{upload['id']}/"))["photo"]
    assert not Photo.objects.owned_by(alice).exists()


def test_a_piece_that_came_before_is_not_taken_twice(alices: Client) -> None:
    content = large()
    upload = begin(alices, content)
    piece = upload["piece"]
    told(put(alices, upload, 0, content[:piece]))
    told(put(alices, upload, 0, content[:piece]), 409)
    told(put(alices, upload, 2 * piece, content[2 * piece :]), 409)
    assert told(alices.get(f"/upload/{upload['id']}/"))["received"] == piece


@pytest.mark.parametrize("offset", ["", "-1", "x", "1e3", "٣", "9" * 30])
def test_an_offset_that_is_no_number_is_refused(alices: Client, offset: str) -> None:
    upload = begin(alices, jpeg())
    assert told(put(alices, upload, offset, jpeg()), 400)["error"]


@pytest.mark.parametrize("size", ["", "-1", "many", "9" * 25, str(2**49)])
def test_a_size_that_cannot_be_is_refused(alices: Client, size: str) -> None:
    response = alices.post("/upload/begin/", {"name": "x.jpg", "size": size})
    assert response.status_code in {400, 413}
    assert json.loads(response.content)["error"]
    assert not Upload.objects.exists()


def test_more_than_was_announced_is_refused(alices: Client) -> None:
    upload = begin(alices, jpeg())
    assert "announced" in told(put(alices, upload, 0, jpeg() + b"more"), 400)["error"]
    assert not Photo.objects.exists()


def test_what_is_no_photo_is_refused_with_the_reason(alices: Client) -> None:
    upload = begin(alices, b"<html>hello", "page.jpg")
    problem = told(put(alices, upload, 0, b"<html>hello"), 400)
    assert "not a photo" in problem["error"]
    assert not Photo.objects.exists()


def test_the_same_photo_twice_is_one_photo(alices: Client, library: Library) -> None:
    content = jpeg(seed=5)
    first = told(put(alices, begin(alices, content), 0, content))
    again = told(put(alices, begin(alices, content), 0, content))
    assert first["photo"] == again["photo"]
    assert Photo.objects.count() == 1


def test_nobody_else_sees_or_feeds_an_upload(
    alices: Client, bobs: Client, alice: Person, shop: App
) -> None:
    content = jpeg()
    upload = begin(alices, content)
    address = f"/upload/{upload['id']}/"
    assert told(bobs.get(address), 404) == told(bobs.get("/upload/unknown/"), 404)
    told(put(bobs, upload, 0, content), 404)
    told(bobs.delete(address), 404)
    # Nor can an app of hers name it, nor the pages what an app uploads.
    assert Upload.objects.get().received_size == 0
    theirs = Upload.objects.create(owner=alice, client_id="printshop")
    told(alices.get(f"/upload/{theirs.pk}/"), 404)
    told(put(alices, upload, 0, content))


def test_an_upload_can_be_given_up(alices: Client) -> None:
    upload = begin(alices, jpeg())
    told(alices.delete(f"/upload/{upload['id']}/"))
    told(alices.get(f"/upload/{upload['id']}/"), 404)
    assert not Upload.objects.exists()


def test_without_a_session_the_script_is_told_so_and_not_sent_away(db: None) -> None:
    browser = Client()
    form = {"name": "x", "size": "1"}
    assert told(browser.post("/upload/begin/", form), 401)["error"]
    assert told(put(browser, {"id": "x"}, 0, b"x"), 401)["error"]


def test_an_access_token_is_no_session(shop: App) -> None:
    response = shop.client.post("/upload/begin/", {"name": "x", "size": "1"})
    told(response, 401)


def test_other_sites_cannot_upload_for_her(alice: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    content = jpeg()
    form = {"name": "x.jpg", "size": len(content)}
    assert strict.post("/upload/begin/", form).status_code == 403
    upload = Upload.objects.create(owner=alice, announced_size=len(content))
    assert put(strict, {"id": upload.pk}, 0, content).status_code == 403
    assert strict.post("/upload/", {"file": file(content)}).status_code == 403
    assert not Photo.objects.exists()
    strict.get("/upload/")
    token = strict.cookies["photos_api_csrf"].value
    begun = strict.post("/upload/begin/", form, headers={"x-csrftoken": token})
    assert told(begun)["received"] == 0
