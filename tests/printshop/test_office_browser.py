"""The back office in Chromium: Django's admin under the shop's strict policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from live import Shop, Visitor, database, eventually
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from provider import Person, PhotoService, Provider, photo

from tests.story.chromium import launch
from tests.story.looks import EVERYTHING, EXPECTED, FACTS, LOOKS, examine
from tests.story.watch import Watch

ROBIN = Person("ad314a11-7c55-4b0e-9d20-3f6a1e8b4c72", "Robin Marsh", "r@example.com")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop where somebody stands at the press."""
    folder = tmp_path_factory.mktemp("shop")
    provider = Provider()
    photos = PhotoService(provider)
    photos.picks = [photo("sea"), photo("tower", (900, 1200))]
    with database(folder) as url:
        shop = Shop(folder, url, provider, photos)
        shop._environment["PRINTSHOP_PRESS_SECONDS"] = "1000000"
        try:
            shop.web()
            yield shop
        finally:
            shop.stop()
            photos.stop()
            provider.stop()


@pytest.fixture(scope="module")
def number(shop: Shop) -> str:
    """An order of Alice's that is being printed."""
    worker = shop.worker()
    alice = Visitor(shop)
    number = alice.order()
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    eventually(lambda: "Printing" in alice.stages(number))
    shop.kill(worker)
    return number


@pytest.fixture(scope="module")
def robin(shop: Shop, number: str) -> Visitor:
    """Robin, who stands there."""
    shop.photos.provider.person = ROBIN
    return Visitor(shop)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@contextmanager
def tab(browser: Browser, visitor: Visitor) -> Iterator[Page]:
    """A visitor's browser; fails if a page broke a rule of its policy."""
    url = visitor.shop.url
    size = ViewportSize(width=1280, height=900)
    context = browser.new_context(base_url=url, viewport=size)
    cookies = visitor.http.cookies.get_dict()
    carried: list[Any] = [
        {"name": name, "value": value, "url": url} for name, value in cookies.items()
    ]
    context.add_cookies(carried)
    watch = Watch(context)
    yield context.new_page()
    context.close()
    watch.forgive(f"asked a stranger: {url}/|load preload assets")  # axe's own
    watch.judge()


def look_at(page: Page) -> list[str]:
    """What is wrong with the page, narrow and wide, light and dark."""
    wrong = []
    for look in LOOKS:
        page.set_viewport_size({"width": look.width, "height": 900})
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        report = examine(page, {"type": "tag", "values": EVERYTHING})
        wrong += [
            f"{page.url} {look}: {found['id']}: {found['nodes'][0]['html']}"
            for found in report.response["violations"]
        ]
        facts = page.evaluate(FACTS) | {"inline styles": 0}  # Django's scripts hide
        wrong += [
            f"{page.url} {look}: {fact}: {facts[fact]}"
            for fact, value in EXPECTED.items()
            if facts[fact] != value
        ]
    return wrong


def test_the_office_looks_at_home_and_breaks_no_rule(
    browser: Browser, robin: Visitor, number: str
) -> None:
    with tab(browser, robin) as page:
        page.goto("/office/")
        wrong = look_at(page)
        page.get_by_role("link", name=number).click()
        page.locator(".pictures img").first.wait_for()
        wrong += look_at(page)
        for name in ("Payments", "Customers"):
            page.get_by_role("link", name=name).click()
            wrong += look_at(page)
    assert not wrong, "\n".join(wrong)


def test_a_parcel_is_sent_with_its_number(
    browser: Browser, robin: Visitor, number: str
) -> None:
    with tab(browser, robin) as page:
        page.goto("/office/")
        page.get_by_role("link", name=number).click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Print file (PDF)").click()
        assert download.value.suggested_filename == f"{number}.pdf"
        page.get_by_label("Number of the parcel").fill("LX 4711")
        page.get_by_role("button", name="It has been shipped").click()
        expect(page.get_by_text(f"{number}: it has been shipped.")).to_be_visible()
        page.get_by_role("link", name="Print queue").click()
        expect(page.get_by_role("link", name=number)).to_have_count(0)
        page.get_by_role("link", name="Shipped").click()
        expect(page.get_by_role("link", name=number)).to_be_visible()
