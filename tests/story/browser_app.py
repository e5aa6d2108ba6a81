"""The browser app, driven as a person does; and a wire-tap that knows its tokens."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.story import people
from tests.story.town import Town
from tests.story.watch import Watch

PICKER, ORDERS = "photospicker.mediaitems.readonly", "printshop.orders"
Told = dict[str, Any]

# Every place in which a script can leave something, and the document itself.
PLACES = """async () => {
  const kept = { address: location.href, state: history.state, window: name };
  kept.local = { ...localStorage };
  kept.session = { ...sessionStorage };
  kept.cookies = document.cookie;
  kept.document = document.documentElement.outerHTML;
  kept.fields = [...document.querySelectorAll("input")].map(({ value }) => value);
  kept.globals = Object.keys(window).filter((name) => typeof window[name] === "string")
    .map((name) => window[name]);
  kept.caches = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const answer of await cache.matchAll()) kept.caches.push(await answer.text());
  }
  kept.databases = [];
  for (const { name } of await indexedDB.databases()) {
    const asked = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const rows = database.transaction(store).objectStore(store).getAll();
      kept.databases.push([name, store, await asked(rows)]);
    }
    database.close();
  }
  return JSON.stringify(kept);
}"""


@dataclass
class Wire:
    """Sits between the app and the token endpoint: reads, and changes what it is told.

    ``change`` gets the JSON of an answer and gives what the app is told instead.
    """

    context: BrowserContext
    asked: list[dict[str, str]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    change: Callable[[Told], Told] = dict

    def __post_init__(self) -> None:
        self.context.route("**/oauth/token", self._pass)

    def _pass(self, route: Route) -> None:
        self.asked.append(dict(parse_qsl(route.request.post_data or "")))
        answer = route.fetch()
        told = answer.json()
        if answer.ok:
            self.told.append(told)
            told = self.change(dict(told))
        route.fulfill(response=answer, body=json.dumps(told))

    @property
    def tokens(self) -> set[str]:
        """Every token that the app was given, and the signatures of the signed ones."""
        names = ("access_token", "refresh_token", "id_token")
        texts = {one[name] for one in self.told for name in names if name in one}
        return texts | {text.rpartition(".")[2] for text in texts}

    def given(self, name: str) -> list[str]:
        """Every token of one kind, the newest last."""
        return [one[name] for one in self.told if name in one]


@dataclass
class App:
    """The page, and what a person does with it; after every step it is searched."""

    town: Town
    page: Page
    wire: Wire
    watch: Watch

    def open(self) -> None:
        """Come to the screen."""
        self.page.goto(f"{self.town.shop}/kiosk/")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(
            "Order prints on this screen"
        )
        self.keeps_no_token()

    def depart(self) -> None:
        """Press the large button."""
        self.page.get_by_role("button", name="Sign in with Photos").click()

    def allow(self, *ticking: str) -> None:
        """Allow these permissions and no others, and come back to the screen."""
        people.at(self.page, f"{self.town.issuer}/consent")
        for box in self.page.locator("input[name=scope]:not([disabled])").all():
            box.set_checked(box.get_attribute("value") in ticking)
        self.page.locator("button[name=decision][value=allow]").click()
        people.at(self.page, f"{self.town.shop}/kiosk")

    def sign_in(self, *ticking: str) -> None:
        """For somebody who is signed in at the account already."""
        self.open()
        self.depart()
        self.allow(*(ticking or ("profile", "email", PICKER, ORDERS)))
        if not ticking:
            self.waits_for("Which photos shall we print?")
            expect(self.held("access")).to_have_count(2)
        self.keeps_no_token()

    def pick(self, count: int) -> None:
        """In the other tab."""
        with self.page.expect_popup() as opened:
            self.page.get_by_role("link", name="Open your photos").click()
        people.pick(opened.value, count)
        self.waits_for(f"You picked {count} photo")
        self.keeps_no_token()

    def make(self) -> None:
        """Prints, as they are offered."""
        self.page.get_by_role("button", name="Continue").click()
        self.waits_for("What shall we make of your")
        expect(self.page.locator("[data-part=total]")).to_contain_text("€")
        self.keeps_no_token()
        self.page.get_by_role("button", name="Continue").click()
        self.waits_for("Where shall we send them?")
        self.keeps_no_token()

    def fill_in(self, postcode: str = "10969") -> None:
        """An address in Berlin; name and country are there."""
        self.page.get_by_label("Street and number").fill("Lindenstraße 9")
        self.page.get_by_label("Postcode").fill(postcode)
        self.page.get_by_label("Town").fill("Berlin")

    def order(self) -> str:
        """Place it; the number of the order."""
        self.page.get_by_role("button", name="Place the order").click()
        self.waits_for("Thank you. It is ordered.")
        self.keeps_no_token()
        return self.page.locator("[data-part=number]").inner_text()

    def waits_for(self, heading: str) -> None:
        """The screen with this heading."""
        title = self.page.get_by_role("heading", level=1)
        expect(title).to_contain_text(heading, timeout=60_000)

    def says(self, text: str) -> None:
        """The notice above the screen."""
        expect(self.page.locator("#notice")).to_contain_text(text)

    def held(self, kind: str) -> Locator:
        """Rows of "What this page holds"."""
        return self.page.locator(f"#held [data-kind={kind}]")

    def keeps_no_token(self) -> None:
        """Search everything that outlives a variable, and everything that is shown."""
        kept = self.page.evaluate(PLACES)
        kept += json.dumps(self.page.context.cookies())
        found = [token for token in self.wire.tokens if token in kept]
        assert not found, f"{len(found)} tokens were left where scripts find them"
