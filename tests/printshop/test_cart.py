"""The cart: what is in it can be changed until it is paid for, and by nobody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from provider import BOB, PhotoService, Provider, photo
from visitors import Browser, begin, cart_number, choose, finish, make, pay, work

from printshop import cart as carts
from printshop.models import (
    Customer,
    Order,
    OrderItem,
    Original,
    Placement,
    Selection,
    Stage,
)
from printshop.models.orders import OrderQuerySet
from printshop.products import PRODUCTS, Resolution


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


@pytest.fixture
def page(lender: Browser, photos: PhotoService) -> str:
    """Where she says what to make; two prints are in her cart already."""
    page = choose(lender, photos)
    make(lender, page, copies="1")
    return page


def item() -> OrderItem:
    return OrderItem.objects.all()[0]


def change(customer: Browser, **form: str) -> str:
    """Send the form of the first thing; returns the page that comes then."""
    address = f"/cart/items/{item().pk}/change/"
    answer = customer.post(
        address, {"finish": "glossy", "copies": "1"} | form, follow=True
    )
    return str(answer.content.decode())


def test_copies_and_paper_can_be_changed(lender: Browser, page: str) -> None:
    html = change(lender, finish="lustre", copies="12")
    assert (item().finish, item().copies) == ("lustre", 12)
    assert "€4.20" in html  # 12 × €0.35
    assert "13 things to make" in html
    assert "€8.45" in html  # 13 × €0.35 and the parcel


def test_a_thing_can_be_taken_out(lender: Browser, page: str) -> None:
    assert "was taken out" in change(lender, do="remove")
    assert "There is nothing in it yet" in change(lender, do="remove")
    assert not Placement.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {"copies": "0"},
        {"copies": "100"},
        {"copies": ""},
        {"copies": "two"},
        {"copies": "9" * 5000},
        {"finish": "oak"},
        {"finish": ""},
        {"finish": "a\x00b"},
    ],
)
def test_a_strange_change_changes_nothing(
    lender: Browser, page: str, form: dict[str, str]
) -> None:
    assert "nothing was changed" in change(lender, **form)
    assert (item().finish, item().copies) == ("glossy", 1)


def test_everything_can_be_changed_at_once(lender: Browser, page: str) -> None:
    make(lender, page, product="framed-20x30", photo=["0"], frame="oak", anyway="on")
    lender.post("/cart/change/", {"paper": "matt", "copies": "3"})
    finishes = OrderItem.objects.values_list("finish", "copies")
    assert list(finishes) == [("matt", 3), ("matt", 3), ("oak", 3)]
    lender.post("/cart/change/", {"paper": "", "copies": ""})
    assert list(finishes.all()) == [("matt", 3), ("matt", 3), ("oak", 3)]
    html = lender.post("/cart/change/", {"do": "empty"}, follow=True).content.decode()
    assert "There is nothing in it yet" in html


@pytest.mark.parametrize(
    "form", [{"paper": "oak"}, {"copies": "0"}, {"copies": "100"}, {"copies": "x"}]
)
def test_a_strange_change_of_everything_changes_nothing(
    lender: Browser, page: str, form: dict[str, str]
) -> None:
    answer = lender.post("/cart/change/", {"paper": "matt"} | form, follow=True)
    assert "nothing was changed" in answer.content.decode()
    assert item().finish == "glossy"


def test_prices_come_from_no_browser(lender: Browser, page: str) -> None:
    change(lender, unit_cents="1", cents="1", product_code="50x70")
    assert (item().unit_cents, item().product_code) == (35, "10x15")


def test_the_header_counts_what_is_in_the_cart(lender: Browser, page: str) -> None:
    words = r'Cart <span class="bag">(\d+)<'
    for path in ("/", "/cart/", "/orders/", "/connection/"):
        found = re.search(words, lender.get(path).content.decode())
        assert found, path
        assert found[1] == "2"
    pay(lender, order_of(lender))
    assert not re.search(words, lender.get("/").content.decode())


def order_of(customer: Browser) -> str:
    """Give the cart an address; returns its number."""
    number = cart_number(customer)
    Order.objects.update(line1="12 Rue des Lilas", country="FR", name="Alice")
    return number


def test_nobody_changes_the_cart_of_others(
    lender: Browser, page: str, provider: Provider
) -> None:
    provider.person = BOB
    bob = Browser()
    bob.sign_in()
    for do in ("change", "remove"):
        form = {"finish": "matt", "copies": "5", "do": do}
        assert bob.post(f"/cart/items/{item().pk}/change/", form).status_code == 404
    assert "There is nothing in it yet" in bob.get("/cart/").content.decode()
    assert (OrderItem.objects.count(), item().copies) == (2, 1)


@pytest.mark.parametrize("do", ["change", "remove"])
def test_what_is_paid_for_is_not_changed(lender: Browser, page: str, do: str) -> None:
    pay(lender, order_of(lender))
    form = {"finish": "matt", "copies": "5", "do": do}
    assert lender.post(f"/cart/items/{item().pk}/change/", form).status_code == 404
    assert (OrderItem.objects.count(), item().copies) == (2, 1)


def test_a_change_that_meets_the_payment_changes_nothing(
    lender: Browser, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = OrderItem.objects.select_related("order")[0]  # the cart, a moment ago
    Order.objects.update(stage=Stage.PAYING)
    for act in (
        lambda: carts.change(seen, finish=seen.product.finishes[1], copies=9),
        lambda: carts.remove(seen),
        lambda: carts.empty(seen.order),
        lambda: carts.change_all(seen.order, paper=None, copies=9),
        lambda: carts.reprice(seen.order),
    ):
        with pytest.raises(carts.Closed):
            act()
    assert (OrderItem.objects.count(), item().copies) == (2, 1)


def test_who_adds_while_paying_begins_a_new_cart(lender: Browser, page: str) -> None:
    Order.objects.update(stage=Stage.PAYING)
    make(lender, page, photo=["1"])
    paying, fresh = Order.objects.order_by("pk")
    assert (paying.items.count(), fresh.items.count()) == (2, 1)
    assert cart_number(lender) == fresh.number


def test_who_adds_at_the_moment_of_paying_begins_a_new_cart(
    lender: Browser, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = OrderQuerySet.cart

    def paid_at_once(orders: OrderQuerySet, customer: Customer) -> Order:
        monkeypatch.undo()
        order = found(orders, customer)
        orders.filter(pk=order.pk).update(stage=Stage.PAYING)
        return order

    monkeypatch.setattr(OrderQuerySet, "cart", paid_at_once)
    make(lender, page, photo=["1"])
    paying, fresh = Order.objects.order_by("pk")
    assert (paying.items.count(), fresh.items.count()) == (2, 1)


def test_the_cart_follows_the_price_list(lender: Browser, page: str) -> None:
    cart = Order.objects.get()
    assert not carts.reprice(cart)
    OrderItem.objects.update(unit_cents=1)
    assert carts.reprice(cart)
    assert {i.unit_cents for i in OrderItem.objects.all()} == {35}
    assert carts.quote(cart).total_cents == cart.total_cents == 2 * 35 + 390


def test_what_will_look_blurred_is_said_until_it_is_wanted(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = [photo("small", (300, 200))]
    make(lender, choose(lender, photos), product="20x30", anyway="on")
    assert "25 ppi, will look blurred" in lender.get("/cart/").content.decode()
    cart = Order.objects.get()
    assert not carts.doubtful(cart)
    Placement.objects.update(confirmed=False)
    [doubt] = carts.doubtful(cart)
    assert doubt.resolution == Resolution.POOR


@pytest.mark.parametrize(
    ("rotation", "transform"),
    [
        (0, None),
        (90, "translate(900 0) rotate(90)"),
        (180, "translate(1200 900) rotate(180)"),
        (270, "translate(0 1200) rotate(270)"),
    ],
)
def test_the_small_picture_shows_the_crop(
    lender: Browser, photos: PhotoService, rotation: int, transform: str | None
) -> None:
    photos.picks = [photo("sea")]
    make(lender, choose(lender, photos))
    crop = {"crop_left": 30, "crop_top": 20, "crop_width": 600, "crop_height": 400}
    Placement.objects.update(rotation=rotation, **crop)
    html = lender.get("/cart/").content.decode()
    assert 'viewBox="30 20 600 400"' in html
    found = re.search(r'<image [^>]*width="1200" height="900"([^>]*)>', html)
    assert found
    assert (
        (transform or "transform") in found[1]
        if transform
        else "transform" not in found[1]
    )


@pytest.mark.parametrize("code", PRODUCTS)
def test_every_product_is_drawn_in_the_cart(
    lender: Browser, photos: PhotoService, code: str, django_assert_max_num_queries: Any
) -> None:
    photos.picks = [photo(f"p{n}", (60, 40)) for n in range(PRODUCTS[code].fewest)]
    make(lender, choose(lender, photos), product=code, anyway="on")
    with django_assert_max_num_queries(4):
        html = lender.get("/cart/").content.decode()
    assert html.count("<image ") == (
        PRODUCTS[code].fewest if code == "contact-sheet" else 1
    )


def test_photos_are_kept_a_day_after_the_cart_was_touched(
    lender: Browser, page: str, media: Any
) -> None:
    long_ago = timezone.now() - timedelta(days=3)
    Selection.objects.update(created_at=long_ago)
    Order.objects.update(updated_at=timezone.now() - timedelta(hours=23))
    work()
    assert (Original.objects.count(), OrderItem.objects.count()) == (2, 2)
    Order.objects.update(updated_at=timezone.now() - timedelta(hours=25))
    work()
    assert not Original.objects.exists()
    assert not OrderItem.objects.exists()
    assert not [p for p in (media / "originals").rglob("*") if p.is_file()]
    assert "There is nothing in it yet" in lender.get("/cart/").content.decode()


def test_a_change_keeps_the_photos_for_another_day(lender: Browser, page: str) -> None:
    Selection.objects.update(created_at="2020-01-01T00:00Z")
    Order.objects.update(updated_at="2020-01-01T00:00Z")
    change(lender, copies="2")
    work()
    assert Original.objects.count() == 2


def test_what_was_picked_and_put_into_no_cart_is_not_kept(
    lender: Browser, page: str, photos: PhotoService
) -> None:
    photos.picks = [photo("third")]
    unused = begin(lender)
    finish(lender, photos, unused)
    work()
    Selection.objects.update(created_at=timezone.now() - timedelta(hours=25))
    work()
    assert set(Original.objects.values_list("filename", flat=True)) == {
        "sea.jpg",
        "tower.jpg",
    }


def test_photos_that_were_ordered_outlast_the_next_cart(
    lender: Browser, page: str
) -> None:
    pay(lender, order_of(lender))
    make(lender, page)
    Selection.objects.update(created_at="2020-01-01T00:00Z")
    Order.objects.filter(stage=Stage.DRAFT).update(updated_at="2020-01-01T00:00Z")
    work()
    assert Original.objects.count() == 2
