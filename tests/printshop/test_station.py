"""The photo station: a screen in a hall, and Alice with her phone."""

import re
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone
from provider import (
    ALICE,
    PICK,
    PhotoService,
    Provider,
    Reply,
)
from stations import (
    COOKIE,
    Screen,
    assert_empty,
    done,
    heading,
    living,
    paths,
    visit,
)
from visitors import Browser, choose, make

from printshop.models import Customer, OrderItem, Original, Selection, StationVisit
from printshop.models.stations import Stage
from printshop.station import device_grant
from printshop.sweeping import sweep
from printshop.token_endpoint import Tokens
from tests.qr import drawn

SECOND = 1.2  # a moment, as the page's script takes between two looks


# The whole visit.


@pytest.mark.spec("RFC 8628 §3.3", "RFC 8628 §3.4", "RFC 7009 §2.1")
def test_from_the_first_touch_to_the_cart(
    screen: Screen, provider: Provider, photos: PhotoService
) -> None:
    assert "Touch to begin" in screen.look()
    html = screen.touch("begin")
    [codes] = provider.devices.values()
    assert codes.user_code in html
    assert ", ".join(["W D J B", " ".join(codes.user_code[5:])]) in html
    assert paths(html) == [drawn(f"{provider.url}/device?user_code={codes.user_code}")]
    assert codes.scope == f"openid profile {PICK}"
    assert "Only use this code if you are standing in front of this screen" in html

    provider.allow()
    html = screen.until("Hello Alice. Now pick your photos")
    [session] = photos.sessions
    assert paths(html) == [drawn(f"{photos.url}/pick/{session}")]
    assert photos.requests[0].body == b'{"pickingConfig": {"maxItemCount": "40"}}'

    done(photos)
    html = screen.until("Alice, which size?")
    assert living(provider) == [], "given back as soon as nothing needs them"
    pictures = re.findall(r'src="(/kiosk/device/photos/[^"]+)"', html)
    names = re.findall(r'alt="([^"]+)"', html)
    assert names == ["sea.jpg", "tower.jpg"]
    assert all(screen.get(picture).status_code == 200 for picture in pictures)

    screen.touch("20x30")
    html = screen.touch("more")
    assert "€15.60" in html, "two photos, twice each, €3.90 a print"
    assert "€19.50" in html, "and the parcel"
    html = screen.touch("order")
    assert [screen.get(p).status_code for p in pictures] == [404, 404], "seen enough"
    assert paths(html) == [drawn("http://testserver/cart/")]
    items = OrderItem.objects.in_cart(Customer.objects.get(sub=ALICE.sub))
    assert [(i.product_code, i.copies, str(i)) for i in items] == [
        ("20x30", 2, "Print 20 × 30 cm")
    ] * 2
    assert "Touch to begin" in screen.touch("leave")
    assert_empty()
    assert [p.status_code for p in map(screen.get, pictures)] == [404, 404]


def test_her_phone_finds_it_in_the_cart_she_had(
    choosing: Screen, browser: Browser, photos: PhotoService
) -> None:
    browser.sign_in()
    browser.connect()
    make(browser, choose(browser, photos), product="13x18")
    choosing.touch("order")
    choosing.touch("order")
    html = browser.get("/cart/").content.decode()
    assert html.count("13 × 18") >= 2
    assert OrderItem.objects.count() == 4, "two she had, two of the station, no more"


def test_who_was_known_keeps_name_and_address_of_mail(
    browser: Browser, waiting: Screen, provider: Provider
) -> None:
    browser.sign_in()
    provider.userinfo = {"name": "Mallory"}
    provider.allow()
    waiting.until("Hello Alice")
    [alice] = Customer.objects.all()
    assert (alice.name, alice.email) == (ALICE.name, ALICE.email)


