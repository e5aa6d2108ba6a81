"""The pages of orders: what they tell, and how few statements they need."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from provider import PhotoService
from pytest_django import DjangoAssertNumQueries
from visitors import Browser, choose, make, order, pay, work

from printshop import tracking
from printshop.models import (
    Order,
    OrderItem,
    OrderStage,
    Original,
    Payment,
    Placement,
    Stage,
)
from tests.story.forms import forms_of

MOST_STATEMENTS = 4  # of a page, the session and its customer included


@pytest.fixture
def paid(alice: Browser, photos: PhotoService) -> Order:
    """Alice's order, on which no worker has begun."""
    alice.connect()
    number = order(alice, photos)
    pay(alice, number)
    return Order.objects.get(number=number)


def text_of(customer: Browser, path: str) -> str:
    html = customer.get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def add_things(to: Order, count: int) -> None:
    """So many prints more."""
    original = Original.objects.first()
    assert original
    items = [
        OrderItem(
            order=to,
            position=10 + number,
            product_code="10x15",
            finish="matt",
            unit_cents=35,
        )
        for number in range(count)
    ]
    OrderItem.objects.bulk_create(items)
    Placement.objects.bulk_create(
        Placement(
            item=item,
            original=original,
            crop_left=0,
            crop_top=0,
            crop_width=300,
            crop_height=200,
        )
        for item in items
    )


def add_orders(of: Order, count: int) -> None:
    """So many older orders."""
    for number in range(count):
        at = timezone.now() - timedelta(days=1 + number)
        older = Order.objects.create(
            customer=of.customer, stage=Stage.SHIPPED, created_at=at
        )
        OrderStage.objects.create(order=older, stage=Stage.SHIPPED, at=at)
        add_things(older, 2)


