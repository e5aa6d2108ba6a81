"""Files that belong to nothing go after a day; others stay."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from photo_cast import ALICE, AUDIENCE, Library, jpeg, refused

from photos_api import intake, orphans, renditions, storage
from photos_api.base_urls import BaseURL
from photos_api.models import Original, Person, Photo, Upload

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def get(photo: Photo, wish: str, **headers: str) -> Any:
    url = str(BaseURL("library", photo.pk, "printshop")).removeprefix(AUDIENCE)
    return Client().get(f"{url}={wish}", headers=headers)


def body(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response)


def aged(media: Path) -> None:
    """All files are two days old."""
    then = time.time() - 2 * 24 * 3600
    for path in media.rglob("*"):
        os.utime(path, (then, then))


def files(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


def test_files_without_a_row_go_after_a_day_and_others_stay(
    library: Library, media: Path
) -> None:
    photo = library.photo(content=jpeg(size=(600, 400)))
    renditions.make_ladder(photo.original)
    get(photo, "w100")
    mine = files(media)
    lost = "ab" * 32
    storage.keep(storage.original_name(lost), b"bytes")
    storage.keep(storage.made_name(lost, "10x10.jpg"), b"bytes")
    storage.keep(storage.made_name("cd" * 32, "10x10.jpg"), b"bytes")
    assert orphans.sweep() == 0
    assert len(files(media)) == len(mine) + 3
    aged(media)
    assert orphans.sweep() == 2
    assert files(media) == mine
    assert Original.objects.count() == 1


def test_an_original_that_became_no_photo_goes_but_not_one_that_may(
    alice: Person, media: Path
) -> None:
    unused = intake.keep(jpeg(seed=1))
    waiting = intake.keep(jpeg(seed=2))
    sample = intake.keep(jpeg(seed=3), sample="cottage")
    Upload.objects.create(owner=alice, original=waiting)
    aged(media)
    assert orphans.sweep() == 1
    left = set(Original.objects.values_list("pk", flat=True))
    assert left == {waiting.pk, sample.pk}
    assert not default_storage.exists(storage.original_name(unused.pk))


def test_nothing_stays_of_an_original_that_went_while_it_was_scaled(
    library: Library, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo()
    make = renditions.make

    def and_deleted(wanted: Any) -> list[bytes]:
        made = make(wanted)
        photo.delete()
        Original.objects.filter(pk=photo.original_id).delete()
        return made

    monkeypatch.setattr(renditions, "make", and_deleted)
    for side in (20, 480):
        refused(get(photo, f"w{side}"), 404, "NOT_FOUND")
        photo = library.photo()
        assert not list(media.rglob("*.jpg"))
    assert Person.objects.get().sub == ALICE
