"""The photo station in a browser, and Alice's phone in another: RFC 8628, for real."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import segno
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.story import people
from tests.story.client import PICKER
from tests.story.looks import Looks
from tests.story.town import Town
from tests.story.watch import Watch

STATION = "printshop-device"
SCOPE = f"openid profile {PICKER}"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SPARE: ViewportSize = {"width": 1080, "height": 1920}
# Everything a browser keeps, and everything the page itself says.
KEPT = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie,
    databases: await indexedDB.databases(), caches: await caches.keys(),
    page: document.documentElement.outerHTML, url: location.href,
})"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Alice's, with the browser she is not signed in with yet."""
    yield from _tab(browser, viewport={"width": 390, "height": 844})


@pytest.fixture
def screen(browser: Browser, town: Town) -> Iterator[Page]:
    """The station: upright, and nobody has touched it."""
    for tab in _tab(browser, viewport=SPARE):
        tab.goto(f"{town.shop}/kiosk/device/")
        yield tab


def _tab(browser: Browser, **how: Any) -> Iterator[Page]:
    context = browser.new_context(**how)
    context.set_default_timeout(60_000)
    watch = Watch(context)
    yield context.new_page()
    context.close()
    watch.judge()


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def begin(screen: Page) -> str:
    """One touch, by Enter alone; the code on the screen."""
    expect(screen.get_by_role("button", name="Touch to begin")).to_be_focused()
    screen.keyboard.press("Enter")
    return screen.locator(".station-code").inner_text()


def scan(screen: Page, phone: Page) -> None:
    """Point the phone's camera at the screen: what the drawing draws is opened."""
    link = screen.locator(".station a[target=_blank]").get_attribute("href") or ""
    says_so = link.removesuffix("/autoclose")
    assert screen.locator(".qr path").get_attribute("d") == drawn(says_so)
    phone.goto(link)


def drawn(text: str) -> str:
    """The path of an address's QR code, from the matrix that segno makes."""
    rows = enumerate(segno.make(text, error="m", boost_error=False).matrix)
    return "".join(
        f"M{4 + x} {4 + y}h1v1h-1z"
        for y, row in rows
        for x, dark in enumerate(row)
        if dark
    )


def send_code(phone: Page, code: str, username: str = "alice") -> None:
    """Sign in, see that the code was brought along, and send it."""
    people.sign_in(phone, username)
    expect(phone.locator("[name=user_code]")).to_have_value(code)
    phone.locator("main form button[type=submit]").click()
    says(phone, "Print Shop photo station asks for access")
    expect(phone.locator("main")).to_contain_text(code)


def approve(screen: Page, phone: Page, username: str = "alice") -> None:
    code = begin(screen)
    scan(screen, phone)
    send_code(phone, code, username)
    people.allow(phone, "profile")
    says(phone, "Print Shop photo station is connected")


def pick(screen: Page, phone: Page, count: int) -> None:
    scan(screen, phone)
    boxes = phone.locator("input[name=photo]")
    for number in range(count):
        boxes.nth(number).check(force=True)
    phone.get_by_role("button", name="Done").click()


