"""The keys of lent tokens are changed while the shop is open, and nobody notices."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from provider import PhotoService
from pytest_django import Settings
from visitors import Browser

from printshop.connection import access_token
from printshop.failures import NotConnected
from printshop.models import Connection

NEW = "a-new-key-of-thirty-two-characters-"


@pytest.fixture
def lent(alice: Browser, photos: PhotoService) -> Connection:
    """Alice has lent her photos."""
    alice.connect()
    return Connection.objects.get()


def tokens() -> tuple[str, str]:
    """What the shop can read of the one connection."""
    held = Connection.objects.get()
    return held.access_token, held.refresh_token


def test_the_first_key_seals_and_every_key_opens(
    alice: Browser, lent: Connection, settings: Settings
) -> None:
    old = settings.TOKEN_ENCRYPTION_KEYS
    settings.TOKEN_ENCRYPTION_KEYS = [NEW, *old]
    assert tokens() == (lent.access_token, lent.refresh_token)
    assert [held.pk for held in Connection.objects.sealed_before()] == [lent.pk]
    alice.connect()
    assert not list(Connection.objects.sealed_before())


def test_an_old_key_may_go_when_all_is_sealed_anew(
    lent: Connection, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [NEW, *settings.TOKEN_ENCRYPTION_KEYS]
    call_command("reseal")
    assert "1 connections sealed anew" in capsys.readouterr().out
    settings.TOKEN_ENCRYPTION_KEYS = [NEW]
    assert tokens() == (lent.access_token, lent.refresh_token)
    assert access_token(lent) == lent.access_token
    call_command("reseal")
    assert "0 connections sealed anew" in capsys.readouterr().out


def test_a_key_that_went_too_early_costs_nothing_once_it_is_back(
    alice: Browser, lent: Connection, settings: Settings
) -> None:
    old = settings.TOKEN_ENCRYPTION_KEYS
    settings.TOKEN_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(NotConnected):
        access_token(lent)
    assert alice.get("/connection/").status_code == 200
    with pytest.raises(CommandError, match="1 were sealed with a key that is not"):
        call_command("reseal")
    settings.TOKEN_ENCRYPTION_KEYS = [NEW, *old]
    call_command("reseal")
    assert tokens() == (lent.access_token, lent.refresh_token)


def test_a_refresh_meanwhile_is_not_undone(
    lent: Connection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TOKEN_ENCRYPTION_KEYS = [NEW, *settings.TOKEN_ENCRYPTION_KEYS]
    really_reseal = type(Connection.objects.all()).reseal

    def reseal(self: Any, connection: Connection) -> bool:
        Connection.objects.update(access_token_expires_at=timezone.now())
        access_token(connection)
        return really_reseal(self, connection)

    monkeypatch.setattr(type(Connection.objects), "reseal", reseal, raising=False)
    monkeypatch.setattr(type(Connection.objects.all()), "reseal", reseal)
    call_command("reseal")
    assert tokens()[1] != lent.refresh_token
    assert Connection.objects.get().generation == 1
