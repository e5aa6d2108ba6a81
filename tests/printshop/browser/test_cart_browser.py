"""Products and cart in Chromium: with script nicer, without it complete."""

import re
import uuid
from collections.abc import Iterator

import pytest
from live import Shop, Visitor, eventually, opened
from playwright.sync_api import Browser, Page, expect
from provider import Person, Photo, photo
from tabs import judge, tab

PHOTOS = 61  # one more than a page shows


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A web process, a worker, and a photo service with many photos."""
    content = photo("sea", (1200, 900)).content
    picks = [
        Photo(f"p{n}", content, 1200, 900, f"photo {n}.jpg") for n in range(PHOTOS - 1)
    ]
    picks.append(photo("small", (300, 200)))
    with opened(tmp_path_factory.mktemp("shop"), *picks) as shop:
        shop.worker()
        yield shop


@pytest.fixture(scope="module")
def few(shop: Shop) -> tuple[Visitor, str]:
    """Somebody who picked three photos, the last a small one."""
    everything, shop.photos.picks = shop.photos.picks, shop.photos.picks[-3:]
    chosen = _chosen(shop)
    shop.photos.picks = everything
    return chosen


@pytest.fixture(scope="module")
def many(shop: Shop) -> tuple[Visitor, str]:
    """Somebody who picked more than a page shows."""
    return _chosen(shop)


def _chosen(shop: Shop) -> tuple[Visitor, str]:
    who = Person(str(uuid.uuid4()), "Alice", "a@example.com")
    shop.photos.provider.person = who
    visitor = Visitor(shop)
    page = visitor.choose()
    eventually(lambda: visitor.path(page).endswith("/products/"))
    return visitor, f"{page}products/"


def product(page: Page, name: str) -> None:
    """Select what to make."""
    page.get_by_role("radio", name=re.compile(f"^{name}")).check(force=True)


def into_cart(page: Page) -> None:
    page.get_by_role("button", name="Put into the cart").click()


def empty(page: Page) -> None:
    """Take everything out of the cart."""
    page.goto("/cart/")
    while (remove := page.get_by_role("button", name=re.compile("^Remove"))).count():
        left = remove.count()
        remove.first.click()
        expect(remove).to_have_count(left - 1)


@pytest.mark.parametrize(
    ("name", "copies", "said"),
    [
        ("Print 10", "1", "2 photos · 2 to make · €0.70"),
        ("Framed", "3", "2 photos · 6 to make · €149.40"),
        ("Contact sheet", "2", "2 photos · 2 to make · €13.80"),
    ],
)
def test_the_sum_on_the_screen_is_what_the_cart_says(
    browser: Browser, few: tuple[Visitor, str], name: str, copies: str, said: str
) -> None:
    visitor, address = few
    with tab(browser, visitor) as page:
        empty(page)
        page.goto(address)
        page.get_by_role("checkbox", name=re.compile("^small")).uncheck(force=True)
        product(page, name)
        page.get_by_label("Copies").fill(copies)
        expect(page.locator(".sum")).to_have_text(said)
        into_cart(page)
        expect(page.locator(".sums dd").first).to_have_text(said.rsplit(maxsplit=1)[-1])


def test_the_advice_follows_the_product(
    browser: Browser, few: tuple[Visitor, str]
) -> None:
    visitor, address = few
    with tab(browser, visitor) as page:
        page.goto(address)
        advice = page.locator(".tile", has_text="small.jpg").locator(".advice")
        expect(advice).to_have_text("50 ppi, will look blurred")
        expect(page.locator(".sum")).to_contain_text("1 will look blurred")
        product(page, "Contact sheet")
        expect(advice).to_have_text("small, will be sharp")
        product(page, "Print 20 × 30")
        expect(advice).to_have_text("25 ppi, will look blurred")
        into_cart(page)
        expect(page.get_by_role("alert")).to_contain_text("would look blurred")
        expect(page.get_by_label("Print them anyway")).to_be_focused()


def test_what_is_changed_in_the_cart_is_saved_by_itself(
    browser: Browser, few: tuple[Visitor, str]
) -> None:
    visitor, address = few
    with tab(browser, visitor) as page:
        empty(page)
        page.goto(address)
        page.get_by_role("button", name="Tick none").click()
        page.locator("[name=photo]").first.check(force=True)
        into_cart(page)
        copies = page.get_by_label("Copies")
        expect(page.get_by_role("button", name="Update")).to_have_count(0)
        copies.fill("5")
        copies.press("Tab")
        expect(page.locator(".sums .total").last).to_have_text("€5.65")
        page.get_by_label("Paper").focus()
        with page.expect_response(re.compile("/cart/$")):
            page.get_by_label("Paper").select_option("lustre")
        expect(page.get_by_label("Paper")).to_be_focused()
        page.reload()
        expect(copies).to_have_value("5")
        expect(page.get_by_label("Paper")).to_have_value("lustre")


def test_a_cart_is_filled_by_keyboard_alone(
    browser: Browser, few: tuple[Visitor, str]
) -> None:
    visitor, address = few
    with tab(browser, visitor) as page:
        empty(page)
        page.goto(address)
        keys = page.keyboard
        _tab_to(page, "#product-10x15")
        keys.press("ArrowRight")  # 13 × 18
        _tab_to(page, "#id_copies")
        keys.press("ControlOrMeta+A")
        keys.type("2")
        _tab_to(page, "[name=photo][value='2']")
        keys.press("Space")  # without the small one
        _tab_to(page, "button.large", backwards=True)
        keys.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
        expect(page.locator(".sums dd").first).to_have_text("€2.60")
        _tab_to(page, "a.large")
        keys.press("Enter")
        expect(page).to_have_url(re.compile("/orders/PS-.*/address/"))


def _tab_to(page: Page, selector: str, *, backwards: bool = False) -> None:
    for _ in range(60):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"{selector} is not reached")


def test_pages_of_photos_are_turned_without_script(
    browser: Browser, many: tuple[Visitor, str]
) -> None:
    visitor, address = many
    with tab(browser, visitor, java_script_enabled=False) as page:
        page.goto(address)
        expect(page.locator("[name=photo]")).to_have_count(60)
        page.get_by_role("button", name="Tick none").click()
        page.locator("[name=photo][value='7']").check(force=True)
        page.get_by_role("button", name="Page 2").click()
        page.locator("[name=photo]").check(force=True)
        product(page, "Framed")
        page.get_by_label("Frame", exact=True).select_option("oak")
        expect(page.get_by_label("Paper", exact=True)).to_be_hidden()
        into_cart(page)
        page.get_by_label("Print them anyway").check()
        into_cart(page)
        expect(page.locator(".cart-item h2")).to_have_count(2)
        page.get_by_label("Copies").first.fill("2")
        page.get_by_role("button", name="Update").first.click()
        expect(page.locator(".sums .total").last).to_have_text("€78.60")
        page.get_by_role("button", name=re.compile("^Remove")).last.click()
        expect(page.locator(".cart-item h2")).to_have_count(1)
        expect(page.locator("header .bag")).to_contain_text("1")


def test_every_page_is_for_everybody(
    browser: Browser, few: tuple[Visitor, str], many: tuple[Visitor, str]
) -> None:
    with tab(browser, many[0]) as page:
        page.goto("/")
        judge(page)
        page.goto(many[1])
        judge(page)
    with tab(browser, few[0]) as page:
        page.goto(few[1])
        product(page, "Poster")
        into_cart(page)
        expect(page.get_by_role("alert")).to_be_visible()
        judge(page)
        page.get_by_label("Print them anyway").check()
        into_cart(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
        judge(page)