@pytest.mark.rule("B-01", "AS-46")
@pytest.mark.spec("RFC 8628 §3.3", "RFC 8628 §3.3.1", "RFC 7009 §2.1")
def test_from_a_touch_to_a_paid_order_on_the_phone(
    town: Town, screen: Page, phone: Page
) -> None:
    kept: list[str] = []
    remember: Callable[[], None] = lambda: kept.append(screen.evaluate(KEPT))  # noqa: E731
    approve(screen, phone)
    says(screen, "Hello Alice. Now pick your photos")
    remember()
    pick(screen, phone, 3)
    says(screen, "Alice, which size?")
    expect(screen.locator(".station-photos img")).to_have_count(3)
    remember()
    screen.get_by_role("button", name="13 × 18 cm").click()
    screen.get_by_role("button", name="One copy more").click()
    expect(screen.get_by_role("button", name="One copy more")).to_be_focused()
    expect(screen.locator(".station-sum")).to_contain_text("€7.80")
    screen.get_by_role("button", name="Put into my cart").focus()
    screen.keyboard.press("Enter")
    says(screen, "In your cart, Alice. Pay on your phone")
    remember()

    # The phone is signed in at the account already: the shop learns it there.
    scan(screen, phone)
    if phone.url.startswith(f"{town.issuer}/consent"):
        people.allow(phone)
    people.at(phone, f"{town.shop}/cart")
    expect(phone.locator("main")).to_contain_text("13 × 18")
    phone.get_by_role("link", name="Continue to the address").click()
    people.give_address(phone)
    people.pay(phone)
    people.order_number(phone)

    screen.get_by_role("button", name="Done").click()
    says(screen, "Your photos, on paper")
    remember()
    cookies = {cookie["name"] for cookie in screen.context.cookies()}
    assert cookies == {"printshop_station", "printshop_csrf"}
    for found in map(json.loads, kept):
        assert found["local"] == found["session"] == {}
        assert found["cookie"] == ""
        assert found["databases"] == found["caches"] == []
        assert not re.search(r"eyJ|[A-Za-z0-9_-]{43}\.", found["page"] + found["url"])


@pytest.mark.spec("RFC 8628 §3.5")
def test_who_denies_it_is_forgotten_at_once(screen: Page, phone: Page) -> None:
    code = begin(screen)
    scan(screen, phone)
    send_code(phone, code)
    people.deny(phone)
    says(screen, "You said no, and that is fine")
    screen.keyboard.press("Enter")
    expect(screen.locator(".station-code")).not_to_have_text(code)


def test_approving_twice_connects_one_screen_once(
    town: Town, screen: Page, page: Page, watch: Watch
) -> None:
    phone, code = page, begin(screen)
    scan(screen, phone)
    send_code(phone, code)
    second = phone.context.new_page()
    second.goto(phone.url)
    people.allow(phone, "profile")
    says(phone, "is connected")
    people.allow(second, "profile")  # the same page, sent once more
    says(second, "is connected")
    says(screen, "Hello Alice")
    second.goto(f"{town.issuer}/device/?user_code={code}")
    second.locator("main form button[type=submit]").click()
    expect(second.locator("main")).to_contain_text("No device waits under this code")
    watch.forgive("status of 400")


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_code_that_expires_is_said_to(town: Town, screen: Page, phone: Page) -> None:
    begin(screen)
    expire = (
        "from authserver.models import DeviceGrant as D; from django.utils import"
        " timezone; D.objects.open().update(expires=timezone.now())"
    )
    town.manage("authserver", "shell", "-c", expire)
    says(screen, "Time ran out")
    expect(screen.get_by_role("button", name="Touch to begin")).to_be_visible()


@pytest.mark.spec("RFC 8628 §5.4")
def test_a_link_alone_allows_nothing(screen: Page, phone: Page) -> None:
    code = begin(screen)
    expect(screen.locator(".station-warn")).to_contain_text(
        "Only use this code if you are standing in front of this screen"
    )
    scan(screen, phone)
    people.sign_in(phone)
    expect(phone.locator("[name=user_code]")).to_have_value(code)
    screen.wait_for_timeout(6500)  # longer than the station waits to ask again
    expect(screen.locator(".station-code")).to_have_text(code)


def test_start_again_ends_what_was_lent(town: Town, screen: Page, phone: Page) -> None:
    approve(screen, phone, "bob")
    says(screen, "Hello Bob")
    screen.get_by_role("button", name="Start again").click()
    says(screen, "Your photos, on paper")
    living = town.manage(
        "authserver",
        "shell",
        "-c",
        "from authserver.models import AccessToken as A, RefreshToken as R;"
        f"own = {{'application__client_id': '{STATION}', 'user__username': 'bob'}};"
        "print('living', A.objects.live().filter(**own).count(),"
        " R.objects.filter(revoked=None, **own).count())",
    )
    assert "living 0 0" in living


