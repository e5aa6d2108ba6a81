"""The photo station in a browser, and Alice's phone in another: RFC 8628, for real."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.story import hall, people
from tests.story.hall import STATION, approve, begin, pick, says, scan, send_code
from tests.story.looks import Looks
from tests.story.town import Town
from tests.story.watch import Watch

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
    yield from hall.tab(browser, viewport={"width": 390, "height": 844})


@pytest.fixture
def screen(browser: Browser, town: Town) -> Iterator[Page]:
    """The station: upright, and nobody has touched it."""
    for tab in hall.tab(browser, viewport=SPARE):
        tab.goto(f"{town.shop}/kiosk/device/")
        yield tab


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
    for plain in hall.tab(browser, java_script_enabled=False):
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
