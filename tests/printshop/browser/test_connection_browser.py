"""What was lent, and what went wrong, as people see it, wide and narrow.

With PICTURES=folder it leaves a picture of each page there.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import Shop, opened
from playwright.sync_api import Browser, Page, expect
from provider import PICK, Reply
from tabs import judge

from tests.story.looks import LOOKS

STAY = "/connect/?missing=offline_access&next=/connection/"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A web process, and a provider that behaves."""
    with opened(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def page(browser: Browser, shop: Shop) -> Iterator[Page]:
    """Somebody new, signed in."""
    shop.rest()
    provider = shop.photos.provider
    provider.deny, provider.error, provider.replies = set(), "", {}
    context = browser.new_context(base_url=shop.url)
    page = context.new_page()
    page.goto("/sign-in/")
    yield page
    context.close()


def is_fit(page: Page, name: str, title: str) -> None:
    """The open page is this one, and for everybody."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(title))
    judge(page)
    for look in LOOKS if "PICTURES" in os.environ else []:
        page.set_viewport_size({"width": look.width, "height": 900})
        page.emulate_media(color_scheme=look.scheme)
        file = f"{name}-{look.scheme}-{look.width}.png"
        page.screenshot(path=Path(os.environ["PICTURES"]) / file, full_page=True)


def test_what_is_lent_and_what_is_not(page: Page, shop: Shop) -> None:
    provider = shop.photos.provider
    main = page.locator("main")
    page.goto("/connection/")
    is_fit(page, "not-connected", "Connection to your photos")
    provider.deny = {PICK}
    page.get_by_role("link", name="Connect your photos").click()
    expect(main).to_contain_text("One permission is missing")
    is_fit(page, "missing", "Connection to your photos")
    provider.deny = set()
    page.get_by_role("link", name="Allow choosing photos").click()
    page.goto("/connection/")
    expect(main).to_contain_text("for this visit only")
    is_fit(page, "visit", "Connection to your photos")
    page.get_by_role("link", name="Stay connected").click()
    expect(main).to_contain_text("Fetch them while you are away")
    is_fit(page, "lasting", "Connection to your photos")
    page.get_by_role("button", name="Disconnect").click()
    expect(main).to_contain_text("Disconnected. We hold nothing")
    expect(main).to_contain_text("Not connected")


def test_access_that_was_taken_back(page: Page, shop: Shop) -> None:
    provider = shop.photos.provider
    page.goto(STAY)
    for grant in provider.access_tokens.values():
        grant.alive = False  # taken back over there
    page.goto("/choose/")
    page.get_by_role("button", name="Choose photos").click()
    is_fit(page, "reconnect", "Connect your photos again")
    page.goto("/connection/")
    expect(page.locator(".badge")).to_have_text("Ended")
    is_fit(page, "ended", "Connection to your photos")
    page.get_by_role("link", name="Connect again").click()
    expect(page.locator(".badge")).to_have_text("Connected")


def test_what_can_go_wrong_on_the_way(page: Page, shop: Shop) -> None:
    provider = shop.photos.provider
    provider.error = "access_denied"
    page.goto("/connect/")
    is_fit(page, "declined-photos", "You said no, and that is fine")
    page.goto("/sign-in/")
    is_fit(page, "declined", "You said no, and that is fine")
    provider.error = ""
    page.goto("/sign-in/callback/?state=guessed&code=stolen")
    is_fit(page, "refused", "We could not sign you in")
    provider.replies["/token"] = Reply("<h1>Oops</h1>", 500, "text/html")
    page.goto("/sign-in/")
    is_fit(page, "unavailable", "Your Photos account does not answer")
    page.goto("/connection/")  # nobody was signed out by any of this
    is_fit(page, "still-there", "Connection to your photos")


def test_signing_out(page: Page) -> None:
    page.goto("/sign-out/")
    is_fit(page, "sign-out", "Sign out?")
    page.locator("main").get_by_role("button", name="Sign out").click()
    is_fit(page, "signed-out", "You are signed out")
    expect(page.locator("main")).to_contain_text("and of your Photos account")
    page.goto("/sign-out/done/?state=guessed")
    is_fit(page, "not-ours", "This was not your sign-out")