def test_no_secret_reaches_the_screen_or_the_log(
    choosing: Screen, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    choosing.touch("order")
    choosing.touch("leave")
    given = [*provider.devices, *provider.access_tokens, *provider.refresh_tokens]
    assert len(given) == 3
    everything = "\n".join([*choosing.sent, caplog.text])
    assert not [secret for secret in given if secret in everything]
    assert "eyJ" not in everything, "no ID token"
    [row] = StationVisit.objects.values()
    assert choosing.cookies[COOKIE].value not in str(row), "kept as a hash"


@pytest.mark.rule("B-01")
def test_what_is_lent_lies_sealed(picking: Screen, provider: Provider) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM printshop_stationvisit")
        kept = str(cursor.fetchall())
    secrets = [*provider.access_tokens, *provider.refresh_tokens]
    assert secrets
    assert not [secret for secret in secrets if secret in kept]
    assert visit().access_token in provider.access_tokens


# Picking.


def test_what_cannot_be_printed_is_left_out_and_said(
    picking: Screen, photos: PhotoService
) -> None:
    photos.picks[0].kind = "VIDEO"
    done(photos)
    html = picking.until("which size")
    assert "Videos cannot be printed." in html
    assert re.findall(r'alt="([^"]+)"', html) == ["tower.jpg"]
    assert "€0.35" in html
    assert "€4.25" in html


@pytest.mark.parametrize("picks", [0, 1])
def test_without_a_photo_to_print_the_visit_ends(
    picking: Screen, photos: PhotoService, provider: Provider, picks: int
) -> None:
    photos.picks = photos.picks[:picks]
    for pick in photos.picks:
        pick.content = b"no photo"
    done(photos)
    picking.until("No photo to print")
    assert living(provider) == []


def test_a_service_that_is_away_is_waited_for(
    picking: Screen, photos: PhotoService
) -> None:
    done(photos)
    photos.replies["/picker/v1/mediaItems"] = Reply("no", 503)
    picking.look(2)
    assert "does not answer just now" in picking.look(2)
    del photos.replies["/picker/v1/mediaItems"]
    picking.until("which size")
    assert Original.objects.count() == 2


def test_many_photos_come_in_several_looks(
    picking: Screen, photos: PhotoService
) -> None:
    done(photos)
    with patch("printshop.station.picks.SECONDS", 0.0):
        picking.look(2)
        html = picking.look(SECOND)
        assert "1 of 2" in html
        assert Selection.objects.get().stage == Selection.Stage.STATION
        picking.until("which size")
    assert [r.path for r in photos.requests if "/media/" in r.path] == [
        "/media/sea=d",
        "/media/tower=d",
    ]
    assert Selection.objects.get().stage == Selection.Stage.READY


def test_a_session_that_the_picker_forgot_ends_the_visit(
    picking: Screen, photos: PhotoService
) -> None:
    photos.sessions.clear()
    picking.until("Time ran out")


# Leaving.


@pytest.mark.parametrize("stage", ["waiting", "picking", "choosing"])
@pytest.mark.parametrize("do", ["leave", "begin"])
def test_start_again_leaves_nothing_behind(
    request: pytest.FixtureRequest, provider: Provider, stage: str, do: str
) -> None:
    screen: Screen = request.getfixturevalue(stage)
    before = visit()
    screen.touch(do)
    before.refresh_from_db()
    assert before.stage == Stage.ENDED
    assert before.lent == []
    assert before.customer is None
    assert living(provider) == []


@pytest.mark.parametrize(
    ("stage", "patience"), [("picking", 360), ("choosing", 120), ("carried", 120)]
)
def test_who_walks_away_is_signed_out(
    request: pytest.FixtureRequest, provider: Provider, stage: str, patience: int
) -> None:
    screen: Screen = request.getfixturevalue(
        "picking" if stage == "picking" else "choosing"
    )
    if stage == "carried":
        screen.touch("order")
    StationVisit.objects.update(touched_at=timezone.now())
    assert "Are you still there?" not in screen.look(patience - 32)
    assert "Are you still there?" in screen.look(10)
    assert "Are you still there?" not in screen.touch("here")
    assert "Touch to begin" not in screen.look(patience - 2)
    left = heading(screen.look(3))
    assert left == ("Your photos, on paper" if stage == "carried" else "Goodbye")
    assert_empty()
    assert living(provider) == []


def test_what_came_while_somebody_left_is_given_back(
    waiting: Screen, provider: Provider
) -> None:
    """The visit ends between the question and its answer."""
    ask = device_grant.poll

    def slowly(device_code: str) -> Tokens:
        tokens = ask(device_code)
        StationVisit.objects.end(visit())
        return tokens

    provider.allow()
    with patch("printshop.station.device_grant.poll", slowly):
        waiting.look(6)
    assert len(provider.access_tokens) == 1
    assert living(provider) == []
    assert_empty()


def test_a_provider_that_is_away_keeps_nobody_signed_in(
    choosing: Screen, picking: Screen, provider: Provider
) -> None:
    provider.replies["/revoke"] = Reply("no", 500)
    assert heading(picking.touch("leave")) == "Your photos, on paper"
    assert_empty()


@pytest.mark.parametrize("stage", ["waiting", "picking", "choosing"])
def test_rows_go_ten_minutes_after_a_visit(
    request: pytest.FixtureRequest, provider: Provider, stage: str
) -> None:
    """Also of a screen that was switched off: nobody looks, the worker does."""
    screen: Screen = request.getfixturevalue(stage)
    screen.clock.shift(14 * 60)
    sweep()
    assert StationVisit.objects.exclude(stage=Stage.ENDED).exists()
    screen.clock.shift(2 * 60)
    sweep()
    assert living(provider) == []
    assert_empty()
    screen.clock.shift(9 * 60)
    sweep()
    assert StationVisit.objects.exists()
    screen.clock.shift(2 * 60)
    sweep()
    assert not StationVisit.objects.exists()
