"""The photo station: a screen in a hall, Alice's phone, and a provider that may lie."""

import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import jwt
import pytest
import segno
import time_machine
from django.db import connection
from django.utils import timezone
from provider import (
    ALICE,
    BOB,
    DEVICE_CODE,
    PICK,
    PhotoService,
    Provider,
    Reply,
)
from pytest_django import Settings
from visitors import Browser, choose, make

from printshop.models import Customer, OrderItem, Original, Selection, StationVisit
from printshop.models.stations import NOTHING_LENT, Stage
from printshop.station import device_grant
from printshop.sweeping import sweep
from printshop.token_endpoint import Tokens

DEVICE, TOKEN = "/device_authorization", "/token"
COOKIE = "printshop_station"
SECOND = 1.2  # a moment, as the page's script takes between two looks


class Screen(Browser):
    """The station's browser; it has no keyboard, and remembers all it was sent."""

    def __init__(self, clock: time_machine.Traveller, **how: Any) -> None:
        super().__init__(**how)
        self.clock = clock
        self.sent: list[str] = []

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        self.sent += [str(answer.headers), str(answer.cookies)]
        if not answer.streaming:
            self.sent.append(answer.content.decode(errors="replace"))
        return answer

    def look(self, after: float = 0) -> str:
        """What it shows so many seconds later."""
        self.clock.shift(after)
        return str(self.get("/kiosk/device/").content.decode())

    def touch(self, do: str, after: float = 0) -> str:
        """Press a button; what it shows then."""
        self.clock.shift(after)
        answer = self.post("/kiosk/device/touch/", {"do": do})
        assert answer["Location"] == "/kiosk/device/"
        return self.look()

    def until(self, words: str, seconds: int = 60) -> str:
        """Wait in front of it until it says so."""
        for _ in range(seconds):
            if words in (html := self.look(1)):
                return html
        raise AssertionError(heading(html))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Now, and whenever a test shifts it to; the provider looks at it as well."""
    with time_machine.travel(timezone.now(), tick=True) as clock:
        yield clock


@pytest.fixture
def screen(
    db: None, provider: Provider, photos: PhotoService, clock: time_machine.Traveller
) -> Screen:
    """A station that nobody has touched."""
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


def done(photos: PhotoService) -> None:
    photos.done.update(photos.sessions)


def visit() -> StationVisit:
    return StationVisit.objects.latest("pk")


def heading(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html)
    assert found, html
    return found[1]


def paths(html: str) -> list[str]:
    """What the drawn codes draw."""
    return re.findall(r'<path d="([^"]+)" fill="#000"', html)


def drawn(text: str) -> str:
    """The path of an address' QR code, from the matrix that segno makes."""
    rows = enumerate(segno.make(text, error="m", boost_error=False).matrix)
    return "".join(
        f"M{4 + x} {4 + y}h1v1h-1z"
        for y, row in rows
        for x, dark in enumerate(row)
        if dark
    )


def asked(provider: Provider) -> int:
    """How often the station asked for tokens."""
    return len(provider.asked(TOKEN))


def assert_empty() -> None:
    row = visit()
    assert {name: getattr(row, name) for name in NOTHING_LENT} == NOTHING_LENT
    assert row.customer is None
    assert row.selection is None


def living(provider: Provider) -> list[str]:
    """Access tokens that still open something."""
    return [token for token in provider.access_tokens if provider.accepts(token)]


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


# Asking: RFC 8628 §3.5.


@pytest.mark.spec("RFC 8628 §3.5")
def test_it_asks_when_the_interval_is_over_and_not_before(
    waiting: Screen, provider: Provider
) -> None:
    for after, so_far in [(4.5, 0), (0.6, 1), (4.5, 1), (0.6, 2)]:
        waiting.look(after)
        assert asked(provider) == so_far


def test_without_an_interval_it_is_five_seconds(
    screen: Screen, provider: Provider
) -> None:
    provider.device_changes = {"interval": None}
    screen.touch("begin")
    assert visit().interval == 5


@pytest.mark.spec("RFC 8628 §3.5")
def test_slow_down_means_five_seconds_more_from_then_on(
    waiting: Screen, provider: Provider
) -> None:
    provider.replies[TOKEN] = Reply({"error": "slow_down"}, 400)
    waiting.look(5.1)
    provider.replies[TOKEN] = Reply({"error": "authorization_pending"}, 400)
    for after, so_far in [(9.5, 1), (0.6, 2), (9.5, 2), (0.6, 3)]:
        waiting.look(after)
        assert asked(provider) == so_far
    provider.replies[TOKEN] = Reply({"error": "slow_down"}, 400)
    waiting.look(10.1)
    assert visit().interval == 15


