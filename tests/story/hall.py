"""A hall with a photo station, and people with a phone, as sentences."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.qr import drawn
from tests.story import people
from tests.story.watch import Watch

STATION = "printshop-device"


def tab(browser: Browser, **how: Any) -> Iterator[Page]:
    """A browser of somebody's own, as a fixture has it; its pages keep their rules."""
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
