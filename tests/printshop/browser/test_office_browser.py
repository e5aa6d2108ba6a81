"""The back office in Chromium: Django's admin under the shop's strict policy."""

from collections.abc import Iterator

import pytest
from live import Shop, Visitor, eventually, opened
from playwright.sync_api import Browser, expect
from provider import Person, photo
from tabs import judge, tab

STYLES = "inline styles"  # Django's scripts hide things so
# What axe itself does there: it has no address, as everything of ours has.
PRELOADED = r"load preload assets|Applying inline style.* \(\)$"
ROBIN = Person("ad314a11-7c55-4b0e-9d20-3f6a1e8b4c72", "Robin Marsh", "r@example.com")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop where somebody stands at the press."""
    folder = tmp_path_factory.mktemp("shop")
    picks = (photo("sea"), photo("tower", (900, 1200)))
    with opened(folder, *picks, PRESS_SECONDS="1000000") as shop:
        yield shop


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


def test_the_office_looks_at_home_and_breaks_no_rule(
    browser: Browser, robin: Visitor, number: str
) -> None:
    with tab(browser, robin, forgiving=PRELOADED) as page:
        page.goto("/office/")
        judge(page, but=STYLES)
        page.get_by_role("link", name=number).click()
        page.locator(".pictures img").first.wait_for()
        judge(page, but=STYLES)
        for name in ("Payments", "Customers"):
            page.get_by_role("link", name=name).click()
            judge(page, but=STYLES)


def test_a_parcel_is_sent_with_its_number(
    browser: Browser, robin: Visitor, number: str
) -> None:
    with tab(browser, robin, forgiving=PRELOADED) as page:
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
