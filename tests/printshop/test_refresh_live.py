"""One connection, its token at the end, and everybody who needs it at once.

Two tabs before two web processes, two workers that copy with four hands each: all of
them find the same old token, and the provider is asked for a new one exactly once.
"""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from live import Shop, Visitor, eventually, opened
from provider import PhotoService, Request, photo

MANY, SLOW = 120, 0.5  # photos in each selection, and seconds for each
SOON = 66  # seconds a token lives that the shop renews, a minute early, after six
HANDS, TABS = 4, 6


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Two web processes, two workers, and photos enough for both."""
    sea = photo("sea", (120, 90))
    picks = [replace(sea, id=f"sea-{number}") for number in range(MANY)]
    with opened(tmp_path, *picks, processes=2) as shop:
        shop.worker()
        shop.worker()
        yield shop


class Watch:
    """Slows both servers down, and sees how many requests meet there."""

    def __init__(self, photos: PhotoService) -> None:
        self.photos, self.provider = photos, photos.provider
        self.is_refreshing = threading.Event()
        self.fetching = self.most = 0
        self.lock = threading.Lock()
        self.photos.before, self.provider.before = self._photo, self._token

    def _photo(self, request: Request) -> None:
        if request.path.startswith("/media/"):
            with self.lock:
                self.fetching += 1
                self.most = max(self.most, self.fetching)
            time.sleep(SLOW)
            with self.lock:
                self.fetching -= 1

    def _token(self, request: Request) -> None:
        """A refresh takes so long that everybody comes to want it."""
        if request.form.get("grant_type") == "refresh_token":
            self.is_refreshing.set()
            time.sleep(2)

    def refreshes(self) -> int:
        """How many arrived."""
        asked = self.provider.asked("/token")
        return [one.form["grant_type"] for one in asked].count("refresh_token")


def begin(alice: Visitor) -> str:
    """A visit to the picker, at the end of which Done is pressed; its page."""
    page: str = alice.post("/choose/", {}).headers["Location"]
    link = re.search(r'href="([^"]+/autoclose)"', alice.get(page).text)
    assert link
    requests.get(link[1], timeout=5)
    return page


@pytest.mark.spec("RFC 9700 §4.14.2")
@pytest.mark.parametrize("ending", ["by the clock", "before its time"])
def test_tabs_and_workers_refresh_once(shop: Shop, ending: str) -> None:
    watch, alice = Watch(shop.photos), Visitor(shop)
    alice.get("/connect/")
    pages = [begin(alice) for _ in range(2)]
    if ending == "by the clock":
        watch.provider.lifetime = SOON
        alice.get("/connect/")
        watch.provider.lifetime = 300
    with ThreadPoolExecutor(TABS) as tabs:
        both = lambda: list(tabs.map(alice.get, pages)) and watch.fetching > HANDS  # noqa: E731
        eventually(both)  # workers, that is: more hands than one of them has
        if ending == "before its time":
            watch.provider.access_tokens.clear()
        assert watch.is_refreshing.wait(30)
        answers = list(tabs.map(lambda _: alice.post("/choose/", {}), range(TABS)))
        assert list(map(alice.path, pages)) == pages  # they have not finished
    assert [answer.status_code for answer in answers] == [302] * TABS
    eventually(lambda: all(alice.path(p).endswith("/products/") for p in pages), 60)
    assert watch.refreshes() == 1
    assert all(alice.get(page).text.count('name="photo"') for page in pages)
