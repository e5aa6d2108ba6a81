"""How files leave: by the gateway, from here, out of another storage."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import strangers
from django.test import Client
from photo_cast import AUDIENCE, App, Library, jpeg, refused, told
from PIL import Image

from photos_api import renditions
from photos_api.base_urls import BaseURL
from photos_api.models import Original, Person, Photo, PickingSession
from photos_api.models import Rendition as Row

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def get(photo: Photo, wish: str, **headers: str) -> Any:
    url = str(BaseURL("library", photo.pk, "printshop")).removeprefix(AUDIENCE)
    return Client().get(f"{url}={wish}", headers=headers)


def body(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response)


@pytest.fixture
def gateway(settings: Any) -> None:
    """There is one that can read the media folder."""
    settings.ACCEL_REDIRECT = "/media/"


@pytest.mark.parametrize(
    ("called", "saved"),
    [
        ("a.jpg", "a.jpg"),
        ("B.JPEG", "B.JPEG"),
        ("a.html", "a.html.jpg"),
        ("a.jpg.svg", "a.jpg.svg.jpg"),
        ("a.hta", "a.hta.jpg"),
        ("a.png", "a.png.jpg"),
        ("a.exe.", "a.exe..jpg"),
        ("a.lnk ", "a.lnk .jpg"),
        ("jpg", "jpg.jpg"),
    ],
)
def test_a_picture_is_saved_under_a_name_of_its_kind(
    library: Library, alices: Client, called: str, saved: str
) -> None:
    """Whatever an app called it: the system opens a file by the end of its name."""
    photo = library.photo()
    Photo.objects.filter(pk=photo.pk).update(filename=called)
    own = f"/photos/{photo.pk}/original/"
    for response in (get(photo, "d"), alices.get(own)):
        assert response.status_code == 200
        disposition = f'attachment; filename="{saved}"'
        assert response["Content-Disposition"] == disposition


# The gateway


def test_the_gateway_is_told_which_file_and_gets_our_headers(
    gateway: None, library: Library, media: Path
) -> None:
    photo = library.photo(content=jpeg(size=(600, 400), gps=True))
    for wish, kind in (("w100", "image/jpeg"), ("d", "image/jpeg")):
        response = get(photo, wish)
        assert (response.status_code, response.content) == (200, b"")
        assert response["Content-Type"] == kind
        assert response["ETag"] == f'"{photo.original_id}={wish}"'
        assert response["Cache-Control"].startswith("private, max-age=3")
        path = response["X-Accel-Redirect"].removeprefix("/media/")
        sent = Image.open(io.BytesIO((media / path).read_bytes()))
    assert 'filename="photo-1.jpg"' in response["Content-Disposition"]
    assert not sent.getexif().get_ifd(0x8825)


def test_the_gateway_sends_nothing_that_django_refuses(
    gateway: None, shop: App, mallory: App, library: Library
) -> None:
    photo = library.photo(by="printshop")
    session = told(shop.post("/picker/v1/sessions", {}))["id"]
    assert PickingSession.objects.get(pk=session).choose([photo.pk])
    (item,) = told(shop.get("/picker/v1/mediaItems", sessionId=session))["mediaItems"]
    url = f"{item['mediaFile']['baseUrl']}=w20".removeprefix(AUDIENCE)
    assert "X-Accel-Redirect" in shop.get(url)
    for refusal in (
        Client().get(url),
        mallory.get(url),
        Client().get("/media/originals/"),
        get(photo, "w20", authorization=f"Bearer {mallory.token}"),
    ):
        assert refusal.status_code in {401, 404}
        assert "X-Accel-Redirect" not in refusal


def test_what_was_seen_before_is_no_work_for_the_gateway_either(
    gateway: None, library: Library
) -> None:
    photo = library.photo()
    etag = get(photo, "w20")["ETag"]
    again = get(photo, "w20", **{"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert "X-Accel-Redirect" not in again


def test_owners_pictures_go_the_same_way(
    gateway: None, library: Library, alice: Person, media: Path
) -> None:
    photo = library.photo(content=jpeg(gps=True))
    browser = Client()
    browser.force_login(alice)
    for path in ("picture/480", "original"):
        response = browser.get(f"/photos/{photo.pk}/{path}/")
        assert response.content == b""
        sent = media / response["X-Accel-Redirect"].removeprefix("/media/")
        assert sent.is_file()
    assert sent.read_bytes() == jpeg(gps=True)  # the place included: it is hers


def test_without_a_gateway_nobody_hears_of_files(library: Library) -> None:
    response = get(library.photo(), "w20")
    assert "X-Accel-Redirect" not in response
    assert Image.open(io.BytesIO(response.content)).size == (20, 15)


# Originals


def test_a_file_that_names_no_place_is_not_copied(
    library: Library, media: Path
) -> None:
    plain, placed = (
        library.photo(content=jpeg(seed=1)),
        library.photo(content=jpeg(seed=2, gps=True)),
    )
    for photo in (plain, placed):
        told = renditions.described(photo.original)
        Original.objects.renditions_made(photo.original_id, **told)
        assert body(get(photo, "d"))
    assert body(get(plain, "d")) == jpeg(seed=1)
    assert b"GPS" not in body(get(placed, "d"))
    copies = [path.parent.name for path in media.rglob("download")]
    assert copies == [placed.original_id]


def test_a_large_file_loses_its_place_on_its_way(
    gateway: None, library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photos_api.downloads.LARGEST_COPY", 100)
    photo = library.photo(content=jpeg(gps=True))
    response = get(photo, "d")
    assert response.streaming
    content = body(response)
    assert len(content) == len(jpeg(gps=True))
    assert not Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)
    assert not list(media.rglob("download"))


def test_what_is_large_is_sent_in_pieces(library: Library) -> None:
    noise = Image.effect_noise((1400, 1000), 90)
    file = io.BytesIO()
    noise.save(file, "PNG")
    photo = library.photo(content=file.getvalue())
    original = Original.objects.filter(pk=photo.original_id)
    original.update(is_placeless=True)
    response = get(photo, "d")
    assert response.streaming
    assert int(response["Content-Length"]) == len(file.getvalue())
    assert body(response) == file.getvalue()


# Videos


def test_a_video_has_a_drawn_still_and_its_file(library: Library) -> None:
    film = strangers.mp4()
    video = library.photo(content=film)
    assert video.original.is_video
    signed, plain = (
        Image.open(io.BytesIO(body(get(video, wish)))) for wish in ("w320", "w320-no")
    )
    assert signed.width == plain.width == 320
    middle = (160, signed.height // 2)
    assert signed.getpixel(middle) != plain.getpixel(middle)
    square = Image.open(io.BytesIO(body(get(video, "w90-h90-c-no"))))
    assert square.size == (90, 90)
    response = get(video, "dv")
    assert response["Content-Type"] == "video/mp4"
    assert "attachment" in response["Content-Disposition"]
    assert len(body(response)) == len(film)
    refused(get(video, "d"), 400, "INVALID_ARGUMENT")
    refused(get(library.photo(), "dv"), 400, "INVALID_ARGUMENT")
    renditions.make_ladder(video.original)
    assert renditions.described(video.original)["thumbhash"]


def test_a_video_that_does_not_say_its_size_is_shown_all_the_same(
    library: Library,
) -> None:
    video = library.photo(content=strangers.mp4())
    Original.objects.update(width=0, height=0)
    shown = Image.open(io.BytesIO(body(get(video, "w640"))))
    assert shown.size == (640, 360)


# Another storage


@pytest.fixture
def elsewhere(settings: Any) -> None:
    """A storage that has no paths, as those of clouds have none."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}


