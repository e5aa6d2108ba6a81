"""The orders resource as it runs: races have one winner, and kill -9 loses nothing."""

import json
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from integrator import RECIPIENT, jpeg, mint
from live import Shop, Visitor, eventually, opened

TIMES = 12


class Albums:
    """A program that orders prints over the wire, for whoever signed in last."""

    def __init__(self, shop: Shop) -> None:
        Visitor(shop)
        self.shop = shop
        self.provider = shop.photos.provider

    def token(self) -> str:
        """For this shop, and this customer."""
        return mint(self.provider, aud=self.shop.url, sub=self.provider.person.sub)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """One call, with a token."""
        headers = {"Authorization": f"Bearer {self.token()}"} | options.pop(
            "headers", {}
        )
        return requests.request(
            method, f"{self.shop.url}/v1/{path}", headers=headers, timeout=30, **options
        )

    def asked(self) -> dict[str, Any]:
        """An order of one print."""
        jpg = {"Content-Type": "image/jpeg"}
        sent = self.call("POST", "assets", data=jpeg(), headers=jpg).json()
        item = {"sku": "10x15", "copies": 1, "assets": [{"id": sent["asset"]["id"]}]}
        key = uuid.uuid4().hex
        return {"idempotencyKey": key, "recipient": RECIPIENT, "items": [item]}

    def stage(self, number: str) -> str:
        """How far an order is."""
        answer = self.call("GET", f"orders/{number}")
        return str(answer.json()["order"]["status"]["stage"])


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Two web processes, no worker."""
    with opened(tmp_path_factory.mktemp("orders"), processes=2) as shop:
        yield shop


@pytest.fixture
def albums(open_shop: Shop) -> Albums:
    """For a customer the shop has never seen."""
    open_shop.rest()
    return Albums(open_shop)


def test_many_at_once_make_one_order(albums: Albums) -> None:
    body = albums.asked()
    with ThreadPoolExecutor(TIMES) as hands:
        answers = list(
            hands.map(lambda _: albums.call("POST", "orders", json=body), range(TIMES))
        )
    said = Counter(answer.status_code for answer in answers)
    assert said == {201: 1, 200: TIMES - 1}, [answer.text for answer in answers]
    [number] = {answer.json()["order"]["id"] for answer in answers}
    albums.shop.worker()
    eventually(lambda: albums.stage(number) == "Complete")
    assert albums.shop.charges(number) == 1
    assert len(albums.call("GET", "orders").json()["orders"]) == 1


def test_many_first_calls_at_once_make_one_customer(open_shop: Shop) -> None:
    open_shop.rest()  # nobody was here before
    kiosk: Any = {"client_id": "printshop-kiosk", "sub": uuid.uuid4().hex}
    token = mint(open_shop.photos.provider, aud=open_shop.url, **kiosk)

    def ask(_: int) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.get(f"{open_shop.url}/v1/orders", headers=headers, timeout=30)
        return answer.status_code

    with ThreadPoolExecutor(TIMES) as hands:
        assert Counter(hands.map(ask, range(TIMES))) == {200: TIMES}


@pytest.mark.parametrize("after", [0.0, 0.01, 0.02, 0.04])
def test_a_web_process_that_is_killed_leaves_one_order(
    albums: Albums, after: float
) -> None:
    shop, body = albums.shop, albums.asked()
    with ThreadPoolExecutor(4) as hands:
        asked = [hands.submit(albums.call, "POST", "orders", json=body) for _ in "1234"]
        time.sleep(after)
        shop.kill_web()
        for one in asked:
            one.exception()
    shop.web(processes=2)
    answer = albums.call("POST", "orders", json=body)
    assert answer.status_code in {200, 201}
    number = answer.json()["order"]["id"]
    shop.worker()
    eventually(lambda: albums.stage(number) == "Complete")
    assert shop.charges(number) == 1
    assert len(albums.call("GET", "orders").json()["orders"]) == 1


@pytest.mark.parametrize("size", [100_000, 20_000_000])
def test_who_is_refused_early_hears_why(albums: Albums, size: int) -> None:
    with requests.Session() as http:
        for path, status in (("assets", 401), ("orders", 401), ("nowhere", 401)):
            answer = http.post(
                f"{albums.shop.url}/v1/{path}",
                data=b"x" * size,
                headers={"Content-Type": "image/jpeg"},
                timeout=30,
            )
            assert answer.status_code == status
            assert "WWW-Authenticate" in answer.headers


def test_a_large_photo_is_taken_and_a_larger_one_is_not(albums: Albums) -> None:
    jpg = {"Content-Type": "image/jpeg"}
    photo = jpeg((4000, 3000), quality=95)
    sent = albums.call("POST", "assets", data=photo, headers=jpg)
    assert sent.status_code == 201
    assert sent.json()["asset"]["width"] == 4000
    more = bytes(50 * 1024 * 1024 + 1)
    assert albums.call("POST", "assets", data=more, headers=jpg).status_code == 413


def test_a_body_in_chunks_is_asked_for_with_its_length(albums: Albums) -> None:
    body = json.dumps(albums.asked()).encode()
    for path, kind in (("orders", "application/json"), ("assets", "image/jpeg")):
        kinds = {"Content-Type": kind}
        answer = albums.call("POST", path, data=iter([body]), headers=kinds)
        assert answer.status_code == 411
