"""Cleaning up in small steps, beside people who use the same rows."""

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authserver import clean_up, replay
from authserver.models import AccessToken, RefreshToken
from tests.authserver.parties import Caller

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 17


@pytest.fixture
def copies(tokens: dict[str, str]) -> None:
    """Alice's tokens, and many like them that expired long ago."""
    long_ago = timezone.now() - timedelta(days=400)
    access, refresh = AccessToken.objects.get(), RefreshToken.objects.get()
    for n in range(MANY):
        family = uuid.uuid4()
        access.pk, access.jti, access.expires = None, uuid.uuid4(), long_ago
        access.token_checksum, access.family = f"{n}", family
        access.save()
        refresh.pk, refresh.access_token, refresh.token_family = None, access, family
        refresh.token_checksum, refresh.expires_at = f"{n}", long_ago
        refresh.save()
        newer, refresh.pk, refresh.access_token = refresh.pk, None, None
        refresh.token_checksum, refresh.used_at = f"{n} used", long_ago
        refresh.sealed_answer = b"sealed"
        refresh.save()
        refresh.used_at, refresh.sealed_answer = None, None
        assert newer
    rows = RefreshToken.objects.exclude(access_token__expires__gt=timezone.now())
    rows.update(created=long_ago)


def test_a_few_rows_at_a_time(
    copies: None,
    shop: Caller,
    tokens: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clean_up, "BATCH", 5)
    with CaptureQueriesContext(connection) as captured:
        gone = clean_up.clean_up()
    assert gone["access tokens"] == MANY
    assert gone["refresh tokens"] == 2 * MANY
    said = [query["sql"].split() for query in captured]
    begun = [words for words in said if words[0] == "BEGIN"]
    assert len(begun) >= (2 * MANY + MANY) // 5
    for words in said:
        if words[0] in {"DELETE", "UPDATE"}:
            assert len(" ".join(words).split(" IN (")[1].split(",")) <= 5
    assert shop.refresh(tokens["refresh_token"]).status_code == 200
    assert clean_up.clean_up()["refresh tokens"] == 0


def test_sealed_answers_are_forgotten_in_batches(
    shop: Caller, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean_up, "BATCH", 2)
    token = tokens["refresh_token"]
    for _ in range(5):
        token = shop.refresh(token).json()["refresh_token"]
    clean_up.clean_up()
    sealed = RefreshToken.objects.exclude(sealed_answer=None)
    assert sealed.count() == 5
    sealed.update(used_at=timezone.now() - replay.WINDOW)
    clean_up.clean_up()
    assert not sealed.exists()


def test_the_command_explains_what_lives_how_long(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        call_command("clean_up", "--help", stdout=StringIO())
    said = capsys.readouterr().out
    assert "device grants       1 day     their tombstones" in said
