"""After the payment: cancelling, refunds, and what becomes of a declined order."""

import pytest
from provider import BOB, PhotoService, Provider
from visitors import Browser, order, pay, work

from printshop import cancelling, checkout, payments
from printshop.models import Charge, Order, OrderItem, OrderStage, Payment, Stage
from printshop.models.orders import OrderQuerySet

DECLINED, SLOW = "4000 0000 0000 0002", "4000 0000 0000 0119"


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


@pytest.fixture
def number(lender: Browser, photos: PhotoService) -> str:
    """A draft with everything but the money."""
    return order(lender, photos)


@pytest.fixture
def paid(lender: Browser, number: str) -> Order:
    """A paid order on which no worker has begun."""
    pay(lender, number)
    return Order.objects.get(number=number)


@pytest.fixture(autouse=True)
def quick_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank whose slowness takes no time."""
    monkeypatch.setattr("printshop.payments.TIME_LIMIT", 0)


def money() -> tuple[int, int]:
    """How often the bank took money, and how often it gave some back."""
    taken = Charge.objects.filter(outcome="approved")
    return taken.count(), taken.exclude(refunded_at=None).count()


def cancel(customer: Browser, number: str) -> None:
    answer = customer.post(f"/orders/{number}/cancel/")
    assert answer["Location"] == f"/orders/{number}/"


def stages(number: str) -> list[str]:
    told = OrderStage.objects.filter(order__number=number)
    return list(told.values_list("stage", flat=True))


def test_a_cancelled_order_is_refunded_and_made_no_further(
    lender: Browser, paid: Order
) -> None:
    assert (
        "Cancel this order?" in lender.get(f"/orders/{paid}/cancel/").content.decode()
    )
    cancel(lender, paid.number)
    page = lender.get(f"/orders/{paid}/").content.decode()
    assert "Cancelled" in page
    assert money() == (1, 0)  # owed
    work()
    assert money() == (1, 1)
    assert Payment.objects.get().state == Payment.State.REFUNDED
    assert stages(paid.number) == [Stage.RECEIVED, Stage.CANCELLED]


def test_cancelled_ten_times_is_refunded_once(lender: Browser, paid: Order) -> None:
    for _ in range(10):
        cancel(lender, paid.number)
    work()
    line = Charge.objects.get()
    for _ in range(3):
        cancel(lender, paid.number)
        cancelling.refund.call(str(line.idempotency_key))
        assert not payments.refund(line.idempotency_key)
    work()
    assert Charge.objects.get().refunded_at == line.refunded_at is not None
    assert stages(paid.number).count(Stage.CANCELLED) == 1


@pytest.mark.parametrize("stage", [Stage.FETCHED, Stage.RENDERED])
def test_an_order_can_be_cancelled_until_it_is_printed(
    lender: Browser, paid: Order, stage: Stage
) -> None:
    assert Order.objects.advance(paid, stage)
    cancel(lender, paid.number)
    work()
    assert money() == (1, 1)


@pytest.mark.parametrize("after", [[], [Stage.PROBLEM], [Stage.SHIPPED]])
def test_what_is_printed_is_not_cancelled(
    lender: Browser, paid: Order, after: list[Stage]
) -> None:
    for stage in (Stage.FETCHED, Stage.RENDERED, Stage.PRINTING, *after):
        assert Order.objects.advance(paid, stage)
    cancel(lender, paid.number)
    page = lender.get(f"/orders/{paid}/").content.decode()
    assert "can no longer be cancelled" in page
    assert money() == (1, 0)
    assert not Payment.objects.owed().exists()


def test_a_stopped_order_can_be_cancelled_and_not_resumed(
    lender: Browser, paid: Order
) -> None:
    assert Order.objects.advance(paid, Stage.PROBLEM, problem="The press is broken.")
    cancel(lender, paid.number)
    assert not Order.objects.resume(paid)
    assert Order.objects.get().stage == Stage.CANCELLED


@pytest.mark.parametrize("cards", [[], [DECLINED], [SLOW]], ids=["cart", "no", "late"])
def test_what_is_not_paid_is_not_cancelled(
    lender: Browser, number: str, cards: list[str]
) -> None:
    for card in cards:
        pay(lender, number, card)
    before = Order.objects.get(number=number).stage
    lender.post(f"/orders/{number}/cancel/")
    assert Order.objects.get(number=number).stage == before != Stage.CANCELLED
    work()
    assert money()[1] == 0


def test_nobody_cancels_the_orders_of_others(
    lender: Browser, paid: Order, provider: Provider
) -> None:
    provider.person = BOB
    bob = Browser()
    bob.sign_in()
    for action in ("cancel", "again"):
        assert bob.post(f"/orders/{paid}/{action}/").status_code == 404
    paid.refresh_from_db()
    assert paid.stage == Stage.RECEIVED


@pytest.mark.parametrize("died", ["before the bank", "after the bank"])
def test_a_refund_that_died_is_made_once_by_the_next_worker(
    lender: Browser, paid: Order, monkeypatch: pytest.MonkeyPatch, died: str
) -> None:
    cancel(lender, paid.number)
    key = Payment.objects.get().idempotency_key
    if died == "after the bank":
        payments.refund(key)
    given = Charge.objects.get().refunded_at

    with monkeypatch.context() as patch:
        patch.setattr("printshop.payments.refund", lambda _: 1 / 0)
        work()
    assert Payment.objects.get().state == Payment.State.REFUNDING
    work()
    assert Payment.objects.get().state == Payment.State.REFUNDED
    assert money() == (1, 1)
    assert given in {None, Charge.objects.get().refunded_at}


def test_a_declined_order_is_a_cart_again(lender: Browser, number: str) -> None:
    pay(lender, number, DECLINED)
    cart = Order.objects.get()
    assert (cart.number, cart.stage, cart.items.count()) == (number, Stage.DRAFT, 2)
    assert not OrderStage.objects.exists()


def test_a_declined_order_goes_into_the_cart_begun_meanwhile(
    lender: Browser, number: str, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("printshop.payments.SLOW_CARD", "")
    monkeypatch.setattr("printshop.payments.charge", no_answer)
    pay(lender, number)
    other = order(lender, photos)
    Payment.objects.update(started_at="2020-01-01T00:00Z")
    work()  # the bank never saw it: nothing is charged
    cart = Order.objects.get(stage=Stage.DRAFT)
    assert (cart.number, cart.items.count()) == (other, 4)
    assert OrderItem.objects.count() == 4
    page = lender.get("/orders/").content.decode()
    assert number not in page  # it was never an order
    assert other not in page
    for path in ("", "pay/", "address/"):  # of a tab that is still open
        answer = lender.get(f"/orders/{number}/{path}", follow=True)
        assert answer.redirect_chain[-1] == ("/cart/", 302)
        assert "Nothing was charged; everything is in" in answer.content.decode()
    assert lender.get(f"/orders/{number}/state/").status_code == 404  # it loads anew


def no_answer(*_: object) -> Charge:
    raise payments.NoAnswer


def test_a_paid_order_stays_beside_the_cart_begun_meanwhile(
    lender: Browser, number: str, photos: PhotoService
) -> None:
    pay(lender, number, SLOW)
    other = order(lender, photos)
    Payment.objects.update(started_at="2020-01-01T00:00Z")
    work()
    assert Order.objects.get(number=other).items.count() == 2
    assert Order.objects.get(number=number).items.count() == 2
    assert money() == (1, 0)


def test_reopened_while_the_other_cart_is_paid_gives_it_nothing(
    lender: Browser, number: str, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpaid = Order.objects.get(number=number)
    Order.objects.advance(unpaid, Stage.PAYING)
    other = Order.objects.get(number=order(lender, photos))
    touch = OrderQuerySet.touch

    def pay_first(orders: OrderQuerySet, cart: Order) -> bool:
        Order.objects.advance(other, Stage.PAYING)  # its customer is quicker
        return touch(orders, cart)

    monkeypatch.setattr(OrderQuerySet, "touch", pay_first)
    assert Order.objects.reopen(unpaid)
    assert other.items.count() == 2
    assert Order.objects.get(stage=Stage.DRAFT).number == number


def test_a_price_that_rose_is_shown_before_it_is_paid(
    lender: Browser, number: str
) -> None:
    OrderItem.objects.update(unit_cents=1)
    Order.objects.update(shipping_cents=1)
    answer = pay(lender, number)
    assert answer["Location"] == f"/orders/{number}/pay/"
    assert not Charge.objects.exists()
    assert "Pay €5.30" in lender.get(answer["Location"]).content.decode()
    assert pay(lender, number)["Location"] == f"/orders/{number}/"
    assert Charge.objects.get().cents == 530


def test_photos_that_became_blurred_are_not_paid(lender: Browser, number: str) -> None:
    OrderItem.objects.update(product_code="50x70", unit_cents=1490)
    assert pay(lender, number)["Location"] != f"/orders/{number}/"
    assert not Charge.objects.exists()
    assert Order.objects.get().stage == Stage.DRAFT


def test_an_integrators_order_is_put_on_account_once(
    lender: Browser, number: str
) -> None:
    placed = Order.objects.get(number=number)
    for _ in range(3):
        payment = checkout.pay_on_account(placed)
        assert payment is None or payment.state == Payment.State.APPROVED
        placed.refresh_from_db()
    assert placed.stage == Stage.RECEIVED
    assert Payment.objects.get().method == Payment.Method.ACCOUNT
    assert money() == (1, 0)
    assert cancelling.cancel(placed)
    work()
    assert money() == (1, 1)


def test_an_account_payment_that_died_goes_on_by_itself(
    lender: Browser, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = Order.objects.get(number=number)
    with monkeypatch.context() as patch:
        patch.setattr("printshop.payments.charge", no_answer)
        checkout.pay_on_account(placed)
    Payment.objects.update(started_at="2020-01-01T00:00Z")
    work()
    assert Payment.objects.get().state == Payment.State.APPROVED
    assert money() == (1, 0)
