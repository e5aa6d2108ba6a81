"""The comparison of the shop's clients, as people see it, wide and narrow."""

import re
from collections.abc import Iterator

import pytest
from live import Shop, eventually, opened
from playwright.sync_api import Browser, Locator, Page, expect
from tabs import judge

from tests.story.watch import Watch

CODE = "/clients/code/printshop/models/customers.py"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with opened(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def page(browser: Browser, shop: Shop) -> Iterator[Page]:
    """Somebody who reads."""
    context = browser.new_context(base_url=shop.url)
    watch = Watch(context)
    yield context.new_page()
    context.close()
    watch.forgive(f"asked a stranger: {shop.url}/")
    watch.judge()


def row(page: Page, title: str) -> Locator:
    """A row of the table, by its head."""
    head = page.get_by_role("rowheader", name=title, exact=True)
    return page.get_by_role("row").filter(has=head)


def test_marked_lines_can_be_read_by_everybody(page: Page) -> None:
    page.goto("/clients/")
    row(page, "Refresh token").get_by_role("link", name="lease").click()
    expect(page).to_have_url(re.compile(f"{CODE}#L"))
    judge(page)


def test_a_cell_leads_to_its_lines_by_keyboard_and_without_scripts(
    browser: Browser, shop: Shop
) -> None:
    context = browser.new_context(base_url=shop.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/clients/")
    row(page, "Refresh token").get_by_role("link", name="lease").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{CODE}#L"))
    marked = page.locator(".part:target")
    expect(marked).to_be_in_viewport()
    expect(marked).to_contain_text("def lease(self, connection")
    expect(marked).not_to_contain_text("def release")
    context.close()


def test_a_wide_table_keeps_its_head_and_a_narrow_one_says_whose(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/clients/")
    last = row(page, "Signing out")
    last.scroll_into_view_if_needed()
    head = page.get_by_role("columnheader", name="Photo station")
    expect(head).to_be_in_viewport()
    expect(page.locator(".whose").first).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 900})
    names = last.locator(".whose")
    expect(names.first).to_be_visible()
    expect(names).to_have_text(
        ["Main shop", "Browser app", "Desktop program", "Phone", "Photo station"]
    )
    expect(last.get_by_role("cell")).to_have_count(5)  # still a table, unseen


def test_on_a_phone_one_door_can_be_read_alone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto("/clients/")
    one = page.get_by_role("navigation", name="Show one door:")
    one.get_by_role("link", name="Phone").click()
    last = row(page, "Signing out")
    expect(last.locator(".whose:visible")).to_have_text(["Phone"])
    expect(one).to_be_in_viewport()
    one.get_by_role("link", name="All five").click()
    expect(last.locator(".whose:visible")).to_have_count(5)


def test_long_lines_of_code_scroll_by_themselves(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(CODE)
    code = page.get_by_role("group", name="printshop/models/customers.py")
    code.focus()
    page.keyboard.press("ArrowRight")
    eventually(lambda: page.evaluate("document.querySelector('pre').scrollLeft > 0"))
