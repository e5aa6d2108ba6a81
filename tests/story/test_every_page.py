"""Every page that a link leads to is accessible, fits a phone, and breaks no rule."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urldefrag, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page

from tests.story import people
from tests.story.town import Town
from tests.story.watch import Watch

MOST = 60  # pages per site and person: a guard against endless calendars
AXE = {
    "resultTypes": ["violations"],
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ],
}


def shape(url: str) -> str:
    """The address without what differs between two pages of one kind."""
    path = urlsplit(url).path
    return re.sub(r"(?<=/)(?=[^/]*[\d_])[\w.-]+(?=/|$)", "*", path)


@dataclass
class Walk:
    """Follows the links of one site; looks at one page of each kind."""

    page: Page
    site: str
    shots: Path
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def go(self, *starts: str) -> None:
        """From these addresses on, everywhere on this site."""
        waiting = [f"{self.site}{start}" for start in starts]
        while waiting and len(self.seen) < MOST:
            url = waiting.pop(0)
            if shape(url) in self.seen:
                continue
            self.seen.add(shape(url))
            if self.opens(url):
                self.look()
                waiting += self.links()

    def opens(self, url: str) -> bool:
        """Go there; False if it is a picture or a download instead of a page."""
        try:
            answer = self.page.goto(url)
        except Error as error:
            if "Download is starting" in error.message:
                return False
            raise
        return "text/html" in (answer.headers["content-type"] if answer else "")

    def links(self) -> list[str]:
        """Same site, nothing that ends the visit."""
        found: list[str] = self.page.eval_on_selector_all(
            "a[href]:not([download])", "links => links.map(link => link.href)"
        )
        return [
            urldefrag(url).url
            for url in found
            if url.startswith(f"{self.site}/") and "sign-out" not in url
        ]

    def look(self) -> None:
        """Judge the page that is open."""
        name = f"{urlsplit(self.page.url).port}{shape(self.page.url)}"
        report = Axe().run(self.page, options=AXE)
        if report.violations_count:
            self.wrong.append(f"{name}: {report.generate_report()}")
        facts = self.page.evaluate(
            """() => ({wide: document.documentElement.scrollWidth > innerWidth,
                       headings: document.querySelectorAll('h1').length,
                       title: document.title, lang: document.documentElement.lang,
                       styled: document.querySelectorAll('[style], style').length})"""
        )
        expected = {"wide": False, "headings": 1, "styled": 0, "lang": "en"}
        for fact, value in expected.items():
            if facts[fact] != value:
                self.wrong.append(f"{name}: {fact} is {facts[fact]}")
        file = re.sub(r"\W+", "-", name).strip("-")
        self.page.screenshot(path=self.shots / f"{file}.png", full_page=True)


Starts = tuple[str, ...]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_fit_to_be_read(
    town: Town,
    browser: Browser,
    shots: Path,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    folder = shots / f"{scheme}-{width}"
    folder.mkdir(exist_ok=True)
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    watch = Watch(context)
    page = context.new_page()
    wrong: list[str] = []

    def walk(who: str, site: str, *starts: str) -> None:
        (folder / who).mkdir(exist_ok=True)
        one = Walk(page, site, folder / who)
        one.go(*starts)
        wrong.extend(one.wrong)

    tour(town, page, walk)
    watch.forgive("status of 404")
    context.close()
    assert not wrong, "\n\n".join(wrong)
    watch.judge()


def tour(town: Town, page: Page, walk: Callable[..., None]) -> None:
    """First as a stranger, then as Alice, on all three sites."""
    walk("nobody", town.shop, "/", "/no-such-page")
    walk("nobody", town.issuer, "/sign-in/", "/sign-up/", "/no-such-page")
    walk("nobody", town.photos, "/", "/no-such-page")
    people.shop_sign_in(page, town)
    page.goto(f"{town.photos}/sign-in/")
    walk("alice", town.shop, "/", "/orders/", "/connection/")
    walk("alice", town.photos, "/")
    walk("alice", town.issuer, "/", "/apps/", "/activity/")
