"""Seeds, samples, the worker, and what start-up refuses."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from photo_cast import ALICE, BOB, App, Issuer, Library, jpeg, told
from PIL import Image

from photos_api import intake, key_set, renditions, storage, tasks
from photos_api.formats import pillow
from photos_api.management.commands import worker
from photos_api.models import Album, Original, Person, Photo
from photos_api.samples import adding, drawing
from photos_api.samples.brushes import Canvas
from photos_api.samples.catalogue import SAMPLES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def quick_samples(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every sample is a small picture; drawing them all is another test."""
    drawn: list[str] = []

    class Painters:
        def __init__(self, *args: object, **kwargs: object) -> None: ...
        def __enter__(self) -> "Painters":
            return self

        def __exit__(self, *args: object) -> None: ...
        def map(self, draw: object, names: list[str]) -> list[bytes]:
            drawn.extend(names)
            return [jpeg(seed=crc32(name.encode())) for name in names]

    monkeypatch.setattr(adding, "ProcessPoolExecutor", Painters)
    return drawn


def seed() -> None:
    call_command("seed", ROOT / "demo" / "photos.toml", stdout=StringIO())


@pytest.mark.django_db
def test_the_seed_gives_both_24_photos_and_the_shop_six_in_an_album(
    quick_samples: list[str], issuer: Issuer
) -> None:
    for _ in range(2):
        seed()
    assert len(quick_samples) == 24
    for sub in (ALICE, BOB):
        person = Person.objects.get(sub=sub)
        assert person.photos.count() == 24
        shop = App(issuer.token(sub=sub))
        items = told(shop.get("/library/v1/mediaItems"))["mediaItems"]
        (album,) = told(shop.get("/library/v1/albums"))["albums"]
        assert (len(items), album["mediaItemsCount"]) == (6, "6")
    assert Album.objects.count() == 2
    assert Original.objects.count() <= 24


@pytest.mark.django_db
def test_a_seed_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("= nothing")
    for path in (broken, tmp_path / "missing.toml"):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("seed", path)


@pytest.mark.django_db
def test_a_newcomer_adds_the_samples_once(
    quick_samples: list[str], alice: Person, settings: Any
) -> None:
    browser = Client()
    browser.force_login(alice)
    assert "Add 24 sample photos" in browser.get("/").content.decode()
    for _ in range(2):
        assert browser.post("/samples/")["Location"] == "/"
    assert alice.photos.count() == 24
    assert "Add 24" not in browser.get("/").content.decode()
    Photo.objects.all().delete()
    settings.DEMO = False
    browser.post("/samples/")
    assert alice.photos.count() == 0
    assert "Add 24" not in browser.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("onward", "where"),
    [
        ("/pick/abc", "/pick/abc"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
    ],
)
def test_whoever_was_picking_goes_on_picking(
    quick_samples: list[str], alice: Person, onward: str, where: str
) -> None:
    browser = Client()
    browser.force_login(alice)
    assert browser.post("/samples/", {"next": onward})["Location"] == where


def test_there_are_24_different_samples_and_six_are_large() -> None:
    assert len({s.name for s in SAMPLES}) == len({s.title for s in SAMPLES}) == 24
    assert len({s.paint for s in SAMPLES}) == len({s.taken for s in SAMPLES}) == 24
    assert sum(s.size[0] * s.size[1] >= 12_000_000 for s in SAMPLES) == 6
    span = max(s.taken for s in SAMPLES) - min(s.taken for s in SAMPLES)
    assert timedelta(days=650) < span < timedelta(days=800)
    assert 6 < sum(s.place is not None for s in SAMPLES) < 20
    assert min(s.size for s in SAMPLES) == (640, 480)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.name)
def test_every_sample_can_be_painted_and_shows_something(sample: Any) -> None:
    size = sample.size[0] // 10, sample.size[1] // 10
    canvas = Canvas(size, sample.name)
    sample.paint(canvas)
    picture = canvas.finish(grain=sample.grain)
    assert picture.size == size
    low, high = picture.convert("L").getextrema()
    assert isinstance(low, int)
    assert isinstance(high, int)
    assert high - low > 100


@pytest.mark.django_db
def test_a_sample_is_a_photo_like_one_from_a_camera() -> None:
    original = intake.keep(drawing.draw("cottage"), sample="cottage")
    assert (original.width, original.height) == (640, 480)
    assert (original.camera_make, original.camera_model) == ("Kite", "Phone 1")
    assert original.shutter == "1/120"
    assert not original.has_location
    assert drawing.draw("cottage") == drawing.draw("cottage")


@pytest.mark.django_db
def test_a_place_is_noticed_when_a_photo_comes_in(library: Library) -> None:
    assert library.photo(content=jpeg(gps=True)).original.has_location
    turned = library.photo(content=jpeg(orientation=6)).original
    assert (turned.width, turned.height) == (48, 64)


# The worker


