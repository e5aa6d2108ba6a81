"""What comes in: every format is read, and what is hostile costs little."""

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import hostile
import pytest
from photo_cast import EVERYTHING, App, Issuer, refused
from strangers import STILLS, TAKEN, TYPES, exif, mp4, photo, webm

from photos_api import intake
from photos_api.formats import apart
from photos_api.formats.kinds import Refused
from photos_api.models import Original
from photos_api.storage import AtomicFileStorage

ROOT = Path(__file__).parents[2]
CORPUS = list(hostile.corpus())
MOST_MEMORY = 200  # megabytes: an eighth of what the bombs would take
MOST_SECONDS = 5  # of a processor

# Run by a small process: a child's peak is never below that of who started it.
MEASURE = """
import json, os, subprocess, sys
command = json.loads(sys.argv[1])
for path in sys.argv[2:]:
    with open(path, "rb") as sent:
        child = subprocess.Popen(
            command, stdin=sent, stdout=subprocess.PIPE, stderr=-3, env={}
        )
        said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    told = json.loads(said or "{}")
    seconds = usage.ru_utime + usage.ru_stime
    print(json.dumps([status, told, usage.ru_maxrss / 1024, seconds]))
"""


@contextmanager
def sent(content: bytes) -> Iterator[IO[bytes]]:
    """A file as it is when all of it has arrived."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        yield file


# What is read


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [*STILLS, "GIF", "BMP"])
def test_a_photo_of_any_format_is_kept_with_what_it_tells(
    kind: str, media: Path
) -> None:
    content = photo(kind)
    with sent(content) as file:
        original = intake.receive(file)
    original.refresh_from_db()
    assert original.mime_type == TYPES[kind]
    assert original.byte_size == len(content)
    stored = media / "originals" / original.sha256[:2] / original.sha256
    assert stored.read_bytes() == content
    if kind not in STILLS:
        assert (original.width, original.height) == (96, 64)
        assert (original.taken_at, original.has_location) == (None, False)
        return
    assert (original.width, original.height) == (64, 96)  # it stood on its side
    assert (original.camera_make, original.camera_model) == ("Alma", "A7")
    assert original.exposure_time == pytest.approx(1 / 125)
    assert original.taken_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert original.has_location
    if kind != "HEIF":
        told = (original.aperture, original.iso, original.focal_length)
        assert told == (2.8, 200, 35.0)


@pytest.mark.django_db
def test_no_row_speaks_of_a_file_that_could_not_be_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AtomicFileStorage, "_save", full)
    with sent(photo("PNG")) as file, pytest.raises(OSError, match="No space"):
        intake.receive(file)
    assert Original.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "mime_type", "size", "fps"),
    [
        (mp4(), "video/mp4", (640, 360), 50),
        (mp4(turned=True), "video/mp4", (360, 640), 50),
        (mp4(brand=b"qt  "), "video/quicktime", (640, 360), 50),
        (webm(), "video/webm", (640, 360), 25),
    ],
    ids=["mp4", "turned", "mov", "webm"],
)
def test_a_film_is_read_but_for_its_pictures(
    content: bytes, mime_type: str, size: tuple[int, int], fps: float
) -> None:
    with sent(content) as file:
        told = apart.examine(file)
    assert (told.mime_type, (told.width, told.height)) == (mime_type, size)
    assert (told.fps, told.taken_at) == (fps, TAKEN)
    assert told.has_location is (mime_type != "video/webm")


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ("2026:01:02 03:04:05", TAKEN),
        ("2026:01:02 03:04:05\0", TAKEN),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2026:13:02 03:04:05", None),
        ("2026:02:30 03:04:05", None),
        ("1700:01:01 00:00:00", None),
        ("9999:12:31 23:59:59", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_believed_if_it_can_be(said: str, believed: datetime | None) -> None:
    told = exif()
    told.get_ifd(0x8769)[0x9003] = said
    with sent(photo("JPEG", exif=told)) as file:
        assert apart.examine(file).taken_at == believed


def test_a_name_with_what_no_database_takes_is_cleaned() -> None:
    said = exif()
    said[0x10F], said[0x110] = "Al\0ma\x1b[2J", "A" * 5000
    with sent(photo("JPEG", exif=said)) as file:
        told = apart.examine(file)
    assert "\0" not in told.camera_make
    assert told.camera_make.isprintable()
    assert len(told.camera_model) == 255


# What is hostile


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """For every hostile file: how its examination ended, what it said and cost."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = [folder / str(number) for number in range(len(CORPUS))]
    for path, file in zip(paths, CORPUS, strict=True):
        path.write_bytes(file.make())
    command = [*apart.COMMAND, str(apart.MEMORY), str(apart.SECONDS)]
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, json.dumps(command), *map(str, paths)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    return {file.name: a for file, a in zip(CORPUS, answers, strict=True)}


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_a_hostile_file_is_refused_with_a_reason_and_costs_little(
    measured: dict[str, Any], file: hostile.Hostile
) -> None:
    status, told, memory, seconds = measured[file.name]
    assert status == 0
    assert ("refused" in told) is bool(file.refused)
    assert file.refused in told.get("refused", "")
    assert memory < MOST_MEMORY
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize(
    ("limit", "value", "make"),
    [
        ("MEMORY", 80_000_000, lambda: hostile.png(8_944, 8_944)),
        ("SECONDS", 1, lambda: hostile.many_scans(400)),
        ("PATIENCE", 0.01, lambda: photo("JPEG")),
    ],
    ids=["memory", "processor", "time"],
)
def test_an_examination_ends_when_it_takes_too_much(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: float, make: hostile.Make
) -> None:
    with sent(make()) as file:
        if limit != "SECONDS":
            assert apart.examine(file).mime_type
        monkeypatch.setattr(apart, limit, value)
        with pytest.raises(Refused, match="takes more"):
            apart.examine(file)


def test_who_reads_strangers_files_knows_no_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PHOTOS_API_SECRET_KEY", "secret")
    spy = "import json, os; print(json.dumps({'refused': str(dict(os.environ))}))"
    monkeypatch.setattr(apart, "COMMAND", [sys.executable, "-c", spy])
    with sent(b"") as file, pytest.raises(Refused) as caught:
        apart.examine(file)
    assert "PHOTOS_API" not in str(caught.value)
    code = (
        "import sys, photos_api.formats.examination; assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, check=True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["png bomb", "JPEG cut off", "svg", "mp4 cut off"])
def test_the_reason_reaches_whoever_sent_it(
    issuer: Issuer, media: Path, name: str
) -> None:
    app = App(issuer.token(scope=EVERYTHING))
    file = next(file for file in CORPUS if file.name == name)
    octets = "application/octet-stream"
    answer = app.client.post("/library/v1/uploads", file.make(), content_type=octets)
    assert file.refused in refused(answer, 400, "INVALID_ARGUMENT")
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_our_own_drawings_are_examined_here() -> None:
    with pytest.raises(Refused):
        intake.keep(io.BytesIO(hostile.gif(0)).getvalue())
