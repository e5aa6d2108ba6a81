"""Real processes: a worker that dies while it copies, and two that race."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import requests
from live import Shop, Visitor, eventually, opened
from provider import Photo, Request, photo

PICKS = 60
TINY = photo("tiny", (30, 20)).content


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One web process, no worker; a photo service that takes its time."""
    picks = [Photo(f"p{n}", TINY, 30, 20, f"p{n}.jpg") for n in range(PICKS)]
    with opened(tmp_path_factory.mktemp("shop"), *picks, NIGHT="+2") as shop:
        yield shop


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    """The shop, with a customer it has never seen."""
    open_shop.rest()
    return open_shop


class Counting:
    """Makes each photo take a while, and counts who is there at once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = self.most = 0

    def __call__(self, request: Request) -> None:
        """A photo is asked for."""
        if not request.path.startswith("/media/"):
            return
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.1)
        with self.lock:
            self.inside -= 1


def fetched(shop: Shop) -> Counter[str]:
    """How often each photo was asked for."""
    paths = (request.path for request in shop.photos.requests)
    return Counter(path for path in paths if path.startswith("/media/"))


def is_done(alice: Visitor, page: str) -> bool:
    return alice.path(page).endswith("/products/")


def test_two_workers_copy_a_selection_once(shop: Shop) -> None:
    shop.photos.before = counting = Counting()
    for _ in range(2):
        shop.worker()
    alice = Visitor(shop)
    page = alice.choose()
    eventually(lambda: is_done(alice, page))
    assert fetched(shop) == Counter(f"/media/p{n}=d" for n in range(PICKS))
    assert counting.most == 4


def test_kill_9_while_copying_loses_nothing_and_fetches_little_twice(
    shop: Shop,
) -> None:
    shop.photos.before = Counting()
    worker = shop.worker()
    alice = Visitor(shop)
    page = alice.choose()
    eventually(lambda: not is_done(alice, page) and fetched(shop).total() > PICKS // 3)
    shop.kill(worker)
    done = int(alice.get(f"{page}state/").json()["done"])
    assert 0 < done < PICKS
    for _ in range(2):
        shop.worker()
    eventually(lambda: is_done(alice, page), seconds=90)
    assert len(fetched(shop)) == PICKS
    assert fetched(shop).total() <= 2 * PICKS - done
    assert fetched(shop).total() <= PICKS + 8  # what was in the air


class Away(Visitor):
    """Somebody who chooses now, and lets the shop fetch later."""

    def choose(self) -> str:
        """Lend the photos for good, and pick everything for tonight."""
        self.get("/connect/?missing=offline_access")
        page: str = self.post("/choose/", {"fetch": "tonight"}).headers["Location"]
        link = re.search(r'href="([^"]+/autoclose)"', self.get(page).text)
        assert link
        requests.get(link[1], timeout=5)
        return page


def test_the_night_comes_by_itself(shop: Shop) -> None:
    shop.photos.picks = [photo("sea")]
    shop.worker()
    alice = Away(shop)
    number = alice.order()
    assert not fetched(shop)
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    alice.post("/sign-out/", {})
    eventually(lambda: fetched(shop).total() == 1)
    alice = Away(shop)
    eventually(lambda: "Shipped" in alice.stages(number))
    assert shop.charges(number) == 1
