"""Real processes: races have one winner, and kill -9 loses nothing.

Nothing here looks into the shop: what happened is read off its pages, and off what
the provider and the photo service were asked.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from live import Shop, Visitor, eventually, opened
from provider import Request, photo

ALL = ["Order received", "Photos fetched", "Prints rendered", "Printing", "Shipped"]
TIMES = 12


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Two web processes, no worker."""
    picks = (photo("sea"), photo("tower", (900, 1200)))
    with opened(tmp_path_factory.mktemp("shop"), *picks, processes=2) as shop:
        yield shop


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    """The shop, with a customer it has never seen."""
    open_shop.rest()
    return open_shop


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_twelve_requests_refresh_once(shop: Shop) -> None:
    provider = shop.photos.provider
    provider.lifetime = 30  # less than the minute the shop wants
    alice = Visitor(shop)
    alice.get("/connect/")
    provider.lifetime = 300
    alice.get("/choose/")

    def be_slow(request: Request) -> None:
        if request.path == "/token":
            time.sleep(0.5)

    provider.before = be_slow
    with ThreadPoolExecutor(TIMES) as hands:
        answers = list(hands.map(lambda _: alice.post("/choose/", {}), range(TIMES)))
    assert [answer.status_code for answer in answers] == [302] * TIMES
    grants = [request.form["grant_type"] for request in provider.asked("/token")]
    assert grants.count("refresh_token") == 1


@pytest.mark.parametrize("tabs", [1, TIMES], ids=["one page", "many tabs"])
def test_pay_pressed_by_many_hands_is_one_order_and_one_charge(
    shop: Shop, tabs: int
) -> None:
    shop.worker()
    alice = Visitor(shop)
    number = alice.order()
    forms = [alice.payment(number) for _ in range(tabs)]
    presses = [forms[press % tabs] for press in range(TIMES)]
    with ThreadPoolExecutor(TIMES) as hands:
        answers = list(
            hands.map(lambda form: alice.post(f"/orders/{number}/pay/", form), presses)
        )
    assert {answer.status_code for answer in answers} == {302}
    assert {a.headers["Location"] for a in answers} == {f"/orders/{number}/"}
    eventually(lambda: alice.stages(number) == ALL)
    assert alice.get("/orders/").text.count("<article") == 1
    assert shop.charges(number) == 1


@pytest.mark.spec("RFC 6749 §10.12")
def test_one_answer_redeemed_by_many_hands_signs_in_once(shop: Shop) -> None:
    alice = Visitor(shop)
    start = alice.http.get(f"{shop.url}/connect/", allow_redirects=False, timeout=5)
    back = requests.get(start.headers["Location"], allow_redirects=False, timeout=5)
    answer = back.headers["Location"]

    def redeem(_: int) -> int:
        cookies = alice.http.cookies.get_dict()
        got = requests.get(answer, cookies=cookies, allow_redirects=False, timeout=9)
        return got.status_code

    with ThreadPoolExecutor(TIMES) as hands:
        codes = sorted(hands.map(redeem, range(TIMES)))
    assert codes == [302] + [400] * (TIMES - 1)


def test_a_worker_killed_while_fetching_loses_and_repeats_nothing(shop: Shop) -> None:
    served: list[str] = []

    def be_slow(request: Request) -> None:
        if request.path == "/media/tower=d" and not served:
            served.append(request.path)
            time.sleep(3)

    shop.photos.before = be_slow
    worker = shop.worker()
    alice = Visitor(shop)
    page = alice.choose()
    # One is here and written down, the other on its way.
    eventually(lambda: alice.get(f"{page}state/").json()["done"] == 1 and served)
    shop.kill(worker)
    shop.worker()
    eventually(lambda: alice.path(page).endswith("/products/"))
    assert len(shop.photos.asked("/media/sea=d")) == 1


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.3, 0.6])
def test_a_worker_killed_at_any_point_still_prints(shop: Shop, delay: float) -> None:
    worker = shop.worker()
    alice = Visitor(shop)
    number = alice.order()
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    time.sleep(0.25 + delay)
    shop.kill(worker)
    shop.worker()
    eventually(lambda: alice.stages(number) == ALL)
    pdf = alice.get(f"/orders/{number}/prints.pdf").content
    assert pdf.startswith(b"%PDF")
    assert pdf.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("delay", [0.0, 0.5, 1.5])
def test_a_web_server_killed_while_paying_charges_once(
    shop: Shop, delay: float
) -> None:
    shop.worker()
    alice = Visitor(shop)
    number = alice.order()
    form = alice.payment(number, "4000000000000119")
    with ThreadPoolExecutor(1) as hand:
        press = hand.submit(alice.post, f"/orders/{number}/pay/", form)
        time.sleep(delay)
        shop.kill_web()
        assert press.exception()
    shop.web()
    eventually(lambda: "Check and pay" in alice.get(f"/orders/{number}/pay/").text
               or alice.stages(number) == ALL)  # fmt: skip
    if not alice.stages(number):  # killed before the bank was asked: nothing charged
        alice.post(f"/orders/{number}/pay/", alice.payment(number))
    eventually(lambda: alice.stages(number) == ALL)
    assert shop.charges(number) == 1