@pytest.mark.spec("RFC 8628 §3.5")
def test_however_often_it_is_looked_at_it_is_never_told_to_slow_down(
    waiting: Screen, provider: Provider
) -> None:
    for _ in range(50):
        waiting.look(0.7)
    assert {d.interval for d in provider.devices.values()} == {5}
    assert 5 <= asked(provider) <= 7


ENDS = {
    "access_denied": "You said no, and that is fine",
    "expired_token": "Time ran out",
    "invalid_grant": "That did not work",
    "unauthorized_client": "That did not work",
    "": "That did not work",
}


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize("error", ENDS)
def test_a_no_ends_the_visit_and_is_said(
    waiting: Screen, provider: Provider, error: str
) -> None:
    provider.replies[TOKEN] = Reply({"error": error}, 400)
    assert heading(waiting.look(6)) == ENDS[error]
    assert_empty()
    for _ in range(4):
        waiting.look(6)
    assert asked(provider) == 1, "and nobody is asked again"
    assert heading(waiting.look(60)) == "Your photos, on paper"


def test_a_code_ends_by_the_clock_too(screen: Screen, provider: Provider) -> None:
    provider.device_seconds = 30
    screen.touch("begin")
    before = screen.look(29)
    assert "WDJB" in before
    count = asked(provider)
    assert heading(screen.look(1.5)) == "Time ran out"
    assert asked(provider) == count
    assert_empty()


TROUBLE = {
    "an error": Reply("no", 500),
    "a page": Reply("<title>Hello</title>", content_type="text/html"),
    "too many": Reply({"error": "temporarily_unavailable"}, 429),
    "a list": Reply("[]"),
    "a token of another kind": Reply({"access_token": "x", "token_type": "MAC"}),
    "nothing": Reply({}),
}


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize("trouble", TROUBLE)
def test_trouble_is_waited_out_each_time_twice_as_long(
    waiting: Screen, provider: Provider, trouble: str
) -> None:
    provider.replies[TOKEN] = TROUBLE[trouble]
    for after, so_far in [(5.1, 1), (9.5, 1), (0.6, 2), (19.5, 2), (0.6, 3)]:
        html = waiting.look(after)
        assert asked(provider) == so_far
    assert "does not answer just now" in html
    assert "WDJB" in html
    del provider.replies[TOKEN]
    provider.allow()
    waiting.look(40.1)
    assert visit().stage == Stage.MEETING


def test_a_server_that_takes_too_long_is_left_alone(
    waiting: Screen, provider: Provider
) -> None:
    provider.replies[TOKEN] = Reply({"error": "authorization_pending"}, 400, drip=0.05)
    with patch("printshop.wire.JSON_SECONDS", 0.2):
        waiting.look(5.1)
    assert visit().failures == 1
    waiting.look(9)
    assert asked(provider) == 1


@pytest.mark.spec("RFC 8628 §3.1", "RFC 8628 §3.2")
@pytest.mark.parametrize(
    "reply",
    [
        *TROUBLE.values(),
        *(
            Reply(
                {
                    "device_code": "d",
                    "user_code": "WDJB-MJHT",
                    "verification_uri": "https://a.example/device",
                    "expires_in": 600,
                }
                | change
            )
            for change in (
                {"device_code": None},
                {"device_code": "x" * 20_000},
                {"user_code": 7},
                {"user_code": "W\0"},
                {"user_code": "x" * 41},
                {"verification_uri": "javascript:alert(1)"},
                {"verification_uri": "https://[bad"},
                {"verification_uri_complete": "data:,x"},
                {"expires_in": 0},
                {"expires_in": True},
                {"expires_in": None},
                {"interval": "5"},
                {"interval": -5},
            )
        ),
    ],
)
def test_without_usable_codes_it_keeps_trying(
    screen: Screen, provider: Provider, reply: Reply
) -> None:
    provider.replies[DEVICE] = reply
    assert heading(screen.touch("begin")) == "One moment"
    screen.look(2)
    assert len(provider.asked(DEVICE)) == 1
    del provider.replies[DEVICE]
    assert "WDJB" in screen.look(10)


@pytest.mark.parametrize(
    ("metadata", "reply"),
    [
        ({"device_authorization_endpoint": None}, None),
        ({}, Reply({"error": "unauthorized_client"}, 400)),
        ({}, Reply({"error": "invalid_client"}, 401)),
    ],
)
def test_a_station_that_may_not_ask_says_so(
    screen: Screen, provider: Provider, metadata: dict[str, Any], reply: Reply | None
) -> None:
    provider.metadata = metadata
    if reply:
        provider.replies[DEVICE] = reply
    assert heading(screen.touch("begin")) == "That did not work"


# What may be wrong with tokens.

