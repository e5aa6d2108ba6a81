"""The suite of authserver: its own settings, its own process, no network."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "authserver.settings"
os.environ["AUTHSERVER_DEMO"] = "1"
if "TEST_POSTGRES_URL" in os.environ:
    os.environ["AUTHSERVER_DATABASE_URL"] = os.environ["TEST_POSTGRES_URL"]

import django  # the settings are named above

django.setup()  # test modules import models, before pytest-django would do it

from django.conf import settings as configured  # noqa: E402  # as above

# Else every test client looks at every static file before its first request.
configured.WHITENOISE_AUTOREFRESH = True

from collections.abc import Iterator  # noqa: E402  # as above
from io import StringIO  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import override_settings  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402
from pytest_django.fixtures import Settings  # noqa: E402

from authserver import keys  # noqa: E402
from authserver.models import User  # noqa: E402
from tests.authserver.parties import PICKER, Browser, Caller  # noqa: E402
from tests.authserver.servers import Server, running  # noqa: E402

REGISTRATIONS = Path(__file__).parents[2] / "demo" / "registrations.toml"
KIOSK = Path(__file__).with_name("kiosk.toml")
HASHERS = [
    "authserver.hashers.RandomSecretHasher",
    *configured.PASSWORD_HASHERS,
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What wants an empty database comes first, then the parties are registered."""
    items.sort(key=lambda item: not _wants_an_empty_database(item))


def _wants_an_empty_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    asks = not names.isdisjoint({"db", "transactional_db", "live_server"})
    asks |= item.get_closest_marker("django_db") is not None
    return asks and "registrations" not in names


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests in which requests, or workers, must truly meet."""
    with running(tmp_path_factory.mktemp("server"), KIOSK) as server:
        yield server


@pytest.fixture(autouse=True)
def no_key_is_remembered() -> Iterator[None]:
    """A key that a test made is gone with its rows."""
    yield
    keys.forget()


@pytest.fixture(scope="session")
def registered(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The demonstration's parties are in the database, for all tests that follow."""
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=HASHERS):
        register()


@pytest.fixture
def registrations(registered: None, db: None, settings: Settings) -> None:
    """The demonstration's parties; their passwords need not be slow to try here."""
    settings.PASSWORD_HASHERS = HASHERS
    if not User.objects.exists():  # a test before this one has emptied the database
        register()


def register() -> None:
    call_command("seed", REGISTRATIONS, verbosity=0, stdout=StringIO())


@pytest.fixture
def browser(registrations: None) -> Browser:
    """Alice's browser, signed in."""
    browser = Browser()
    browser.sign_in()
    return browser


@pytest.fixture
def stranger(registrations: None) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser()


@pytest.fixture
def shop(registrations: None) -> Caller:
    """The print shop's back channel."""
    return Caller()


@pytest.fixture
def tokens(browser: Browser, shop: Caller) -> dict[str, str]:
    """What the print shop got when Alice allowed it everything it asked for."""
    scope = f"openid profile email {PICKER} offline_access"
    answered = shop.exchange(browser.code(*scope.split(), scope=scope))
    given: dict[str, str] = answered.json()
    assert answered.status_code == 200, given
    return given
