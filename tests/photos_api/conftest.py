"""The suite of photos_api: its own settings, its own process, no network."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "photos_api.settings"
os.environ["PHOTOS_API_DEMO"] = "1"
if "TEST_POSTGRES_URL" in os.environ:
    os.environ["PHOTOS_API_DATABASE_URL"] = os.environ["TEST_POSTGRES_URL"]

import django  # the settings are named above

django.setup()  # test modules import models, before pytest-django would do it

from django.conf import settings as configured  # noqa: E402  # as above

# Else every test client looks at every static file before its first request.
configured.WHITENOISE_AUTOREFRESH = True

from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402  # as above

import pytest  # noqa: E402
from authorization_server import SECRET, AuthorizationServer  # noqa: E402
from django.test import Client  # noqa: E402
from photo_cast import ALICE, BOB, ISSUER, App, Issuer, Library  # noqa: E402
from pytest_django.fixtures import Settings  # noqa: E402
from pytest_socket import socket_allow_hosts  # noqa: E402

from photos_api import (  # noqa: E402
    access_tokens,
    introspection,
    key_set,
    quotas,
    reading_log,
)
from photos_api.models import Person  # noqa: E402


@pytest.fixture(autouse=True)
def no_network() -> None:
    """Only servers of our own, on this machine."""
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """Files go into a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    """The authorization server, as far as its keys go."""
    return Issuer()


@pytest.fixture(autouse=True)
def known_keys(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key set holds the issuer's keys without asking for them."""
    keys = key_set.KeySet(lambda: key_set.parse(issuer.jwks))
    monkeypatch.setattr(key_set, "of_issuer", lambda: keys)


@pytest.fixture(autouse=True)
def own_memory(monkeypatch: pytest.MonkeyPatch) -> reading_log.Log:
    """Nothing is remembered from another test, and nobody writes behind this one."""
    log = reading_log.Log(alone=True)
    monkeypatch.setattr(reading_log, "of_process", lambda: log)
    asking = introspection.Introspection()
    monkeypatch.setattr(introspection, "of_issuer", lambda: asking)
    access_tokens.verified.clear()
    quotas.shares.clear()
    return log


@pytest.fixture
def alice(db: None) -> Person:
    """She owns photos."""
    return Person.objects.met(iss=ISSUER, sub=ALICE, name="Alice Ferrand")


@pytest.fixture
def bob(db: None) -> Person:
    """He must not see hers."""
    return Person.objects.met(iss=ISSUER, sub=BOB, name="Bob Okafor")


@pytest.fixture
def library(alice: Person) -> Library:
    """Alice's photos; tests fill it."""
    return Library(alice)


@pytest.fixture
def shop(issuer: Issuer, db: None) -> App:
    """The print shop with Alice's token for everything it may have."""
    return App(issuer.token())


@pytest.fixture
def mallory(issuer: Issuer, db: None) -> App:
    """Another app, with a good token of Alice's for itself."""
    return App(issuer.token(client_id="mallory"))


@pytest.fixture
def bobs_shop(issuer: Issuer, db: None) -> App:
    """The print shop with Bob's token."""
    return App(issuer.token(sub=BOB))


@pytest.fixture
def alices(alice: Person) -> Client:
    """Alice's browser, signed in."""
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def bobs(bob: Person) -> Client:
    """Bob's browser, signed in."""
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def server(settings: Settings, library: Library) -> Iterator[AuthorizationServer]:
    """The one whose tokens we take; Alice is known by its name for her."""
    server = AuthorizationServer()
    settings.TOKEN_CHECK = "introspection"
    settings.ISSUER = server.url
    settings.INTROSPECTION_ID = "photos:api"
    settings.INTROSPECTION_SECRET = SECRET
    settings.INTROSPECTION_KEPT = 5
    library.owner.iss = server.url
    library.owner.save()
    yield server
    server.gate.set()
    server.http.shutdown()
    server.http.server_close()
