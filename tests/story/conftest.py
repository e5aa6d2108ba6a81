"""The cast of the story: the three running sites, people with browsers, attackers."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    StorageState,
    expect,
    sync_playwright,
)

from demo.projects import without_projects
from tests.story import chromium, people
from tests.story.browser_app import App, Wire
from tests.story.desk import Computer
from tests.story.phones import PLAYED, Phone
from tests.story.town import Town, databases, start
from tests.story.watch import Watch

# Several server processes each, so that races are real, and a press that is quick.
SETTINGS = {"WEB_CONCURRENCY": "2", "PRINTSHOP_PRESS_SECONDS": "1"}
PATIENCE = 60_000  # milliseconds; pages are quick, but machines may be busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The logs are read last, when everything has been said."""
    items.sort(key=lambda item: item.path.name == "test_secrets.py")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """All three sites and their workers, seeded, with databases of their own."""
    with databases() as variables:
        environment = {**without_projects(os.environ), **SETTINGS, **variables}
        town = start(tmp_path_factory.mktemp("town") / "data", environment)
        try:
            town.wait_until_open()
            yield town
        finally:
            town.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: there can be one of it at a time."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests; each test gets a context of its own."""
    browser = chromium.launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def watch(context: BrowserContext) -> Iterator[Watch]:
    """Fails the test if a page broke its own rules, unless the test forgives it."""
    watch = Watch(context)
    yield watch
    watch.judge()


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """A tab of that browser."""
    return context.new_page()


@pytest.fixture(scope="session")
def signed_in(town: Town, browser: Browser) -> StorageState:
    """The cookies of Alice, who has signed in at her account and nowhere else."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{town.issuer}/sign-in/")
    people.sign_in(page)
    expect(page).not_to_have_url(re.compile("/sign-in/"))
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def app(town: Town, browser: Browser, signed_in: StorageState) -> Iterator[App]:
    """The browser app in front of Alice."""
    context = browser.new_context(
        storage_state=signed_in, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(context)
    yield App(town, context.new_page(), Wire(context), watch)
    context.unroute_all(behavior="ignoreErrors")  # a token request may be under way
    context.close()
    watch.judge()


@pytest.fixture
def computer(town: Town, tmp_path: Path) -> Computer:
    """Alice's, on which nobody is signed in."""
    return Computer(town, tmp_path / "home")


@pytest.fixture
def phone(town: Town, playwright: Playwright, tmp_path: Path) -> Iterator[Phone]:
    """The page that plays the phone, with the app on its screen."""
    own = chromium.launch_with_profile(playwright, tmp_path)
    own.set_default_timeout(PATIENCE)
    watch = Watch(own)
    [page] = own.pages
    phone = Phone(town, own, page, watch)
    page.goto(f"{town.shop}/phone/")
    phone.press("Print Shop")
    yield phone
    own.close()
    shutil.rmtree(tmp_path, ignore_errors=True)
    watch.forgive(f"asked a stranger: {re.escape(PLAYED)}")  # it goes to the phone
    watch.judge()
