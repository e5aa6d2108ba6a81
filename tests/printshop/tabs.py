"""A customer's browser, with the session that a ``Visitor`` has."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from live import Visitor
from playwright.sync_api import Browser, Page, ViewportSize

from tests.story.looks import EXPECTED, FACTS, LOOKS, examine
from tests.story.watch import Watch


@contextmanager
def tab(
    browser: Browser,
    visitor: Visitor,
    width: int = 1280,
    *,
    forgiving: str = "status of 422",
    **options: Any,
) -> Iterator[Page]:
    """A tab, so wide; fails if a page broke its own rules."""
    size = ViewportSize(width=width, height=900)
    url = visitor.shop.url
    context = browser.new_context(base_url=url, viewport=size, **options)
    cookies = visitor.http.cookies.get_dict()
    carried: list[Any] = [
        {"name": name, "value": value, "url": url} for name, value in cookies.items()
    ]
    context.add_cookies(carried)
    watch = Watch(context)
    yield context.new_page()
    context.close()
    watch.forgive(f"asked a stranger: {url}/|{forgiving}")
    watch.judge()


def judge(page: Page, *, but: str = "") -> None:
    """The open page is for everybody: wide and narrow, light and dark.

    ``but`` is a fact that is as it is.
    """
    expected = {fact: value for fact, value in EXPECTED.items() if fact != but}
    for look in LOOKS:
        page.set_viewport_size({"width": look.width, "height": 900})
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        report = examine(page, look.scheme)
        assert not report.violations_count, (look, report.generate_report())
        facts = page.evaluate(FACTS)
        assert {fact: facts[fact] for fact in expected} == expected, look