@pytest.mark.parametrize("more", [0, 150])
@pytest.mark.parametrize("path", ["", "state/", "?page=2"])
def test_the_page_of_an_order_needs_few_statements(
    alice: Browser,
    paid: Order,
    more: int,
    path: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    add_things(paid, more)
    if more or path != "?page=2":
        with django_assert_max_num_queries(MOST_STATEMENTS):
            assert alice.get(f"/orders/{paid}/{path}").status_code == 200


@pytest.mark.parametrize("more", [0, 30])
def test_the_list_of_orders_needs_few_statements(
    alice: Browser,
    paid: Order,
    more: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    add_orders(paid, more)
    with django_assert_max_num_queries(MOST_STATEMENTS):
        assert alice.get("/orders/").status_code == 200


@pytest.mark.parametrize("more", [0, 150])
def test_the_page_of_payment_needs_few_statements(
    alice: Browser,
    photos: PhotoService,
    more: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    alice.connect()
    number = order(alice, photos)
    add_things(Order.objects.get(), more)
    with django_assert_max_num_queries(MOST_STATEMENTS):
        assert alice.get(f"/orders/{number}/pay/").status_code == 200


def test_many_orders_have_pages(alice: Browser, paid: Order) -> None:
    add_orders(paid, 30)
    first = alice.get("/orders/").content.decode()
    assert first.count("<article") == tracking.ORDERS
    assert str(paid) in first
    second = alice.get("/orders/?page=2").content.decode()
    assert second.count("<article") == 31 - tracking.ORDERS
    assert "Older orders" in first
    assert "Older orders" not in second
    assert alice.get("/orders/?page=9")["Location"] == "/orders/"


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 500, "%00"])
def test_a_strange_page_is_the_first(alice: Browser, paid: Order, page: str) -> None:
    for path in ("/orders/", f"/orders/{paid}/"):
        assert str(paid) in alice.get(f"{path}?page={page}").content.decode()


def test_sums_are_of_the_whole_order(alice: Browser, paid: Order) -> None:
    add_things(paid, 100)
    for path in (f"/orders/{paid}/", f"/orders/{paid}/?page=2", "/orders/"):
        page = text_of(alice, path)
        assert "104 things" in page
        assert "€40.30" in page


def test_what_is_done_and_what_is_to_come(alice: Browser, paid: Order) -> None:
    assert "Photos fetched 2 of 2" in text_of(alice, f"/orders/{paid}/")
    before = alice.get(f"/orders/{paid}/state/").json()
    assert Order.objects.advance(paid, Stage.FETCHED)
    placement = Placement.objects.all()[0]
    Placement.objects.rendered(placement, "prints/x.jpg")
    assert "Prints rendered 1 of 2" in text_of(alice, f"/orders/{paid}/")
    now = alice.get(f"/orders/{paid}/state/").json()
    assert (now["done"], now["total"]) == (1, 2)
    assert now["version"] != before["version"]


@pytest.mark.parametrize(
    "change",
    [
        {"problem": "The press is broken."},
        {"tracking": "LX 1234 5678 9 DE"},
        {"stage": Stage.CANCELLED},
    ],
)
def test_the_open_page_hears_of_every_change(
    alice: Browser, paid: Order, change: dict[str, str]
) -> None:
    before = alice.get(f"/orders/{paid}/state/").json()["version"]
    assert alice.get(f"/orders/{paid}/state/").json()["version"] == before
    Order.objects.update(**change)
    assert alice.get(f"/orders/{paid}/state/").json()["version"] != before


def test_the_open_page_hears_of_the_refund(alice: Browser, paid: Order) -> None:
    alice.post(f"/orders/{paid}/cancel/")
    page = alice.get(f"/orders/{paid}/").content.decode()
    assert "is giving €5.30 back" in page
    assert "data-poll" in page
    before = alice.get(f"/orders/{paid}/state/").json()["version"]
    work()
    assert alice.get(f"/orders/{paid}/state/").json()["version"] != before
    page = alice.get(f"/orders/{paid}/").content.decode()
    assert "€5.30 were given back" in page
    assert "data-poll" not in page
    assert Payment.objects.get().state == Payment.State.REFUNDED


def test_where_the_parcel_is(alice: Browser, paid: Order) -> None:
    Order.objects.update(stage=Stage.SHIPPED, tracking="LX 1234 5678 9 DE")
    assert "Its number is LX 1234 5678 9 DE" in text_of(alice, f"/orders/{paid}/")


def test_a_cart_is_no_order(alice: Browser, photos: PhotoService) -> None:
    alice.connect()
    number = order(alice, photos)
    assert alice.get(f"/orders/{number}/")["Location"] == f"/orders/{number}/pay/"
    assert alice.get(f"/orders/{number}/state/").status_code == 404
    for action in ("cancel", "again"):
        assert alice.post(f"/orders/{number}/{action}/").status_code == 404
    assert number not in alice.get("/orders/").content.decode()


def test_the_same_again(alice: Browser, paid: Order) -> None:
    Placement.objects.update(rotation=90, crop_left=7, confirmed=True)
    OrderItem.objects.update(finish="lustre", copies=3, unit_cents=1, title="Sea")
    again = alice.post(f"/orders/{paid}/again/")
    assert again["Location"] == "/cart/"
    cart = Order.objects.get(stage=Stage.DRAFT)
    kind = ("product_code", "finish", "copies", "title")
    assert list(cart.items.values_list(*kind)) == list(paid.items.values_list(*kind))
    assert set(cart.items.values_list("unit_cents", flat=True)) == {35}  # of today
    how = ("original", "rotation", "crop_left", "crop_width", "confirmed", "print_file")
    placed = Placement.objects.filter(item__order=cart).values_list(*how)
    first = Placement.objects.filter(item__order=paid).values_list(*how)
    assert set(placed) == set(first)
    assert "€2.10" in alice.get("/cart/").content.decode()


def test_what_is_no_longer_sold_has_a_name(alice: Browser, paid: Order) -> None:
    OrderItem.objects.filter(order=paid).update(product_code="9x13")
    work()
    assert "We no longer make 9x13." in text_of(alice, f"/orders/{paid}/")
    assert "4 × 9x13, glossy" in str(mail.outbox[0].body)
    assert alice.get("/orders/").status_code == 200


def test_what_is_no_longer_sold_is_not_paid(
    alice: Browser, photos: PhotoService
) -> None:
    alice.connect()
    number = order(alice, photos)
    OrderItem.objects.update(product_code="9x13")
    pay(alice, number)
    assert "9x13 is no longer sold" in text_of(alice, f"/orders/{number}/pay/")
    assert "9x13" in text_of(alice, "/cart/")
    assert not Payment.objects.exists()


def test_pressed_twice_it_is_the_same_again_once(alice: Browser, paid: Order) -> None:
    def press() -> None:
        assert alice.post(f"/orders/{paid}/again/", sent)["Location"] == "/cart/"

    def things() -> int:
        return OrderItem.objects.filter(order__stage=Stage.DRAFT).count()

    for wanted in (2, 4):  # back on the page one may press it again
        forms = forms_of(alice.get(f"/orders/{paid}/").content.decode())
        sent = dict(next(form for form in forms if "token" in form.names).filled({}))
        press()
        press()
        assert things() == wanted


def test_the_same_again_beside_what_is_in_the_cart(
    alice: Browser, paid: Order, photos: PhotoService
) -> None:
    make(alice, choose(alice, photos))
    alice.post(f"/orders/{paid}/again/")
    assert Order.objects.get(stage=Stage.DRAFT).items.count() == 4


def test_what_cannot_be_made_again_is_left_out(alice: Browser, paid: Order) -> None:
    Original.objects.filter(filename="sea.jpg").update(state=Original.State.REFUSED)
    alice.post(f"/orders/{paid}/again/")
    assert Order.objects.get(stage=Stage.DRAFT).items.count() == 1
    Original.objects.update(state=Original.State.REFUSED)
    answer = alice.post(f"/orders/{paid}/again/")
    assert answer["Location"] == f"/orders/{paid}/"
    assert "Nothing of this order" in alice.get(answer["Location"]).content.decode()
