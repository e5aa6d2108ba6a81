"""From photos to a parcel in Chromium: without script, and by keyboard alone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import Shop, Visitor, eventually, opened
from playwright.sync_api import Browser, Error, Locator, Page, expect
from provider import photo
from tabs import judge, tab

GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
FIELDS = {
    "Full name": "Alice Ferrand",
    "Street and number": "12 Rue des Lilas",
    "Postcode": "75020",
    "Town": "Paris",
    "E-mail": "alice@example.com",
}
OUTLINE = """element => element === document.activeElement
    ? getComputedStyle(element).outlineStyle : null"""
FAR = 80  # presses of a key that nobody would go beyond


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A web process, and a photo service with two photos."""
    picks = (photo("sea", (1200, 900)), photo("tower", (900, 1200), orientation=6))
    with opened(tmp_path_factory.mktemp("shop"), *picks) as shop:
        yield shop


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    """The shop, with a customer it has never seen, and a worker."""
    open_shop.rest()
    open_shop.worker()
    return open_shop


@pytest.fixture
def alice(shop: Shop) -> Visitor:
    """Alice, who lent her photos, and picked two."""
    visitor = Visitor(shop)
    page = visitor.choose()
    eventually(lambda: visitor.path(page).endswith("/products/"))
    return visitor


def look(page: Page, name: str) -> None:
    """For everybody to see, and to be looked at: SCREENSHOTS names a folder."""
    judge(page)
    if folder := os.environ.get("SCREENSHOTS"):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_an_order_from_the_photos_to_the_parcel(
    browser: Browser, alice: Visitor, script: bool
) -> None:
    number = alice.order()
    with tab(browser, alice, java_script_enabled=script) as page:
        page.goto("/cart/")
        page.get_by_role("link", name="Continue to the address").click()
        page.get_by_label("Town").fill("")
        page.get_by_role("button", name="Continue to payment").click()
        expect(page.get_by_label("Town")).to_have_attribute("aria-invalid", "true")
        for label, value in FIELDS.items():
            page.get_by_label(label).fill(value)
        page.get_by_label("Country").select_option("FR")
        page.get_by_label("Express").check()
        page.get_by_role("button", name="Continue to payment").click()

        expect(page.locator("main")).to_contain_text("Express")
        page.get_by_label("Card number").fill(DECLINED)
        page.get_by_role("button", name=re.compile("^Pay €")).click()
        expect(page.locator(".notice.error")).to_contain_text("declined")
        page.get_by_label("Card number").fill(GOOD)
        page.get_by_role("button", name=re.compile("^Pay €")).dblclick()

        expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {number}")
        shipped = page.locator("ol.stages li.done", has_text="Shipped")
        expect(shipped).to_be_visible(timeout=60_000)  # nobody reloads the page
        expect(page.locator(".notice")).to_contain_text("on its way")
        with page.expect_download() as file:
            page.get_by_role("link", name="Download the print file").click()
        assert file.value.suggested_filename == f"{number}.pdf"
        page.get_by_role("button", name="Order the same again").click()
        expect(page.locator(".cart-item")).to_have_count(2)
    assert alice.shop.charges(number) == 1


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_an_order_is_cancelled_and_the_page_says_what_became_of_the_money(
    browser: Browser, alice: Visitor, shop: Shop, script: bool
) -> None:
    number = alice.order()
    shop.pause()
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    with tab(browser, alice, java_script_enabled=script) as page:
        page.goto(f"/orders/{number}/")
        page.get_by_role("link", name="Cancel the order").click()
        page.get_by_role("link", name="Keep it").click()
        page.get_by_role("link", name="Cancel the order").click()
        page.get_by_role("button", name="Cancel the order").click()
        expect(page.locator(".notice")).to_contain_text("is giving")
        shop.worker()
        expect(page.locator(".notice")).to_contain_text("given back", timeout=60_000)
        expect(page.get_by_role("link", name="Cancel the order")).to_have_count(0)


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Press Tab until it is there, and can be seen to be."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            if outline := self.outline(target):
                assert outline != "none", target
                return
        raise AssertionError(f"Tab does not come to {target}")

    def outline(self, target: Locator) -> str | None:
        """How it is seen to have the focus; None if it has not."""
        try:
            found: str | None = target.evaluate(OUTLINE)
        except Error as error:  # an order's page renews itself, even now
            if "context was destroyed" not in error.message:
                raise
            self.page.wait_for_load_state()
            return None
        return found

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Go there and press a key."""
        self.reach(target)
        self.page.keyboard.press(key)

    def write(self, target: Locator, text: str) -> None:
        """Go there and type over what is there."""
        self.reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_an_order_by_keyboard_alone(
    browser: Browser, alice: Visitor, shop: Shop, script: bool
) -> None:
    selection = alice.choose()
    eventually(lambda: alice.path(selection).endswith("/products/"))
    with tab(browser, alice, java_script_enabled=script) as page:
        keys = Keyboard(page)
        page.goto(f"{selection}products/")
        keys.press(page.get_by_role("button", name="Put into the cart"))
        keys.press(page.get_by_role("link", name="Continue to the address"))
        for label, value in list(FIELDS.items())[:4]:
            keys.write(page.get_by_label(label), value)
        keys.reach(page.get_by_label("Country"))
        page.keyboard.type("Fra")
        keys.write(page.get_by_label("E-mail"), FIELDS["E-mail"])
        keys.reach(page.get_by_label("Standard"))
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label("Express")).to_be_checked()
        keys.press(page.get_by_role("button", name="Continue to payment"))
        keys.write(page.get_by_label("Card number"), GOOD)
        keys.press(page.get_by_role("button", name=re.compile("^Pay €")), "Space")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Order PS-")
        shop.pause()
        keys.reach(page.get_by_role("button", name="Order the same again"))


def test_the_pages_of_paying_are_for_everybody(
    browser: Browser, alice: Visitor
) -> None:
    number = alice.order()
    with tab(browser, alice) as page:
        page.goto(f"/orders/{number}/address/")
        look(page, "address")
        page.get_by_label("Town").fill("")
        page.get_by_role("button", name="Continue to payment").click()
        look(page, "address-wrong")
        page.goto(f"/orders/{number}/pay/")
        look(page, "pay")
        page.get_by_label("Card number").fill("1")
        page.get_by_role("button", name=re.compile("^Pay €")).click()
        look(page, "pay-wrong")


@pytest.mark.parametrize("end", ["shipped", "cancelled"])
def test_the_pages_of_an_order_are_for_everybody(
    browser: Browser, alice: Visitor, shop: Shop, end: str
) -> None:
    number = alice.order()
    shop.pause()
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    with tab(browser, alice) as page:
        page.goto(f"/orders/{number}/")
        look(page, "order")
        page.goto(f"/orders/{number}/cancel/")
        look(page, "cancel")
        if end == "cancelled":
            page.get_by_role("button", name="Cancel the order").click()
        page.goto(f"/orders/{number}/")
        shop.worker()
        news = re.compile("on its way|given back")
        expect(page.locator(".notice")).to_contain_text(news, timeout=60_000)
        look(page, f"order-{end}")
        page.goto("/orders/")
        look(page, "orders")
