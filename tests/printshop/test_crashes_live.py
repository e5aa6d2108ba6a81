"""kill -9 at every point of an order: one order, one charge, all files, in the end.

The processes are real, and die where crashing/sitecustomize.py says. Nothing else
looks into the shop, but for the bank's book and the letters.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from live import Shop, Visitor, eventually, opened
from provider import photo

ALL = ["Order received", "Photos fetched", "Prints rendered", "Printing", "Shipped"]
SLOW = "4000000000000119"
ADVANCE = "printshop.models.orders:OrderQuerySet.advance"
BOOK = """
from printshop.models import Charge, Order, Payment
order = Order.objects.get(number="{number}")
keys = order.payments.values_list("idempotency_key", flat=True)
charges = Charge.objects.filter(idempotency_key__in=keys, outcome="approved")
print(order.stage, charges.count(), charges.exclude(refunded_at=None).count(),
      order.payments.filter(state__in=["approved", "refunded"]).count(),
      order.items.count())
"""
LATER = """
from printshop.models import OrderStage
OrderStage.objects.filter(told_at=None).update(retry_at=None)
"""


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop in which two photos can be picked."""
    picks = (photo("sea"), photo("tower", (900, 1200)))
    with opened(tmp_path_factory.mktemp("shop"), *picks) as shop:
        yield shop


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    """The shop, with a customer it has never seen, and no worker."""
    open_shop.rest()
    return open_shop


@contextmanager
def trap(shop: Shop, folder: Path, point: str) -> Iterator[Path]:
    """What is started meanwhile dies at that point; yields what appears when it did."""
    here = Path(__file__).parent / "crashing"
    mark = folder / "died"
    shop.trap = {"CRASH": point, "CRASH_MARK": str(mark), "PYTHONPATH": str(here)}
    try:
        yield mark
    finally:
        shop.trap = {}


def placed(shop: Shop) -> tuple[Visitor, str]:
    """Alice, with everything but the money."""
    worker = shop.worker()
    alice = Visitor(shop)
    number = alice.order()
    shop.kill(worker)
    return alice, number


def book(shop: Shop, number: str) -> list[str]:
    """Stage, charges, refunds, payments, things."""
    return shop.manage("shell", "-v", "0", "-c", BOOK.format(number=number)).split()


def letters(shop: Shop, number: str) -> Counter[str]:
    """How often each letter about an order was sent."""
    sent = "".join(file.read_text() for file in shop.mails.glob("*"))
    ours = rf"^Message-ID: <{number}\.(\w+)\.\d+@"
    return Counter(re.findall(ours, sent, re.MULTILINE))


def is_complete(alice: Visitor, number: str) -> bool:
    pdf = alice.get(f"/orders/{number}/prints.pdf").content
    return pdf.startswith(b"%PDF") and pdf.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(
    "point",
    [
        "printshop.models.orders:OrderQuerySet.begin_step:before",
        f"{ADVANCE}:before:fetched",
        f"{ADVANCE}:after:fetched",
        "printshop.models.items:PlacementQuerySet.rendered:before",
        "printshop.models.items:PlacementQuerySet.rendered:after",
        f"{ADVANCE}:before:rendered",
        f"{ADVANCE}:after:rendered",
        f"{ADVANCE}:after:printing",
        f"{ADVANCE}:after:shipped",
    ],
)
def test_a_worker_that_dies_while_it_makes_an_order(
    shop: Shop, tmp_path: Path, point: str
) -> None:
    alice, number = placed(shop)
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    with trap(shop, tmp_path, point) as mark:
        worker = shop.worker()
        eventually(mark.exists)
        worker.wait(10)
    shop.worker()
    eventually(lambda: alice.stages(number) == ALL)
    assert book(shop, number) == ["shipped", "1", "0", "1", "2"]
    assert is_complete(alice, number)
    eventually(lambda: len(letters(shop, number)) == len(ALL))
    assert set(letters(shop, number).values()) == {1}


