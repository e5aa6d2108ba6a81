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
from copy import deepcopy  # noqa: E402
from io import StringIO  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Model  # noqa: E402
from pytest_django.fixtures import Settings  # noqa: E402

from authserver import keys  # noqa: E402
from authserver.models import SigningKey, User  # noqa: E402
from tests.authserver.parties import PICKER, Browser, Caller  # noqa: E402
from tests.authserver.servers import Server, running  # noqa: E402

REGISTRATIONS = Path(__file__).parents[2] / "demo" / "registrations.toml"
KIOSK = Path(__file__).with_name("kiosk.toml")
seeded: list[list[Model]] = []  # the rows of the first time: repeating them is quicker


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


@pytest.fixture
def registrations(db: None, settings: Settings) -> None:
    """The demonstration's parties; their passwords need not be slow to try here."""
    settings.PASSWORD_HASHERS = [
        "authserver.hashers.RandomSecretHasher",
        *settings.PASSWORD_HASHERS,
    ]
    is_empty = not User.objects.exists()
    if is_empty and seeded:
        keys.ensure()  # which are there before any row is seeded
        for rows in deepcopy(seeded):
            type(rows[0])._base_manager.bulk_create(rows)
        return
    call_command("seed", REGISTRATIONS, verbosity=0, stdout=StringIO())
    if is_empty:
        models = apps.get_app_config("authserver").get_models(include_auto_created=True)
        found = (list(m._base_manager.all()) for m in models if m is not SigningKey)
        seeded.extend(filter(None, found))


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