def test_it_works_without_a_script(town: Town, browser: Browser, phone: Page) -> None:
    for plain in _tab(browser, java_script_enabled=False):
        plain.goto(f"{town.shop}/kiosk/device/")
        approve(plain, phone)
        says(plain, "Hello Alice")
        pick(plain, phone, 1)
        says(plain, "Alice, which size?")
        plain.get_by_role("button", name="Put into my cart").click()
        says(plain, "In your cart")
        plain.get_by_role("button", name="Done").click()
        says(plain, "Your photos, on paper")


def test_every_screen_can_be_seen_by_everybody(
    town: Town, screen: Page, phone: Page
) -> None:
    looks = Looks(town)

    def look(called: str) -> None:
        looks.at(screen, called)
        screen.set_viewport_size(SPARE)
        if "Are you still there" not in screen.content():
            wide = screen.evaluate("document.documentElement.scrollWidth")
            assert wide <= SPARE["width"], called

    look("begin")
    code = begin(screen)
    look("code")
    scan(screen, phone)
    send_code(phone, code)
    people.allow(phone, "profile")
    says(screen, "Hello")
    look("pick")
    pick(screen, phone, 2)
    says(screen, "which size?")
    look("choose")
    screen.get_by_role("button", name="Put into my cart").click()
    says(screen, "In your cart")
    look("carried")
    looks.judge()


# The same grant over the wire, as any device could ask.


@dataclass
class Device:
    """The station's own client, which anybody can claim to be: it has no secret."""

    town: Town
    codes: dict[str, Any] = field(default_factory=dict)

    def ask(self) -> dict[str, Any]:
        self.codes = self.post("device_authorization", scope=SCOPE).json()
        return self.codes

    def poll(self) -> tuple[int, str]:
        answer = self.post(
            "token", grant_type=GRANT, device_code=self.codes["device_code"]
        )
        self.given = answer.json()
        return answer.status_code, self.given.get("error", "")

    def post(self, endpoint: str, **form: str) -> requests.Response:
        url = f"{self.town.issuer}/oauth/{endpoint}"
        return requests.post(url, {"client_id": STATION, **form}, timeout=20)


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.5")
def test_polling_too_fast_costs_five_seconds_each_time(town: Town) -> None:
    device = Device(town)
    assert device.ask()["interval"] == 5
    assert device.poll() == (400, "authorization_pending")
    assert device.poll() == (400, "slow_down")  # from now on ten seconds
    time.sleep(7)
    assert device.poll() == (400, "slow_down")  # from now on fifteen
    time.sleep(15)
    assert device.poll() == (400, "authorization_pending")


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.5")
def test_a_device_code_is_redeemed_once_and_its_replay_ends_everything(
    town: Town, phone: Page
) -> None:
    device = Device(town)
    codes = device.ask()
    phone.goto(codes["verification_uri_complete"])
    send_code(phone, codes["user_code"])
    people.allow(phone)
    says(phone, "is connected")
    assert device.poll() == (200, "")
    given = device.given
    assert set(given["scope"].split()) >= {"openid", PICKER}
    assert device.poll() == (400, "invalid_grant")
    token = given["refresh_token"]
    answer = device.post("token", grant_type="refresh_token", refresh_token=token)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    userinfo = requests.get(f"{town.issuer}/oauth/userinfo", headers=bearer, timeout=20)
    assert userinfo.status_code == 401


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_no_and_an_end_have_names_of_their_own(town: Town, phone: Page) -> None:
    denied = Device(town)
    codes = denied.ask()
    phone.goto(codes["verification_uri_complete"])
    send_code(phone, codes["user_code"])
    people.deny(phone)
    says(phone, "is not connected")
    assert denied.poll() == (400, "access_denied")
    assert denied.poll() == (400, "access_denied")
    unknown = Device(town, {"device_code": "guessed"})
    assert unknown.poll() == (400, "invalid_grant")
