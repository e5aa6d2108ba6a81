"""The suite of printshop: its own settings, its own process, no network."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "printshop.settings"
os.environ["PRINTSHOP_DEMO"] = "1"
if "TEST_POSTGRES_URL" in os.environ:
    os.environ["PRINTSHOP_DATABASE_URL"] = os.environ["TEST_POSTGRES_URL"]

import django  # the settings are named above

django.setup()  # test modules import models, before pytest-django would do it

from django.conf import settings as configured  # noqa: E402  # as above

# Else every test client looks at every static file before its first request.
configured.WHITENOISE_AUTOREFRESH = True

from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import keyring  # noqa: E402
import pytest  # noqa: E402
import time_machine  # noqa: E402
from desk import Desk  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.utils import timezone  # noqa: E402
from keyring.backends import fail  # noqa: E402
from phones import Phone  # noqa: E402
from press_file import Printing, Side, sides  # noqa: E402
from provider import PhotoService, Provider, photo  # noqa: E402
from pytest_django import Settings  # noqa: E402
from stations import Screen, done  # noqa: E402
from visitors import Browser, order, pay, work  # noqa: E402

from printshop import provider as known  # noqa: E402
from printshop.desktop.keeping import Keeper  # noqa: E402


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider that behaves."""
    server = Provider()
    settings.ISSUER = server.url
    settings.CLIENT_ID, settings.CLIENT_SECRET = server.client
    settings.URL = "http://testserver"
    known.forget()
    yield server
    server.stop()


@pytest.fixture
def photos(provider: Provider, settings: Settings) -> Iterator[PhotoService]:
    """A photo service in which Alice has picked two photos."""
    server = PhotoService(provider)
    server.picks = [photo("sea"), photo("tower", (900, 1200), orientation=6)]
    settings.PHOTOS_URL = server.url
    yield server
    server.stop()


@pytest.fixture
def browser(db: None, provider: Provider) -> Browser:
    """Somebody who has just come in."""
    return Browser()


@pytest.fixture
def alice(browser: Browser) -> Browser:
    """Alice, signed in."""
    browser.sign_in()
    return browser


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """The shop's files, in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def printing(alice: Browser, photos: PhotoService) -> Printing:
    """Orders something, lets the worker work, reads the file that the customer gets."""
    alice.connect()

    def printed(**wanted: str) -> list[Side]:
        number = order(alice, photos, anyway="on", **wanted)
        pay(alice, number)
        work()
        return sides(alice.get(f"/orders/{number}/prints.pdf").getvalue())

    return printed


@pytest.fixture
def phone(db: None, provider: Provider, photos: PhotoService) -> Iterator[Phone]:
    """The page is open, and nothing was sent yet."""
    cache.clear()
    yield Phone()
    cache.clear()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Now, and whenever a test shifts it to; the provider looks at it as well."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def screen(
    db: None, provider: Provider, photos: PhotoService, clock: time_machine.Traveller
) -> Screen:
    """A station that nobody has touched."""
    cache.clear()  # in the minute before, others began
    return Screen(clock)


@pytest.fixture
def waiting(screen: Screen) -> Screen:
    """It shows a code."""
    assert "WDJB-MJH" in screen.touch("begin")
    return screen


@pytest.fixture
def picking(waiting: Screen, provider: Provider) -> Screen:
    """Alice has allowed it on her phone."""
    provider.allow()
    waiting.until("Now pick your photos")
    return waiting


@pytest.fixture
def choosing(picking: Screen, photos: PhotoService) -> Screen:
    """Alice has pressed Done on her phone."""
    done(photos)
    picking.until("which size")
    return picking


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Everybody the desktop program talks to; Alice is signed in, in a file."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    desk = Desk()
    Keeper(desk.url).keep(desk.kept())
    yield desk
    desk.stop()
    keyring.set_keyring(before)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it would have slept each time."""
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    return naps
