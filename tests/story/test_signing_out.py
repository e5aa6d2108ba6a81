"""Signing out ends a session everywhere it reached, and nowhere else."""

import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story import people
from tests.story.client import PICKER
from tests.story.town import Town
from tests.story.watch import Watch

SECONDS = 10  # logout tokens go out at once, by a task; machines may be busy


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Page]:
    """A tab of another browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    watch = Watch(context)
    yield context.new_page()
    context.close()
    watch.judge()


@pytest.fixture
def somebody(town: Town, page: Page, elsewhere: Page) -> str:
    """A newcomer, signed in at all three sites in two browsers."""
    name = f"erin{uuid.uuid4().hex[:6]}"
    page.goto(f"{town.shop}/sign-in/")
    people.sign_up(page, name)
    people.allow(page)
    people.at(page, town.shop)
    people.shop_sign_in(elsewhere, town, name, people.NEW_PASSWORD)
    for tab in (page, elsewhere):
        tab.goto(f"{town.photos}/sign-in/")
        people.at(tab, town.photos)
        assert knows(tab, town.shop)
        assert knows(tab, town.photos)
        assert knows(tab, town.issuer)
    return name


def knows(page: Page, site: str) -> bool:
    """Does the site know who this browser's person is?"""
    page.goto(site)
    return page.locator("nav").get_by_text("Sign out").count() > 0


def soon(true: Callable[[], bool]) -> bool:
    """Does it come to that within seconds?"""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.2)
    return False


@pytest.mark.spec("OIDC Back-Channel Logout §2")
def test_signing_out_at_the_shop_reaches_the_photos_and_no_other_browser(
    town: Town, page: Page, elsewhere: Page, somebody: str
) -> None:
    people.connect(page, town, PICKER)
    knows(page, town.shop)
    people.sign_out(page)
    people.at(page, town.shop)
    assert soon(lambda: not knows(page, town.photos))
    assert not knows(page, town.shop)
    assert not knows(page, town.issuer)

    # The other browser came of another session, and the connection is the person's.
    assert knows(elsewhere, town.photos)
    assert knows(elsewhere, town.shop)
    assert knows(elsewhere, town.issuer)
    elsewhere.goto(f"{town.shop}/connection/")
    expect(elsewhere.locator("main")).to_contain_text("See the photos you pick")


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_signing_out_there_ends_the_other_browser_at_every_site(
    town: Town, page: Page, elsewhere: Page, somebody: str
) -> None:
    page.goto(f"{town.issuer}/sessions/")
    page.get_by_role("button", name="Sign out there").click()
    expect(page.get_by_text("That browser is signed out.")).to_be_visible()
    assert soon(lambda: not knows(elsewhere, town.shop))
    assert soon(lambda: not knows(elsewhere, town.photos))
    assert not knows(elsewhere, town.issuer)
    assert knows(page, town.shop)
    assert knows(page, town.photos)
    assert knows(page, town.issuer)

    # Both apps acknowledged it, and the person can read that they did.
    for app in ("Print Shop", "Photos"):
        page.goto(f"{town.issuer}/activity/")
        main = page.locator("main")
        expect(main).to_contain_text(f"{app} was told that you signed out.")


def test_a_new_password_signs_out_everywhere_else(
    town: Town, page: Page, elsewhere: Page, somebody: str
) -> None:
    page.goto(f"{town.issuer}/password/")
    passwords = page.locator("main input[type=password]")
    passwords.nth(0).fill(people.NEW_PASSWORD)
    passwords.nth(1).fill("another-long-and-winding-passphrase")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    assert soon(lambda: not knows(elsewhere, town.shop))
    assert soon(lambda: not knows(elsewhere, town.photos))
    assert not knows(elsewhere, town.issuer)
    assert knows(page, town.shop)
    assert knows(page, town.photos)
