"""The played phone, driven as a person does: its page, and the browsers it opens."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Page, expect

from tests.story import people
from tests.story.client import PICKER
from tests.story.town import Town
from tests.story.watch import Watch

ORDERS = "printshop.orders"
BOTH = ("profile", PICKER, ORDERS)
SCHEME = "com.example.printshop:/signed-in"
PLAYED = "web+printshop:signed-in"


@dataclass
class Phone:
    """Somebody's own browser, in which pages may take schemes, with the page open."""

    town: Town
    own: BrowserContext
    page: Page
    watch: Watch

    def press(self, name: str) -> None:
        """A button of the phone, or beside it."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def sign_in(self, *ticking: str, by: str = "Continue with Photos account") -> Page:
        """Sign in in the browser that the app opens; returns its window."""
        with self.page.expect_popup() as opened:
            self.press(by)
        sheet = opened.value
        sheet.wait_for_url(re.compile("/(sign-in|consent)/"))
        if "/sign-in/" in sheet.url:
            people.sign_in(sheet)
        people.allow(sheet, *ticking)
        return sheet

    def asks(self) -> str:
        """The app has its browser opened; returns the state of what it asks."""
        with self.page.expect_popup():
            self.press("Continue with Photos account")
        link = self.page.locator("[data-screen=browser] [data-address]")
        [state] = parse_qs(urlsplit(link.get_attribute("href") or "").query)["state"]
        return state

    def choose_a_photo(self) -> None:
        """The first one, in the picker that the app opens."""
        with self.page.expect_popup() as opened:
            self.press("Choose a photo")
        picker = opened.value
        heading = picker.get_by_role("heading", level=1)
        expect(heading).to_contain_text("Print Shop for the")
        picker.locator("input[name=photo]").first.check(force=True)
        picker.get_by_role("button", name="Done").click()
        self.shows("Print it")

    def shows(self, title: str) -> None:
        """The phone shows this screen."""
        title_shown = self.page.locator("#phone [data-screen]:not([hidden]) h2")
        expect(title_shown).to_have_text(title)

    @property
    def on_air(self) -> list[str]:
        """What the phone sent and what came back, the oldest first."""
        lines = self.page.locator("[data-air] > li")
        told = [" ".join(line.split()) for line in lines.all_inner_texts()]
        return [*reversed(told)]
