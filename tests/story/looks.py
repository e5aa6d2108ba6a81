"""What must be true of every page that a person sees."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
)
from playwright.sync_api import (
    TimeoutError as TooSlow,
)

from tests.story.town import ROOT, Town

Scheme = Literal["light", "dark"]
TRIES = 5
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
FACTS = """() => ({
    "wider than the screen": document.documentElement.scrollWidth > innerWidth,
    "main headings": document.querySelectorAll("h1").length,
    "inline styles": document.querySelectorAll("[style], style").length,
    "language": document.documentElement.lang,
})"""
EXPECTED = {
    "wider than the screen": False,
    "main headings": 1,
    "inline styles": 0,
    "language": "en",
}


@dataclass
class Looks:
    """Judges pages in one colour scheme at one width, and keeps their pictures."""

    town: Town
    scheme: Scheme
    width: int
    wrong: list[str] = field(default_factory=list)

    def context(self, browser: Browser) -> BrowserContext:
        """A browser that shows pages like this."""
        return browser.new_context(
            color_scheme=self.scheme, viewport={"width": self.width, "height": 900}
        )

    def at(self, page: Page, called: str = "") -> None:
        """Look at the page that is open; a name tells two states of it apart."""
        for tries_left in reversed(range(TRIES)):
            try:
                self._at(page, called)
            except Error as error:  # some pages renew themselves, even now
                if "context was destroyed" not in error.message or not tries_left:
                    raise
                page.wait_for_load_state()
            else:
                return

    def _at(self, page: Page, called: str) -> None:
        name = f"{self._site(page.url)}{shape(page.url)} {called}".strip()
        report = Axe().run(page, options=AXE)
        if report.violations_count:
            self.wrong.append(f"{name}: {report.generate_report()}")
        facts = page.evaluate(FACTS)
        for fact, value in EXPECTED.items():
            if facts[fact] != value:
                self.wrong.append(f"{name}: {fact}: {facts[fact]}")
        if "SCREENSHOTS" in os.environ:
            self._keep(page, re.sub(r"\W+", "-", name).strip("-"))

    def judge(self) -> None:
        """Fail if any page was wrong."""
        assert not self.wrong, "\n\n".join(self.wrong)

    def _site(self, url: str) -> str:
        sites = {self.town.shop: "shop", self.town.issuer: "account"}
        return sites.get(url[: len(self.town.shop)], "photos")

    def _keep(self, page: Page, file: str) -> None:
        """A picture for people to judge; a page that renews itself may spoil one."""
        with suppress(TooSlow):
            page.screenshot(
                path=self._folder() / f"{file}.png", full_page=True, timeout=10_000
            )

    def _folder(self) -> Path:
        """Kept after the tests, never in git."""
        folder = ROOT / "screenshots" / f"{self.scheme}-{self.width}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def shape(url: str) -> str:
    """The path without what differs between two pages of one kind."""
    return re.sub(r"(?<=/)(?=[^/]*[\d_])[\w.-]+(?=/|$)", "*", urlsplit(url).path)