@pytest.mark.parametrize(
    ("point", "card"),
    [
        (f"{ADVANCE}:after:paying", "4242424242424242"),
        ("printshop.payments:charge:before", "4242424242424242"),
        ("printshop.payments:charge:after", "4242424242424242"),
        (f"{ADVANCE}:after:received", "4242424242424242"),
        ("printshop.checkout:_settle:after", "4242424242424242"),
        ("printshop.payments:charge:after", "4000000000000002"),
    ],
)
def test_a_web_server_that_dies_while_somebody_pays(
    shop: Shop, tmp_path: Path, point: str, card: str
) -> None:
    alice, number = placed(shop)
    form = alice.payment(number, card)
    shop.kill_web()
    with trap(shop, tmp_path, point) as mark:
        shop.web()
        with pytest.raises(requests.RequestException):
            alice.post(f"/orders/{number}/pay/", form)
        assert mark.exists()
    shop.kill_web()
    shop.web()
    shop.worker()
    for _ in range(3):  # retried, and reloaded, with the same key
        alice.post(f"/orders/{number}/pay/", form)
    eventually(lambda: "Check and pay" in alice.get(f"/orders/{number}/pay/").text
               or alice.stages(number) == ALL)  # fmt: skip
    if not alice.stages(number):  # nothing was charged: the cart is as it was
        assert book(shop, number) == ["draft", "0", "0", "0", "2"]
        alice.post(f"/orders/{number}/pay/", alice.payment(number))
    eventually(lambda: alice.stages(number) == ALL)
    assert book(shop, number) == ["shipped", "1", "0", "1", "2"]
    assert is_complete(alice, number)
    assert alice.get("/orders/").text.count("<article") == 1


@pytest.mark.parametrize(
    "point",
    [
        "printshop.payments:ask:before",
        "printshop.payments:ask:after",
        f"{ADVANCE}:after:received",
    ],
)
def test_a_worker_that_dies_while_it_asks_the_bank(
    shop: Shop, tmp_path: Path, point: str
) -> None:
    alice, number = placed(shop)
    alice.post(f"/orders/{number}/pay/", alice.payment(number, SLOW))
    with trap(shop, tmp_path, point) as mark:
        worker = shop.worker()
        eventually(mark.exists)
        worker.wait(10)
    shop.worker()
    eventually(lambda: alice.stages(number) == ALL)
    assert book(shop, number) == ["shipped", "1", "0", "1", "2"]


@pytest.mark.parametrize(
    "point",
    [
        "printshop.payments:refund:before",
        "printshop.payments:refund:after",
        "printshop.models.payments:PaymentQuerySet.refunded:after",
    ],
)
def test_a_worker_that_dies_while_the_bank_gives_money_back(
    shop: Shop, tmp_path: Path, point: str
) -> None:
    alice, number = placed(shop)
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    for _ in range(3):
        alice.post(f"/orders/{number}/cancel/", {})
    with trap(shop, tmp_path, point) as mark:
        worker = shop.worker()
        eventually(mark.exists)
        worker.wait(10)
    shop.worker()
    eventually(lambda: "were given back" in alice.get(f"/orders/{number}/").text)
    assert book(shop, number) == ["cancelled", "1", "1", "1", "2"]
    eventually(lambda: len(letters(shop, number)) == 2)
    assert letters(shop, number) == {"received": 1, "cancelled": 1}


@pytest.mark.parametrize(
    "point",
    [
        "printshop.models.payments:PaymentQuerySet.give_back:before",
        "printshop.models.payments:PaymentQuerySet.give_back:after",
    ],
)
def test_a_web_server_that_dies_while_somebody_cancels(
    shop: Shop, tmp_path: Path, point: str
) -> None:
    alice, number = placed(shop)
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    shop.kill_web()
    with trap(shop, tmp_path, point) as mark:
        shop.web()
        with pytest.raises(requests.RequestException):
            alice.post(f"/orders/{number}/cancel/", {})
        assert mark.exists()
    shop.kill_web()
    shop.web()
    assert book(shop, number) == ["received", "1", "0", "1", "2"]  # or all, or nothing
    alice.post(f"/orders/{number}/cancel/", {})
    shop.worker()
    eventually(lambda: "were given back" in alice.get(f"/orders/{number}/").text)
    assert book(shop, number) == ["cancelled", "1", "1", "1", "2"]


@pytest.mark.parametrize(
    ("point", "copies"),
    [
        ("django.core.mail.message:EmailMessage.send:before", 1),
        ("django.core.mail.message:EmailMessage.send:after", 2),
        ("printshop.models.stages:OrderStageQuerySet.told:after", 1),
    ],
    ids=["before sending", "after sending", "written down"],
)
def test_a_worker_that_dies_while_it_sends_a_letter(
    shop: Shop, tmp_path: Path, point: str, copies: int
) -> None:
    alice, number = placed(shop)
    alice.post(f"/orders/{number}/pay/", alice.payment(number))
    with trap(shop, tmp_path, point) as mark:
        worker = shop.worker()
        eventually(mark.exists)
        worker.wait(10)
    shop.manage("shell", "-v", "0", "-c", LATER)  # the pause after an attempt is over
    time.sleep(0.1)
    shop.worker()
    eventually(lambda: len(letters(shop, number)) == len(ALL))
    sent = letters(shop, number)
    assert sent.pop("received") == copies  # twice at most, and never not at all
    assert set(sent.values()) == {1}
