"""The photo station's screen, standing and lying: its buttons are there to touch."""

from collections.abc import Iterator

import pytest
from live import Shop, opened
from playwright.sync_api import Browser, Page, ViewportSize, expect
from provider import photo

from tests.story.watch import Watch

LYING: ViewportSize = {"width": 1280, "height": 900}
STANDING: ViewportSize = {"width": 1080, "height": 1920}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Alice picks twenty photos."""
    photos = [photo(f"photo{number}", (120, 90)) for number in range(20)]
    with opened(tmp_path_factory.mktemp("shop"), *photos) as shop:
        shop.photos.provider.interval = 1
        yield shop


@pytest.fixture
def screen(browser: Browser, shop: Shop) -> Iterator[Page]:
    context = browser.new_context(base_url=shop.url, viewport=LYING)
    watch = Watch(context)
    yield context.new_page()
    context.close()
    watch.forgive(f"asked a stranger: {shop.url}/")
    watch.judge()


def test_the_way_out_can_be_touched_without_scrolling(screen: Page, shop: Shop) -> None:
    provider = shop.photos.provider
    screen.goto("/kiosk/device/")
    screen.get_by_role("button", name="Touch to begin").click()
    shows(screen, "Who are you?", "Start again")
    provider.allow()
    shows(screen, "Hello Alice", "Start again")
    shop.photos.done.update(shop.photos.sessions)
    shows(screen, "which size?", "Put into my cart", "Leave without ordering")
    screen.get_by_role("button", name="Put into my cart").click()
    shows(screen, "In your cart", "Done")


def shows(screen: Page, heading: str, *buttons: str) -> None:
    expect(screen.get_by_role("heading", level=1)).to_contain_text(heading)
    for size in (STANDING, LYING):
        screen.set_viewport_size(size)
        for name in buttons:
            button = screen.get_by_role("button", name=name)
            expect(button).to_be_in_viewport(ratio=1)