def work() -> None:
    call_command("worker", "--batch", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_what_is_missing(library: Library, media: Path) -> None:
    photo = library.photo(content=jpeg(size=(2600, 1950)))
    assert not list(media.rglob("*.jpg"))
    work()
    photo.original.refresh_from_db()
    assert photo.original.renditions_made_at
    assert {path.name for path in media.rglob("*.jpg")} == {
        f"{side}x{side * 3 // 4}.jpg" for side in renditions.LADDER
    }
    assert photo.original.thumbhash
    assert photo.original.dominant_color in {"#c02020", "#2020c0"}


@pytest.mark.django_db(transaction=True)
def test_a_lost_task_is_found_again_by_its_row(library: Library) -> None:
    photo = library.photo()
    DBTaskResult.objects.all().delete()
    work()
    photo.original.refresh_from_db()
    assert photo.original.renditions_made_at


@pytest.mark.django_db(transaction=True)
def test_the_task_of_a_dead_worker_runs_again(library: Library) -> None:
    photo = library.photo()
    long_ago = timezone.now() - worker.Command.VANISHED - timedelta(seconds=1)
    DBTaskResult.objects.update(status="RUNNING", started_at=long_ago)
    work()
    photo.original.refresh_from_db()
    assert photo.original.renditions_made_at
    assert not DBTaskResult.objects.running().exists()


@pytest.mark.django_db
def test_a_task_that_comes_twice_does_its_work_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo()
    made: list[str] = []
    ladder: Callable[[Original], None] = lambda original: made.append(original.pk)  # noqa: E731
    monkeypatch.setattr(renditions, "make_ladder", ladder)
    monkeypatch.setattr(renditions, "described", lambda _: {})
    for _ in range(2):
        tasks.make_renditions.func(photo.original_id)
    assert made == [photo.original_id]
    assert tasks.enqueue_what_is_due() == 0


# Health and start-up


@pytest.mark.django_db
def test_ready_means_that_tokens_can_be_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Client().get("/readyz").status_code == 200

    def down() -> key_set.Keys:
        raise ValueError("down")

    keys = key_set.KeySet(down)
    monkeypatch.setattr(key_set, "of_issuer", lambda: keys)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert b"keys" in response.content
    assert Client().get("/healthz").status_code == 200


GOOD = {
    "PHOTOS_API_URL": "https://photos.example",
    "PHOTOS_API_ISSUER": "https://account.example",
    "PHOTOS_API_SECRET_KEY": "x" * 60,
    "PHOTOS_API_CLIENT_SECRET": "y" * 60,
}


ASKING = {
    "PHOTOS_API_TOKEN_CHECK": "introspection",
    "PHOTOS_API_INTROSPECTION_SECRET": "z" * 60,
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, ""),
        ({"PHOTOS_API_URL": None}, "PHOTOS_API_URL"),
        ({"PHOTOS_API_URL": "http://photos.example"}, "PHOTOS_API_URL must start with"),
        (
            {"PHOTOS_API_ISSUER": "http://a.example"},
            "PHOTOS_API_ISSUER must start with",
        ),
        ({"PHOTOS_API_ISSUER": None}, "PHOTOS_API_ISSUER"),
        ({"PHOTOS_API_SECRET_KEY": "demo-x"}, "PHOTOS_API_SECRET_KEY holds a demo"),
        ({"PHOTOS_API_CLIENT_SECRET": "demo-x"}, "PHOTOS_API_CLIENT_SECRET holds a"),
        ({"PHOTOS_API_CLIENT_SECRET": None}, "PHOTOS_API_CLIENT_SECRET"),
        ({"PHOTOS_API_TOKEN_CHECK": "trust"}, "PHOTOS_API_TOKEN_CHECK must be"),
        (
            {"PHOTOS_API_TOKEN_CHECK": "introspection"},
            "PHOTOS_API_INTROSPECTION_SECRET",
        ),
        (
            {**ASKING, "PHOTOS_API_INTROSPECTION_SECRET": "demo-x"},
            "PHOTOS_API_INTROSPECTION_SECRET holds a demo",
        ),
        ({**ASKING, "PHOTOS_API_INTROSPECTION_KEPT": "0"}, ""),
        (
            {**ASKING, "PHOTOS_API_INTROSPECTION_KEPT": "301"},
            "PHOTOS_API_INTROSPECTION_KEPT must be from 0 to 300",
        ),
        ({"PHOTOS_API_QUOTAS": '{"requests_per_day": 5}'}, ""),
        ({"PHOTOS_API_QUOTAS": '{"requests": 5}'}, "PHOTOS_API_QUOTAS must be"),
        ({"PHOTOS_API_QUOTAS": '{"requests_per_day": 0}'}, "PHOTOS_API_QUOTAS must be"),
        ({"PHOTOS_API_QUOTAS": "[]"}, "PHOTOS_API_QUOTAS must be"),
    ],
)
def test_start_up_refuses_what_is_missing_or_everybody_knows(
    change: dict[str, str | None], sentence: str
) -> None:
    given = {**GOOD, **change}
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith("PHOTOS_API_")
    }
    environment |= {k: v for k, v in given.items() if v is not None}
    run = subprocess.run(
        [sys.executable, "-c", "import photos_api.settings"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert (run.returncode == 0) is (sentence == "")
    assert sentence in run.stderr


def test_a_picture_is_there_as_a_whole_or_not_at_all(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.keep("originals/ab/abc", b"bytes")
    storage.keep("originals/ab/abc", b"other")
    assert (media / "originals" / "ab" / "abc").read_bytes() == b"bytes"
    assert [p.name for p in (media / "originals" / "ab").iterdir()] == ["abc"]
    assert Image.MAX_IMAGE_PIXELS == pillow.MOST_PIXELS
