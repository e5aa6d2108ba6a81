"""One server, one browser and one large library for what only a browser can show."""

from collections.abc import Iterator

import pytest
from photo_browser import fill, page_of
from photo_cast import Issuer
from photo_server import Server, running
from playwright.sync_api import Browser, expect, sync_playwright

from tests.story.chromium import launch

MANY = 100_000


@pytest.fixture(scope="package")
def server(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer
) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("pages"), issuer) as server:
        yield server
        assert server.was_quiet(), server.log.read_text()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def newest(browser: Browser, server: Server) -> list[str]:
    """Of a collector's hundred thousand photos, over eleven years."""
    with page_of(browser, server, "collector"):
        return fill(server, "collector", MANY, hours=0.97)


@pytest.fixture
def collector(newest: list[str]) -> str:
    """Who has those."""
    assert newest
    return "collector"
