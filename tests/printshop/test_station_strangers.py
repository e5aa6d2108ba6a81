"""Who else comes by the photo station: the next person, and the rest of the world."""

import re

import pytest
import time_machine
from django.core.cache import cache
from provider import Provider
from stations import Screen, assert_empty, heading, living, visit

from printshop.models import OrderItem, StationVisit
from printshop.models.stations import Stage

DEVICE = "/device_authorization"
TOUCH = "/kiosk/device/touch/"
CROWDED = "Many people are beginning just now"
PICTURE = r'src="(/kiosk/device/photos/[^"]+)"'
WORLD = [f"203.0.113.{number}" for number in range(1, 100)]


# The next person, before a screen that slept and still shows Alice's page.


@pytest.mark.parametrize("do", ["here", "more", "20x30", "order", "leave"])
def test_a_touch_does_not_bring_back_who_left(choosing: Screen, do: str) -> None:
    [picture, *_] = re.findall(PICTURE, choosing.look())
    choosing.clock.shift(121)
    choosing.post(TOUCH, {"do": do})
    assert visit().stage == Stage.ENDED
    assert_empty()
    assert heading(choosing.look()) == "Goodbye"
    assert choosing.get(picture).status_code == 404
    assert not OrderItem.objects.exists()


def test_who_went_while_they_picked_is_not_brought_back_either(
    picking: Screen, provider: Provider
) -> None:
    picking.clock.shift(361)
    picking.post(TOUCH, {"do": "here"})
    assert living(provider) == []
    assert heading(picking.look()) == "Goodbye"


def test_who_ordered_has_gone_for_good(choosing: Screen) -> None:
    choosing.touch("order")
    assert heading(choosing.touch("here", after=121)) == "Your photos, on paper"
    assert OrderItem.objects.count() == 2


@pytest.mark.parametrize("do", ["more", "20x30", "order"])
def test_time_may_run_out_under_the_finger(
    choosing: Screen, monkeypatch: pytest.MonkeyPatch, do: str
) -> None:
    """Between the look at the clock and the change of the row."""
    monkeypatch.setattr("printshop.station.visits.touched", lambda visit: True)
    choosing.clock.shift(121)
    choosing.post(TOUCH, {"do": do})
    row = visit()
    assert (row.stage, row.copies, row.product_code) == (Stage.CHOOSING, 1, "10x15")
    assert not OrderItem.objects.exists()


# The rest of the world.


def test_who_presses_and_does_not_look_gets_no_code(
    screen: Screen, provider: Provider
) -> None:
    screen.post(TOUCH, {"do": "begin"})
    assert not provider.asked(DEVICE)
    screen.look()
    assert len(provider.asked(DEVICE)) == 1


def test_one_address_does_not_use_up_the_codes(
    screen: Screen, provider: Provider, clock: time_machine.Traveller
) -> None:
    """The provider has an end to what the shop may ask: everybody else needs some."""
    for _ in range(20):
        assert "WDJB" in begin(clock, WORLD[0])
    for _ in range(5):
        assert heading(begin(clock, WORLD[0])) == CROWDED
    assert len(provider.devices) == 20
    assert "WDJB" in screen.touch("begin")
    clock.shift(600)  # until the first of them have expired
    assert "WDJB" in begin(clock, WORLD[0])


def test_all_addresses_together_do_not_either(
    screen: Screen, provider: Provider, clock: time_machine.Traveller
) -> None:
    for address in WORLD[:80]:
        assert "WDJB" in begin(clock, address)
    assert heading(begin(clock, WORLD[80])) == CROWDED
    assert len(provider.devices) == 80


def test_a_code_that_was_answered_makes_room(
    waiting: Screen,
    provider: Provider,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(StationVisit, "MOST_AT_ONE_ADDRESS", 1)
    assert heading(begin(clock)) == CROWDED
    provider.allow()
    waiting.until("Hello Alice")
    assert "WDJB" in begin(clock)


def test_who_begins_all_the_time_is_asked_to_wait(
    screen: Screen, clock: time_machine.Traveller
) -> None:
    for _ in range(20):
        assert screen.post(TOUCH, {"do": "begin"}).status_code == 302
    answer = screen.post(TOUCH, {"do": "begin"})
    assert answer.status_code == 429
    assert heading(answer.content.decode()) == CROWDED
    assert StationVisit.objects.count() == 20
    assert_empty()  # what was there before has ended all the same
    assert "WDJB" in screen.touch("begin", after=61)


def begin(clock: time_machine.Traveller, address: str = "127.0.0.1") -> str:
    """Somebody else's browser, there; what it shows a moment later."""
    cache.clear()  # the beginnings of one minute are another matter
    clock.shift(0.1)
    return Screen(clock, REMOTE_ADDR=address).touch("begin")
