"""Whose screen the photo station is, and what stays in its browser."""

import re

import pytest
import time_machine
from provider import (
    ALICE,
    BOB,
    PhotoService,
    Provider,
)
from pytest_django import Settings
from stations import (
    COOKIE,
    Screen,
    done,
    heading,
    visit,
)
from visitors import Browser

from printshop.models import Customer, OrderItem, Original, Selection, StationVisit
from printshop.models.stations import Stage


def test_another_browser_sees_nothing_of_a_visit(
    choosing: Screen, clock: time_machine.Traveller
) -> None:
    [first, *_] = re.findall(r'src="(/kiosk/device/photos/[^"]+)"', choosing.look())
    for cookie in ("", "guessed", visit().screen, "é", "x" * 5000):
        mallory = Screen(clock)
        mallory.cookies[COOKIE] = cookie
        assert "Touch to begin" in mallory.look()
        assert mallory.get("/kiosk/device/state/").json() == {"version": "ended-False"}
        assert mallory.get(first).status_code == 404
        assert mallory.post("/kiosk/device/touch/", {"do": "order"}).status_code == 302
    assert not OrderItem.objects.exists()


def test_a_screen_shows_no_photo_of_another_visit(
    choosing: Screen,
    clock: time_machine.Traveller,
    provider: Provider,
    photos: PhotoService,
) -> None:
    [theirs, *_] = re.findall(r'src="(/kiosk/device/photos/[^"]+)"', choosing.look())
    provider.person, mallory = BOB, Screen(clock)
    mallory.touch("begin")
    provider.allow()
    mallory.until("Now pick")
    done(photos)
    mallory.until("which size")
    assert mallory.get(theirs).status_code == 404
    assert choosing.get(theirs).status_code == 200


def test_photos_that_are_forgotten_bring_no_others_onto_the_screen(
    choosing: Screen,
) -> None:
    """What belongs to no selection was sent by an integrator, for somebody else."""
    bob = Customer.objects.met("https://elsewhere.example", "bob")
    first = Original.objects.here()[0]
    asset = Original(customer=bob, file=first.file, state=first.state)
    asset.width, asset.height, asset.filename = first.width, first.height, "bob.jpg"
    asset.save()
    assert choosing.get(f"/kiosk/device/photos/{asset.pk}.jpg").status_code == 404
    Selection.objects.all().delete()
    assert heading(choosing.look()) == "No photo to print"
    assert choosing.get(f"/kiosk/device/photos/{asset.pk}.jpg").status_code == 404


@pytest.mark.rule("B-03")
def test_no_other_site_presses_its_buttons(screen: Screen) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = screen.cookies
    answer = strict.post("/kiosk/device/touch/", {"do": "begin"})
    assert answer.status_code == 403
    assert strict.get("/kiosk/device/touch/").status_code == 405
    assert not StationVisit.objects.exists()


@pytest.mark.rule("B-02")
def test_its_cookie_is_its_own(screen: Screen, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    screen.touch("begin")
    cookie = screen.cookies[COOKIE]
    assert len(cookie.value) >= 43
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")


def test_a_visitor_of_the_shop_in_the_same_browser_is_not_touched(
    waiting: Screen, provider: Provider, photos: PhotoService
) -> None:
    provider.person = BOB
    waiting.sign_in()
    waiting.connect()
    waiting.post("/connection/disconnect/")  # leaves words for the shop's next page
    assert "Bob" not in waiting.look()
    assert "Disconnected." not in waiting.look()
    provider.person = ALICE
    provider.allow()
    assert "Bob" not in waiting.until("Hello Alice")
    waiting.touch("leave")
    assert waiting.is_signed_in
    assert "Disconnected." in waiting.get("/connection/").content.decode()
    home = waiting.get("/orders/").content.decode()
    assert 'Sign out<span class="visually-hidden"> Bob' in home


@pytest.mark.parametrize("do", ["", "nothing", "50x70", "contact-sheet", "__class__"])
def test_an_unknown_button_does_nothing(choosing: Screen, do: str) -> None:
    before = StationVisit.objects.values("stage", "product_code", "copies").get()
    choosing.touch(do)
    after = StationVisit.objects.values("stage", "product_code", "copies").get()
    assert before == after


def test_copies_stay_within_reason(choosing: Screen) -> None:
    choosing.touch("fewer")
    assert visit().copies == 1
    for _ in range(25):
        choosing.touch("more")
    assert visit().copies == 20


@pytest.mark.parametrize("do", ["order", "more", "20x30"])
def test_buttons_of_a_later_page_do_nothing_before(picking: Screen, do: str) -> None:
    picking.touch(do)
    assert (visit().stage, visit().copies) == (Stage.PICKING, 1)
    assert visit().product_code == "10x15"
    assert not OrderItem.objects.exists()


@pytest.mark.parametrize(
    "path", ["", "state/", "photos/00000000-0000-0000-0000-000000000000.jpg"]
)
def test_there_is_a_station_only_where_one_is_registered(
    screen: Screen, settings: Settings, path: str
) -> None:
    settings.STATION_CLIENT_ID = ""
    assert screen.get(f"/kiosk/device/{path}").status_code == 404
    assert screen.post("/kiosk/device/touch/", {"do": "begin"}).status_code == 404


def test_nothing_stays_in_a_browser_that_everybody_uses(choosing: Screen) -> None:
    [picture, *_] = re.findall(r'src="(/kiosk/device/photos/[^"]+)"', choosing.look())
    for path in ("/kiosk/device/", "/kiosk/device/state/", picture):
        assert "no-store" in choosing.get(path)["Cache-Control"]


def test_the_screen_asks_nobody_but_the_shop(waiting: Screen) -> None:
    policy = waiting.get("/kiosk/device/")["Content-Security-Policy"]
    assert "form-action 'self';" in policy + ";"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_it_works_without_a_script(waiting: Screen) -> None:
    assert (
        '<noscript><meta http-equiv="refresh" content="5"></noscript>' in waiting.look()
    )
