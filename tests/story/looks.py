"""What must be true of every page that a person sees."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page
from playwright.sync_api import (
    TimeoutError as TooSlow,
)

from tests.story.town import ROOT, Town

TRIES = 5
EVERYTHING = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a scheme can change
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


class Look(NamedTuple):
    """One way to see a page."""

    scheme: Literal["light", "dark"]
    width: int


LOOKS = [Look("light", 390), Look("dark", 390), Look("dark", 1280), Look("light", 1280)]


@dataclass
class Looks:
    """Judges pages, wide and narrow, light and dark, and keeps their pictures."""

    town: Town
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def at(self, page: Page, called: str = "") -> None:
        """Look at the page that is open; a name tells two states of it apart."""
        name = f"{self._site(page.url)}{shape(page.url)} {called}".strip()
        for look in LOOKS:
            page.set_viewport_size({"width": look.width, "height": 900})
            page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
            self._patiently(page, name, look)

    def at_new(self, page: Page) -> None:
        """Look, unless somebody else was shown the same below the head of the page.

        Her own head is on all her pages, and most of those are hers alone.
        """
        main = page.locator("main").evaluate("main => main.outerHTML")
        main = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main)
        if main not in self.seen:
            self.at(page)
        self.seen.add(main)

    def judge(self) -> None:
        """Fail if any page was wrong."""
        assert not self.wrong, "\n\n".join(self.wrong)

    def _patiently(self, page: Page, name: str, look: Look) -> None:
        for tries_left in reversed(range(TRIES)):
            try:
                self._at(page, name, look)
            except Error as error:  # some pages renew themselves, even now
                if "context was destroyed" not in error.message or not tries_left:
                    raise
                page.wait_for_load_state()
            else:
                return

    def _at(self, page: Page, name: str, look: Look) -> None:
        report = examine(page, look.scheme)
        if report.violations_count:
            self.wrong.append(f"{name}, {look}: {report.generate_report()}")
        facts = page.evaluate(FACTS)
        for fact, value in EXPECTED.items():
            if facts[fact] != value:
                self.wrong.append(f"{name}, {look}: {fact}: {facts[fact]}")
        if "SCREENSHOTS" in os.environ:
            self._keep(page, re.sub(r"\W+", "-", name).strip("-"), look)

    def _site(self, url: str) -> str:
        sites = {self.town.shop: "shop", self.town.issuer: "account"}
        return sites.get(url[: len(self.town.shop)], "photos")

    @staticmethod
    def _keep(page: Page, file: str, look: Look) -> None:
        """A picture for people to judge; a page that renews itself may spoil one."""
        folder = ROOT / "screenshots" / f"{look.scheme}-{look.width}"  # never in git
        with suppress(TooSlow):
            page.screenshot(path=folder / f"{file}.png", full_page=True, timeout=10_000)


def examine(page: Page, scheme: str) -> AxeResults:
    """Ask axe, which comes into each page once.

    Every document is seen in light: in dark only what a scheme can change is looked at.
    """
    rules = {"type": "tag", "values": EVERYTHING}
    if scheme == "dark":
        rules = {"type": "rule", "values": COLOURS}
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    options = {"resultTypes": ["violations"], "runOnly": rules}
    return AxeResults(page.evaluate("options => axe.run(options)", options))


def shape(url: str) -> str:
    """The path without what differs between two pages of one kind."""
    path = re.sub(r"(?<=/clients/code/).+", "*", urlsplit(url).path)
    return re.sub(r"(?<=/)(?=[^/]*[\d_])[\w.-]+(?=/|$)", "*", path)
