"""Connecting a device in a real browser, by keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from authserver import registration
from authserver.models import Client
from tests.authserver.pages.cast import PASSWORD, PICKER, people, print_shop
from tests.story.chromium import launch

DEVICE_CODE = registration.DEVICE_CODE


@pytest.fixture
def site(live_server: LiveServer) -> str:
    people()
    print_shop()
    kiosk = Client(
        client_id="kiosk",
        name="Photo Kiosk",
        application_type="device",
        scope=f"openid profile {PICKER}",
    )
    registration.shape(kiosk).save()
    return str(live_server).replace("127.0.0.1", "localhost")


@pytest.fixture
def codes(site: str) -> dict[str, Any]:
    form = {"client_id": "kiosk", "scope": f"openid profile {PICKER}"}
    address = f"{site}/oauth/device_authorization"
    given: dict[str, Any] = requests.post(address, form, timeout=30).json()
    return given


@pytest.fixture
def page(site: str, codes: dict[str, Any]) -> Iterator[Page]:
    """Alice's browser, at the page where a code is typed in."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(base_url=site).new_page()
        page.goto("/device/")
        page.get_by_label("User name").fill("alice")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Connect a device").wait_for()
        yield page
        browser.close()


def judge(page: Page) -> None:
    """Nothing may be wrong, nor wider than a telephone."""
    for width, scheme in ((390, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        # A colour half-way through its transition is not one that anybody reads.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # a literal
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def focus(page: Page, name: str) -> None:
    """Tab on to the control of that name."""
    for _ in range(30):
        page.keyboard.press("Tab")
        text = "e => e.innerText || e.labels?.[0]?.innerText || ''"
        if name in page.evaluate(f"({text})(document.activeElement)"):
            return
    raise AssertionError(name)


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.3")
def test_by_keyboard_alone(page: Page, site: str, codes: dict[str, Any]) -> None:
    focus(page, "Code on the device")
    page.keyboard.type("bbbb bbbb")
    page.keyboard.press("Enter")
    page.get_by_text("No device waits under this code").wait_for()
    judge(page)
    focus(page, "Code on the device")
    page.keyboard.press("Control+a")
    page.keyboard.type(codes["user_code"].lower())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Photo Kiosk asks for access").wait_for()
    assert codes["user_code"] in page.inner_text("main")
    judge(page)
    focus(page, "See your name")
    page.keyboard.press("Enter")  # in a box: must decide nothing
    page.keyboard.press("Space")
    focus(page, "Allow")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Photo Kiosk is connected").wait_for()
    judge(page)
    form = {"client_id": "kiosk", "grant_type": DEVICE_CODE}
    form["device_code"] = codes["device_code"]
    given = requests.post(f"{site}/oauth/token", form, timeout=30)
    assert set(given.json()["scope"].split()) == {"openid", "profile"}


def test_no_is_as_near_as_yes(page: Page, site: str, codes: dict[str, Any]) -> None:
    page.goto(codes["verification_uri_complete"].split("8001")[-1])
    page.get_by_role("button", name="Continue").click()
    allow = page.get_by_role("button", name="Allow").bounding_box()
    deny = page.get_by_role("button", name="Deny").bounding_box()
    assert allow
    assert deny
    sizes = [(round(box["width"]), round(box["height"])) for box in (allow, deny)]
    assert sizes[0] == sizes[1]
    page.get_by_role("button", name="Deny").click()
    page.get_by_role("heading", name="Photo Kiosk is not connected").wait_for()
    judge(page)
