"""Every page is accessible, fits a phone, and breaks no rule: light and dark."""

import uuid
from collections.abc import Iterator
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.story import people
from tests.story.client import PICKER
from tests.story.looks import Looks, shape
from tests.story.town import Town
from tests.story.watch import Watch

MOST = 60  # pages per site and person: a guard against endless calendars


@pytest.fixture
def looks(town: Town) -> Iterator[Looks]:
    looks = Looks(town)
    yield looks
    looks.judge()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    watch = Watch(context)
    yield context.new_page()
    context.close()
    watch.forgive("status of 4(04|00|03|22)")
    watch.judge()


def walk(looks: Looks, page: Page, site: str, *starts: str) -> None:
    """From these addresses on to every page of the site that a link leads to."""
    waiting, seen = [f"{site}{start}" for start in starts], set[str]()
    while waiting and len(seen) < MOST:
        url = waiting.pop(0)
        if shape(url) in seen:
            continue
        seen.add(shape(url))
        if opens(page, url):
            looks.at_new(page)
            waiting += links(page, site)


def opens(page: Page, url: str) -> bool:
    """Go there; False if it is a picture or a download instead of a page."""
    try:
        answer = page.goto(url)
    except Error as error:
        if "Download is starting" in error.message:
            return False
        raise
    return "text/html" in (answer.headers["content-type"] if answer else "")


def links(page: Page, site: str) -> list[str]:
    """Same site, nothing that ends the visit."""
    script = "links => links.map(link => link.href)"
    found: list[str] = page.eval_on_selector_all("a[href]", script)
    return [
        urldefrag(url).url
        for url in found
        if url.startswith(f"{site}/") and "sign-out" not in url
    ]


def test_every_page_that_a_link_leads_to(town: Town, looks: Looks, page: Page) -> None:
    walk(looks, page, town.shop, "/", "/no-such-page", "/sign-in/callback/?error=x")
    walk(looks, page, town.photos, "/", "/no-such-page", "/sign-in/callback/?error=x")
    accounts = ("/sign-in/", "/sign-up/", "/no-such-page", "/oauth/authorize")
    walk(looks, page, town.issuer, *accounts)
    people.shop_sign_in(page, town)
    page.goto(f"{town.photos}/sign-in/")
    walk(looks, page, town.shop, "/", "/orders/", "/connection/", "/sign-out/")
    walk(looks, page, town.photos, "/", "/sign-out/")
    walk(looks, page, town.issuer, "/", "/apps/", "/activity/", "/oauth/logout")


def test_every_step_of_an_order(town: Town, looks: Looks, page: Page) -> None:
    page.goto(f"{town.shop}/sign-in/?next=/choose/")
    people.sign_in(page, "nobody", "wrong")
    looks.at(page, "refused")
    people.sign_up(page, f"dora{uuid.uuid4().hex[:8]}")
    people.at(page, f"{town.issuer}/consent")
    looks.at(page, "to sign in")
    people.allow(page)
    people.at(page, f"{town.shop}/choose")
    page.get_by_role("link", name="Connect your photos").click()
    people.at(page, f"{town.issuer}/consent")
    looks.at(page, "to lend photos")
    people.allow(page, PICKER)
    people.at(page, f"{town.shop}/choose")
    looks.at(page, "connected")

    page.get_by_role("button", name="Choose photos").click()
    page.get_by_role("link", name="Open your photos").wait_for()
    looks.at(page, "picking")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open your photos").click()
    picker = opened.value
    people.at(picker, f"{town.photos}/pick")
    looks.at(picker, "empty")
    address = picker.url.removesuffix("/autoclose")
    picker.goto(town.photos)
    looks.at(picker, "empty")
    picker.get_by_role("button", name="Add 24 sample photos").click()
    people.at(picker, town.photos)
    picker.goto(address)
    looks.at(picker, "full")
    people.pick(picker, 2)
    picker.get_by_role("heading", name="Done").wait_for()
    looks.at(picker, "done")

    fill_cart(town, looks, page)
    page.get_by_role("button", name="Continue to payment").click()
    looks.at(page, "refused")
    people.give_address(page)
    looks.at(page)
    people.pay(page, "1")
    looks.at(page, "refused")
    people.pay(page)
    people.order_number(page)
    looks.at(page, "placed")
    people.reaches(page, "Shipped")
    looks.at(page, "shipped")
    page.goto(f"{town.shop}/orders/")
    looks.at(page)


def fill_cart(town: Town, looks: Looks, page: Page) -> None:
    """From photos to the address, once with a mistake."""
    people.products(page).wait_for()
    looks.at(page)
    page.get_by_role("button", name="Tick none").click()
    page.get_by_role("button", name="Put into the cart").click()
    page.get_by_role("alert").wait_for()
    looks.at(page, "refused")
    page.get_by_role("button", name="Tick all").click()
    page.get_by_role("button", name="Put into the cart").click()
    people.at(page, f"{town.shop}/cart")
    looks.at(page)
    page.get_by_role("link", name="Continue to the address").click()
    people.at(page, f"{town.shop}/orders")
