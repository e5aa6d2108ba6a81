"""A hundred who ask at once for a picture that is missing: one of them makes it.

Two real processes with eight threads each. Every making of a JPEG leaves a line in one
file that both write to, and takes long enough for everybody to ask meanwhile.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest
import requests
from photo_cast import Issuer
from photo_server import Server, running
from PIL import Image

from tests import processes

# Loaded by every Python process that finds it: sitecustomize.
COUNTED = """
import os, time
from PIL import Image

from tests import processes
Image.preinit()
save = Image.SAVE["JPEG"]
def counted(picture, file, name):
    with open(os.environ["COUNTER"], "a") as counter:
        counter.write(f"{os.getpid()} {picture.size}\\n")
    time.sleep(0.4)
    save(picture, file, name)
    if os.path.exists(os.environ["COUNTER"] + ".stuck"):
        time.sleep(60)
Image.SAVE["JPEG"] = counted
"""
PHOTO = """
from django.utils import timezone
from pathlib import Path
from photos_api import intake
from photos_api.base_urls import BaseURL
from photos_api.models import Person, Photo, Rendition
owner = Person.objects.met(iss="https://issuer.example", sub="alice")
original = intake.keep(Path({file!r}).read_bytes())
photo, _ = Photo.objects.get_or_create(owner=owner, original=original,
    defaults=dict(filename="photo.jpg", creation_time=timezone.now()))
told = str(BaseURL("library", photo.pk, "printshop"))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the counter, and what makes processes count."""
    folder = tmp_path_factory.mktemp("once")
    (folder / "sitecustomize.py").write_text(dedent(COUNTED))
    return folder


@pytest.fixture(scope="module")
def server(folder: Path, issuer: Issuer) -> Iterator[Server]:
    """Two processes that count what they make."""
    counting = {"PYTHONPATH": str(folder), "COUNTER": str(folder / "counter")}
    with running(folder, issuer, **counting) as server:
        yield server


@pytest.fixture(scope="module")
def base_url(server: Server, folder: Path) -> str:
    """A photo that nobody has made smaller yet."""
    Image.effect_noise((1600, 1200), 60).save(folder / "photo.png")
    return str(server.run(PHOTO.format(file=str(folder / "photo.png"))))


@pytest.fixture
def made(folder: Path) -> Path:
    """A line for every JPEG that is made during the test."""
    counter = folder / "counter"
    counter.write_text("")
    return counter


def test_a_hundred_askers_are_served_by_one_making(
    server: Server, base_url: str, made: Path
) -> None:
    def ask(_: int) -> requests.Response:
        return requests.get(f"{base_url}=w300-h200-c", timeout=60)

    with ThreadPoolExecutor(100) as askers:
        answers = list(askers.map(ask, range(100)))
    assert [answer.status_code for answer in answers] == [200] * 100
    assert len({answer.content for answer in answers}) == 1
    assert len(made.read_text().splitlines()) == 1
    rows = "from photos_api.models import Rendition; told = Rendition.objects.count()"
    assert server.run(rows) == 1


def test_each_size_is_made_once_whoever_asks_for_which(
    base_url: str, made: Path
) -> None:
    def ask(number: int) -> int:
        wish = f"w{100 + number % 16}"
        return requests.get(f"{base_url}={wish}", timeout=60).status_code

    with ThreadPoolExecutor(80) as askers:
        assert set(askers.map(ask, range(80))) == {200}
    lines = made.read_text().splitlines()
    assert len(lines) == len(set(lines)) == 16
    assert len({line.split()[0] for line in lines}) == 2  # both processes were asked


def test_one_that_is_killed_while_making_it_does_not_block_the_others_for_long(
    server: Server, base_url: str, made: Path, folder: Path
) -> None:
    stuck = folder / "counter.stuck"
    stuck.touch()
    code = (
        "from photos_api import renditions; from photos_api.models import Original;"
        "from photos_api.base_urls import Wish;"
        "original = Original.objects.get();"
        "renditions.ensure(renditions.Rendition.wished(original, Wish(77)))"
    )
    shell = ("manage.py", "photos_api", "shell", "-v0", "-c", code)
    maker = processes.start(shell, server.environment)
    try:
        deadline = time.monotonic() + 30
        while not made.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        stuck.unlink()
        maker.kill()
        maker.wait()
    assert len(made.read_text().splitlines()) == 1
    start = time.monotonic()
    with ThreadPoolExecutor(10) as askers:
        asked = askers.map(
            lambda _: requests.get(f"{base_url}=w77", timeout=60), "x" * 10
        )
    assert {answer.status_code for answer in asked} == {200}
    assert time.monotonic() - start < 15  # ten seconds, and the making
    assert len(made.read_text().splitlines()) == 2
    assert server.was_quiet()
    unfinished = [p for p in folder.rglob("unfinished/*") if p.is_file()]
    assert not unfinished
