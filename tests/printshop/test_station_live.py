"""One screen in many tabs, before several web processes: who asks, and how often."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from live import Shop, Visitor, eventually, opened
from provider import photo

TABS = 8
STATE = "/kiosk/device/state/"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Two web processes, and no worker: a station needs none."""
    sea = photo("sea", (120, 90))
    with opened(tmp_path, sea, processes=2) as shop:
        shop.photos.provider.interval = 1
        yield shop


class Screen(Visitor):
    """A browser that shows the station, in as many tabs as one likes."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.http = requests.Session()
        self.get("/kiosk/device/")

    def touch(self, do: str) -> None:
        """Press a button, and take the cookie that comes."""
        answer = self.post("/kiosk/device/touch/", {"do": do})
        self.http.cookies.update(answer.cookies)

    def tabs(self, seconds: float) -> None:
        """All tabs look all the time."""
        cookies = self.http.cookies.get_dict()
        until = time.monotonic() + seconds

        def look(_: int) -> None:
            while time.monotonic() < until:
                url = self.shop.url + STATE
                assert requests.get(url, cookies=cookies, timeout=20).ok

        with ThreadPoolExecutor(TABS) as tabs:
            list(tabs.map(look, range(TABS)))

    def says(self, words: str) -> bool:
        """Is it so far?"""
        return words in self.get("/kiosk/device/").text


def apart(times: list[float]) -> float:
    """The shortest pause between two of them."""
    return min(b - a for a, b in pairwise(times))


@pytest.mark.spec("RFC 8628 §3.5")
def test_many_tabs_ask_no_faster_than_one_and_redeem_once(shop: Shop) -> None:
    provider, screen = shop.photos.provider, Screen(shop)
    times: list[float] = []

    def slow(request: object) -> None:
        if getattr(request, "path", "") == "/token":
            times.append(time.monotonic())
            time.sleep(0.5)  # so that every tab comes while one asks

    provider.before = slow
    screen.touch("begin")
    screen.tabs(seconds=6)
    assert 2 <= len(times) <= 4, "a second after each answer, which takes half of one"
    assert apart(times) >= 1.4
    assert {device.interval for device in provider.devices.values()} == {1}
    before = len(times)
    provider.allow()
    screen.tabs(seconds=3)
    assert len(times) == before + 1
    assert screen.says("Hello Alice")
    assert len(provider.asked("/userinfo")) == 1
    assert len(shop.photos.sessions) == 1
    shop.photos.done.update(shop.photos.sessions)
    screen.tabs(seconds=2)
    eventually(lambda: screen.says("which size"))
    assert len(shop.photos.asked("/media/sea=d")) == 1


def test_a_button_pressed_by_many_hands_orders_once(shop: Shop) -> None:
    provider, screen, alice = shop.photos.provider, Screen(shop), Visitor(shop)
    screen.touch("begin")
    eventually(lambda: screen.says("WDJB"))
    provider.allow()
    eventually(lambda: screen.says("Hello Alice"))
    shop.photos.done.update(shop.photos.sessions)
    eventually(lambda: screen.says("which size"))
    with ThreadPoolExecutor(TABS) as hands:
        list(hands.map(lambda _: screen.touch("order"), range(TABS)))
    cart = alice.get("/cart/")
    assert urlsplit(cart.url).path == "/cart/"
    assert len(re.findall(r'id="item-', cart.text)) == 1, cart.text
