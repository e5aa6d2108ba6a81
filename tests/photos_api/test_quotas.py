"""How much an app may ask, and what it is told when that was too much."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from photo_cast import AUDIENCE, BOB, App, Issuer, Library, refused, told
from pytest_django.fixtures import Settings

from photos_api import quotas
from photos_api.management.commands import worker
from photos_api.models import Usage
from photos_api.models.usage import UsageQuerySet, Window
from photos_api.problems import ResourceExhausted

MEDIA_ITEMS = "/library/v1/mediaItems"
NOON = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)


class Clock:
    """What the quotas take for now."""

    def __init__(self) -> None:
        self.time = NOON


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.time)
    return clock


def statuses(app: App, times: int, path: str = MEDIA_ITEMS) -> list[int]:
    return [app.get(path).status_code for _ in range(times)]


@pytest.mark.django_db
def test_demo_mode_has_none(settings: Settings, shop: App) -> None:
    assert settings.QUOTAS == {}
    assert statuses(shop, 3) == [200] * 3
    assert not Usage.objects.exists()


@pytest.mark.django_db
@pytest.mark.spec("RFC 6585 §4")
def test_an_app_that_asks_too_often_is_told_which_quota_and_until_when(
    settings: Settings, shop: App, mallory: App, bobs_shop: App, clock: Clock
) -> None:
    settings.QUOTAS = {"requests_per_day": 3}
    assert statuses(shop, 2) + statuses(bobs_shop, 1) == [200] * 3
    for app in (shop, bobs_shop):
        response = app.get(MEDIA_ITEMS)
        assert refused(response, 429, "RESOURCE_EXHAUSTED") == (
            "Quota exceeded: requests_per_day. This app may make 3 requests a day. "
            "Try again at 2026-11-23T00:00:00Z."
        )
        assert response["Retry-After"] == str(11 * 3600 + 59 * 60 + 50)
    assert statuses(mallory, 3) == [200] * 3  # it has its own
    clock.time += timedelta(hours=12)
    assert statuses(shop, 4) == [200, 200, 200, 429]


@pytest.mark.django_db
def test_nobody_is_told_to_come_back_within_half_a_minute(
    settings: Settings, shop: App, clock: Clock
) -> None:
    settings.QUOTAS = {"requests_per_day": 1}
    clock.time = datetime(2026, 11, 22, 23, 59, 50, tzinfo=UTC)
    assert statuses(shop, 1) == [200]
    response = shop.get(MEDIA_ITEMS)
    assert "Try again at 2026-11-23T00:00:20Z" in refused(
        response, 429, "RESOURCE_EXHAUSTED"
    )
    assert response["Retry-After"] == "30"


@pytest.mark.django_db
def test_pictures_are_counted_by_themselves(
    settings: Settings, shop: App, library: Library, clock: Clock
) -> None:
    settings.QUOTAS = {"requests_per_day": 1, "bytes_per_day": 2}
    library.photo(by="printshop")
    [item] = told(shop.get(MEDIA_ITEMS))["mediaItems"]
    path = item["baseUrl"].removeprefix(AUDIENCE) + "=w10"
    assert Client().get(path).status_code == 200  # a Library URL needs no token
    assert shop.get(path).status_code == 200
    sentence = refused(Client().get(path), 429, "RESOURCE_EXHAUSTED")
    assert sentence.startswith("Quota exceeded: bytes_per_day. This app may fetch 2 ")
    assert statuses(shop, 1) == [429]


@pytest.mark.django_db
def test_one_persons_minute_is_not_anothers(
    settings: Settings, shop: App, bobs_shop: App, clock: Clock
) -> None:
    settings.QUOTAS = {"person_per_minute": 5}
    assert statuses(shop, 7) == [200] * 6 + [429]  # a block of one costs nothing
    assert statuses(bobs_shop, 1) == [200]
    sentence = refused(shop.get(MEDIA_ITEMS), 429, "RESOURCE_EXHAUSTED")
    assert sentence.startswith(
        "Quota exceeded: person_per_minute. "
        "This app may ask for one person 5 times a minute."
    )
    clock.time += timedelta(minutes=1)
    assert statuses(shop, 1) == [200]
    [used] = Usage.objects.values_list("person", flat=True)
    assert len(used) == 64
    assert used not in {BOB, shop.token}


@pytest.mark.django_db
@pytest.mark.parametrize("status", [401, 403, 405])
def test_who_is_refused_at_the_door_is_not_counted(
    settings: Settings, issuer: Issuer, clock: Clock, status: int
) -> None:
    settings.QUOTAS = {"requests_per_day": 1}
    app = App(issuer.token(scope="" if status == 403 else "x"))
    if status == 401:
        app = App("nonsense")
    send = app.delete if status == 405 else app.get
    assert [send(MEDIA_ITEMS).status_code for _ in range(3)] == [status] * 3
    assert not Usage.objects.exists()


@pytest.mark.django_db
def test_fifty_requests_cost_one_statement(
    settings: Settings, shop: App, clock: Clock, django_assert_num_queries: Any
) -> None:
    settings.QUOTAS = {"requests_per_day": 10_000, "person_per_minute": 1_200}
    shop.get(MEDIA_ITEMS)
    with django_assert_num_queries(49):  # the lists' own
        assert statuses(shop, 49) == [200] * 49
    # Two more: the second block of the day, and the first of the minute.
    with django_assert_num_queries(50 + 2):
        assert statuses(shop, 50) == [200] * 50
    used = dict(Usage.objects.values_list("kind", "used"))
    assert used == {"requests_per_day": 100, "person_per_minute": 50}


@pytest.mark.django_db
def test_who_has_used_it_up_asks_the_database_nothing(
    settings: Settings, shop: App, clock: Clock, django_assert_num_queries: Any
) -> None:
    settings.QUOTAS = {"requests_per_day": 1}
    assert statuses(shop, 2) == [200, 429]
    with django_assert_num_queries(0):
        assert statuses(shop, 10) == [429] * 10


def use_up(shares: quotas.Shares, limit: int, quota: quotas.Quota) -> int:
    """How many times it could be used."""
    used = 0
    while True:
        try:
            shares.use(quota, limit, "printshop")
        except ResourceExhausted:
            return used
        used += 1


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 19, 20, 40, 999, 1000, 1033])
def test_processes_share_a_day_and_never_get_more(limit: int, clock: Clock) -> None:
    by_day = quotas.QUOTAS[0]
    first, second = quotas.Shares(), quotas.Shares()
    first.use(by_day, limit, "printshop")
    used = 1 + use_up(second, limit, by_day) + use_up(first, limit, by_day)
    assert used == limit
    assert Usage.objects.get().used == limit


@pytest.mark.django_db
def test_a_process_that_ends_loses_a_block_at_the_most(clock: Clock) -> None:
    by_day = quotas.QUOTAS[0]
    for _ in range(3):  # three that use one request each
        quotas.Shares().use(by_day, 1000, "printshop")
    left = use_up(quotas.shares, 1000, by_day)
    assert 1000 - 3 * quotas.LARGEST_BLOCK <= left <= 1000 - 3


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_nobody_gets_more_or_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take = UsageQuerySet.take

    def slowly(*given: Any) -> bool:
        taken = take(*given)
        time.sleep(0.01)  # the others come in between, if they can
        return taken

    monkeypatch.setattr(Usage.objects, "take", partial(slowly, Usage.objects.all()))
    by_day, start = quotas.QUOTAS[0], threading.Barrier(8)
    pool = [quotas.Shares() for _ in range(4)]

    def ask(number: int) -> int:
        start.wait(10)
        try:
            return use_up(pool[number % 4], 500, by_day)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        used = sum(threads.map(ask, range(8)))
    assert used == 500
    assert Usage.objects.get().used == 500


@pytest.mark.django_db
def test_taking_is_all_or_nothing() -> None:
    window = Window("printshop", "", "requests_per_day", NOON)
    taken = [Usage.objects.take(window, amount, 100) for amount in (60, 50, 40, 1, 101)]
    assert taken == [True, False, True, False, False]
    assert Usage.objects.get().used == 100


@pytest.mark.django_db
def test_windows_are_forgotten_after_two_days() -> None:
    for days in (0, 1, 3):
        start = timezone.now() - timedelta(days=days)
        Usage.objects.take(Window("printshop", "", str(days), start), 1, 10)
    worker.Command().reconcile()
    assert set(Usage.objects.values_list("kind", flat=True)) == {"0", "1"}