LIES: dict[str, dict[str, Any]] = {
    "no ID token": {"token_changes": {"id_token": None}},
    "an ID token for the shop": {"claims": {"aud": "printshop"}},
    "for us and another": {"claims": {"aud": ["printshop-device", "mallory"]}},
    "issued to the shop": {"claims": {"azp": "printshop"}},
    "of another issuer": {"claims": {"iss": "https://mallory.example"}},
    "expired": {"claims": {"exp": 1}},
    "of nobody": {"claims": {"sub": None}},
    "beside another token": {"claims": {"at_hash": "AAAA"}},
    "a logout token": {"header": {"typ": "logout+jwt"}},
    "unsigned": {"header": {"alg": "none"}},
    "somebody else's UserInfo": {"userinfo": {"sub": BOB.sub}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_who_it_is_ends_the_visit(
    waiting: Screen, provider: Provider, lie: str
) -> None:
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    if lie == "unsigned":
        provider.sign = lambda claims, header: jwt.encode(claims, "", algorithm="none")
    provider.allow()
    waiting.until("That did not work")
    assert_empty()
    assert living(provider) == []
    assert not Selection.objects.exists()


def test_without_the_permission_there_is_nothing_to_print(
    waiting: Screen, provider: Provider, photos: PhotoService
) -> None:
    provider.deny = {PICK}
    provider.allow()
    waiting.until("We may not see your photos")
    assert living(provider) == []
    assert not photos.requests
    assert not Customer.objects.exists()


def test_without_a_name_it_greets_all_the_same(
    waiting: Screen, provider: Provider
) -> None:
    provider.userinfo = {"name": None}
    provider.allow()
    waiting.until("Hello. Now pick your photos")


def test_keys_that_cannot_be_fetched_are_waited_for(
    waiting: Screen, provider: Provider
) -> None:
    provider.replies["/jwks"] = Reply("no", 500)
    provider.allow()
    waiting.look(6)
    waiting.look(2)
    assert visit().stage == Stage.MEETING
    assert asked(provider) == 1, "the device code is spent: it is not sent again"
    del provider.replies["/jwks"]
    waiting.until("Hello Alice")


def test_an_answer_that_was_lost_is_not_redeemed_twice(
    waiting: Screen, provider: Provider
) -> None:
    """The code was spent, the tokens never came: the provider says what that means."""
    provider.allow()
    provider.token_changes = {"access_token": None}
    waiting.look(5.1)
    provider.token_changes = {}
    waiting.until("That did not work")
    assert [r.form["grant_type"] for r in provider.asked(TOKEN)] == [DEVICE_CODE] * 2
    assert_empty()


@pytest.mark.rule("AS-40")
@pytest.mark.spec("RFC 6749 §3.2.1")
def test_it_says_its_name_and_has_no_secret(
    choosing: Screen, provider: Provider
) -> None:
    sent = [r for r in provider.requests if r.path in {DEVICE, TOKEN, "/revoke"}]
    assert {r.path for r in sent} == {DEVICE, TOKEN, "/revoke"}
    assert {r.form.get("client_id") for r in sent} == {"printshop-device"}
    assert not [r for r in sent if "Authorization" in r.headers]
    assert not [r for r in sent if "client_secret" in r.form]


# Tokens end.


def renewed(provider: Provider) -> int:
    forms = [r.form["grant_type"] for r in provider.asked(TOKEN)]
    return forms.count("refresh_token")


def test_a_token_that_ends_is_renewed_while_somebody_picks(
    waiting: Screen, provider: Provider, photos: PhotoService
) -> None:
    provider.lifetime = 90
    provider.allow()
    waiting.until("Now pick your photos")
    assert renewed(provider) == 0
    waiting.look(40)
    assert renewed(provider) == 1
    done(photos)
    waiting.until("which size")
    assert renewed(provider) == 1
    assert living(provider) == []


def test_a_token_that_was_ended_early_is_not_sent_for_ever(
    picking: Screen, provider: Provider
) -> None:
    for grant in provider.access_tokens.values():
        grant.alive = False
    picking.until("Your access has ended")
    assert_empty()


@pytest.mark.spec("OIDC Core §12.2")
def test_a_token_renewed_for_somebody_else_is_given_back(
    picking: Screen, provider: Provider, photos: PhotoService
) -> None:
    [grant] = {id(g): g for g in provider.access_tokens.values()}.values()
    grant.person = BOB
    with patch.object(
        provider,
        "tokens",
        lambda g, **_: Provider.tokens(provider, g, with_id_token=True),
    ):
        StationVisit.objects.update(access_token_expires_at=timezone.now())
        picking.until("Your access has ended")
    assert living(provider) == []
    assert not Selection.objects.exists()


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


# Whose screen it is.


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
    waiting.connect()  # leaves a message for the shop's next page
    assert "Bob" not in waiting.look()
    provider.person = ALICE
    provider.allow()
    assert "Bob" not in waiting.until("Hello Alice")
    waiting.touch("leave")
    assert waiting.is_signed_in
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