def test_pictures_may_lie_elsewhere(
    elsewhere: None, library: Library, media: Path
) -> None:
    photo = library.photo(content=jpeg(size=(2600, 1300), gps=True))
    renditions.make_ladder(photo.original)
    assert Image.open(io.BytesIO(body(get(photo, "w700")))).size == (700, 350)
    assert not Image.open(io.BytesIO(body(get(photo, "d")))).getexif().get_ifd(0x8825)
    Row.objects.update(claimed_at="2020-01-01T00:00Z")
    assert renditions.drop_old() == 2
    assert not media.exists()


def settings_check(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PHOTOS_API_DEMO": "1", **variables}
    return subprocess.run(
        [sys.executable, "-c", "import photos_api.settings"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PHOTOS_API_STORAGE": '{"BACKEND": "storages.backends.s3.S3Storage"}'}, ""),
        ({"PHOTOS_API_ACCEL_REDIRECT": "/media/"}, ""),
        ({"PHOTOS_API_STORAGE": "s3"}, "PHOTOS_API_STORAGE"),
        ({"PHOTOS_API_STORAGE": "[]"}, "PHOTOS_API_STORAGE"),
        ({"PHOTOS_API_ACCEL_REDIRECT": "media"}, "PHOTOS_API_ACCEL_REDIRECT"),
        (
            {
                "PHOTOS_API_STORAGE": '{"BACKEND": "storages.backends.s3.S3Storage"}',
                "PHOTOS_API_ACCEL_REDIRECT": "/media/",
            },
            "PHOTOS_API_ACCEL_REDIRECT",
        ),
    ],
)
def test_start_up_refuses_what_no_gateway_could_read(
    variables: dict[str, str], sentence: str
) -> None:
    run = settings_check(**variables)
    assert (run.returncode == 0) is (sentence == ""), run.stderr
    assert sentence in run.stderr
