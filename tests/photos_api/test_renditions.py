"""Pictures in other sizes: which are kept, for how long, and who makes them."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from photo_cast import AUDIENCE, App, Library, jpeg, refused
from PIL import (
    Image,
)

from photos_api import once, renditions, storage, tasks
from photos_api.base_urls import BaseURL
from photos_api.models import Original, Photo
from photos_api.models import Rendition as Row

pytestmark = pytest.mark.django_db


def get(photo: Photo, wish: str, **headers: str) -> Any:
    """What is behind the Library's base URL of a photo."""
    url = str(BaseURL("library", photo.pk, "printshop")).removeprefix(AUDIENCE)
    return Client().get(f"{url}={wish}", headers=headers)


def picture(response: Any) -> Image.Image:
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(response.content))


# What is kept


def test_another_size_comes_out_of_a_kept_one(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo(content=jpeg(size=(2600, 1950)))
    renditions.make_ladder(photo.original)
    (media / "originals" / photo.original_id[:2] / photo.original_id).unlink()
    for wish, size in (
        ("w300", (300, 225)),
        ("w481", (481, 361)),
        ("w2000", (2000, 1500)),
        ("w600-h600-c", (600, 600)),
    ):
        assert picture(get(photo, wish)).size == size


def test_a_size_is_made_once_and_kept(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo(content=jpeg(size=(600, 400)))
    first = get(photo, "w100")
    kept = {path.name: path.stat().st_mtime_ns for path in media.rglob("*.jpg")}
    assert [*kept] == ["100x67.jpg"]
    monkeypatch.setattr(renditions, "make", lambda _: pytest.fail("made again"))
    for same in ("w100", "h67-w100", "w100-h300"):
        assert get(photo, same).content == first.content


def test_a_size_that_was_seen_is_not_even_looked_for(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo()
    etag = get(photo, "w20")["ETag"]
    monkeypatch.setattr(renditions, "ensure", lambda _: pytest.fail("looked for it"))
    again = get(photo, "w20", **{"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_an_app_gets_any_number_of_sizes_but_few_are_kept(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Row, "MOST", 3)
    photo = library.photo()
    for width in range(10, 20):
        assert picture(get(photo, f"w{width}")).width == width
    assert {path.name for path in media.rglob("*.jpg")} == {
        "17x13.jpg",
        "18x14.jpg",
        "19x14.jpg",
    }
    assert picture(get(photo, "w10")).width == 10


def test_sizes_are_dropped_after_a_week_but_the_ladder_stays(
    library: Library, media: Path
) -> None:
    photo = library.photo(content=jpeg(size=(600, 400)))
    renditions.make_ladder(photo.original)
    get(photo, "w100")
    assert renditions.drop_old() == 0
    long_ago = timezone.now() - Row.KEPT - timedelta(seconds=1)
    Row.objects.update(claimed_at=long_ago)
    assert renditions.drop_old() == 1
    assert {p.name for p in media.rglob("*.jpg")} == {"480x320.jpg", "600x400.jpg"}
    assert picture(get(photo, "w100")).width == 100


def test_a_size_whose_file_went_missing_is_made_again(
    library: Library, media: Path
) -> None:
    photo = library.photo()
    get(photo, "w20")
    next(media.rglob("20x15.jpg")).unlink()
    assert picture(get(photo, "w20")).width == 20


# Who makes it


def test_who_asks_while_it_is_made_is_told_when_to_come_back(
    shop: App, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo()
    monkeypatch.setattr(once, "PATIENCE", 0.1)
    assert Row.objects.claim(photo.original, "20x15.jpg")
    response = get(photo, "w20")
    refused(response, 503, "UNAVAILABLE")
    assert response["Retry-After"]


def test_one_that_died_at_it_is_overtaken(library: Library) -> None:
    photo = library.photo()
    assert Row.objects.claim(photo.original, "20x15.jpg")
    assert not Row.objects.claim(photo.original, "20x15.jpg")
    Row.objects.update(claimed_at=timezone.now() - Row.LEASE)
    assert picture(get(photo, "w20")).width == 20
    assert timedelta(seconds=once.PATIENCE) > Row.LEASE


def test_what_cannot_be_made_blocks_nobody(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo()
    next((media / "originals").rglob("*/*")).write_bytes(b"\xff\xd8 no picture")
    for _ in range(2):  # at once, not after the patience of a second asker
        refused(get(photo, "w20"), 400, "INVALID_ARGUMENT")
    assert not Row.objects.exists()
    tasks.make_renditions.func(photo.original_id)
    photo.original.refresh_from_db()
    assert photo.original.renditions_made_at  # and nobody tries for ever


def test_a_storage_that_fails_is_tried_again_later(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo()

    def fail(*_: object) -> None:
        raise ConnectionError("the storage is away")

    monkeypatch.setattr(storage, "keep", fail)
    with pytest.raises(ConnectionError):
        tasks.make_renditions.func(photo.original_id)
    assert not Row.objects.exists()
    assert Original.objects.without_renditions().filter(pk=photo.original_id).exists()
