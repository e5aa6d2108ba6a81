"""Sizes, address and payment: one order and one charge, however Pay is pressed."""

import re
import uuid

import pytest
from django.apps import apps
from provider import BOB, PhotoService, Provider
from visitors import (
    ADDRESS,
    Browser,
    cart_number,
    choose,
    make,
    order,
    pay,
    put_away,
    work,
)

from printshop import payments
from printshop.models import (
    Charge,
    Order,
    OrderItem,
    Payment,
    Placement,
    Selection,
    Stage,
)
from printshop.sweeping import sweep

GOOD, DECLINED, SLOW = (
    "4242 4242 4242 4242",
    "4000 0000 0000 0002",
    "4000-0000-0000-0119",
)


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


@pytest.fixture
def number(lender: Browser, photos: PhotoService) -> str:
    """A draft with everything but the money."""
    return order(lender, photos)


@pytest.fixture(autouse=True)
def quick_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank whose slowness takes no time."""
    monkeypatch.setattr("printshop.payments.TIME_LIMIT", 0)


def approved() -> int:
    return Charge.objects.filter(outcome="approved").count()


def test_prices_are_added_up_in_cents(lender: Browser, number: str) -> None:
    page = lender.get(f"/orders/{number}/pay/").content.decode()
    assert "€1.40" in page  # 2 photos, 2 copies, €0.35
    assert "€3.90" in page
    assert "Pay €5.30" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"line1": " "}, "line1"),
        ({"town": ""}, "town"),
        ({"country": "XX"}, "country"),
        ({"country": ""}, "country"),
        ({"postcode": "7502"}, "postcode"),
        ({"postcode": "\uff17\uff15\uff10\uff12\uff10"}, "postcode"),
        ({"country": "GB", "postcode": "75020"}, "postcode"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"email": ""}, "email"),
        ({"email": "alice"}, "email"),
        ({"email": "a@example.com\nBcc: b@example.com"}, "email"),
        ({"shipping": ""}, "shipping"),
        ({"shipping": "balloon"}, "shipping"),
    ],
)
def test_an_address_is_checked(
    lender: Browser, number: str, changes: dict[str, str], field: str
) -> None:
    page = lender.post(f"/orders/{number}/address/", ADDRESS | changes)
    assert page.status_code == 422
    assert f'id="id_{field}_error"' in page.content.decode()


def test_the_way_a_parcel_travels_has_its_price(lender: Browser, number: str) -> None:
    page = f"/orders/{number}/address/"
    lender.post(page, ADDRESS | {"shipping": "express", "shipping_cents": "1"})
    html = lender.get(f"/orders/{number}/pay/").content.decode()
    assert "Pay €11.30" in html
    assert "Express" in html


def test_what_will_not_be_sharp_is_said_once_more(lender: Browser, number: str) -> None:
    page = f"/orders/{number}/pay/"
    assert "What will not be sharp" not in lender.get(page).content.decode()
    soft = Placement.objects.filter(original__filename="sea.jpg")
    soft.update(crop_width=900, crop_height=600)
    html = lender.get(page).content.decode()
    assert "sea.jpg: 152 ppi, a little soft</li>" in html
    assert html.count("ppi, ") == 1  # the other one is sharp
    Placement.objects.update(crop_width=300, crop_height=200, confirmed=True)
    assert lender.get(page).content.decode().count("ppi, will look blurred") == 2


def test_a_cart_with_a_new_address_is_not_forsaken(
    lender: Browser, number: str
) -> None:
    Order.objects.update(updated_at="2020-01-01T00:00Z")
    Selection.objects.update(created_at="2020-01-01T00:00Z")
    lender.post(f"/orders/{number}/address/", ADDRESS)
    sweep()
    assert OrderItem.objects.count() == 2


def test_nobody_checks_out_what_an_integrator_writes_down(
    lender: Browser, number: str
) -> None:
    Order.objects.update(client_id="albums")
    form = {"card_number": GOOD, "key": str(uuid.uuid4()), "cents": "530"}
    for path in ("address/", "pay/"):
        assert lender.get(f"/orders/{number}/{path}").status_code == 404
        for sent in (ADDRESS | {"name": "Mallory"}, form):
            answer = lender.post(f"/orders/{number}/{path}", sent)
            assert answer.status_code == 404
    assert not Payment.objects.exists()
    assert Order.objects.get().name == "Alice Ferrand"


def test_the_last_address_is_offered_again(
    lender: Browser, number: str, photos: PhotoService
) -> None:
    pay(lender, number)
    make(lender, choose(lender, photos))
    page = lender.get(f"/orders/{cart_number(lender)}/address/").content.decode()
    for value in ADDRESS.values():
        assert value in page
    assert not Order.objects.get(stage=Stage.DRAFT).line1  # offered, not taken


def test_the_first_address_begins_with_what_the_account_says(
    lender: Browser, photos: PhotoService
) -> None:
    make(lender, choose(lender, photos))
    page = lender.get(f"/orders/{cart_number(lender)}/address/").content.decode()
    assert 'value="Alice Ferrand"' in page
    assert 'value="a@example.com"' in page


@pytest.mark.parametrize(
    ("country", "postcode"),
    [("GB", "sw1a 1aa"), ("NL", "1012 AB"), ("IE", "D02 X285"), ("PT", "1000-001")],
)
def test_addresses_of_other_countries(
    lender: Browser, number: str, country: str, postcode: str
) -> None:
    changes = {"country": country, "postcode": postcode}
    page = lender.post(f"/orders/{number}/address/", ADDRESS | changes)
    assert page.status_code == 302


def test_pressed_twice_is_one_order_and_one_charge(
    lender: Browser, number: str
) -> None:
    html = lender.get(f"/orders/{number}/pay/").content.decode()
    cents = re.search(r'name="cents" value="(\d+)"', html)
    assert cents
    form = {"card_number": GOOD, "key": str(uuid.uuid4()), "cents": cents[1]}
    for _ in range(3):
        answer = lender.post(f"/orders/{number}/pay/", form)
        assert answer["Location"] == f"/orders/{number}/"
    form["key"] = str(uuid.uuid4())  # another tab
    assert lender.post(f"/orders/{number}/pay/", form)["Location"].endswith(
        number + "/"
    )
    assert approved() == Payment.objects.count() == 1
    assert lender.get("/orders/").content.decode().count(number) >= 1


def test_a_declined_card_may_be_followed_by_a_good_one(
    lender: Browser, number: str
) -> None:
    assert pay(lender, number, DECLINED)["Location"] == f"/orders/{number}/pay/"
    page = lender.get(f"/orders/{number}/pay/").content.decode()
    assert "declined" in page
    assert pay(lender, number)["Location"] == f"/orders/{number}/"
    assert approved() == 1


def test_the_old_page_of_a_declined_card_charges_nothing(
    lender: Browser, number: str
) -> None:
    form = {"card_number": DECLINED, "key": str(uuid.uuid4()), "cents": "530"}
    lender.post(f"/orders/{number}/pay/", form)
    again = lender.post(f"/orders/{number}/pay/", form | {"card_number": GOOD})
    assert again["Location"] == f"/orders/{number}/pay/"
    assert not approved()
    assert Order.objects.get(number=number).stage == Stage.DRAFT


def test_a_bank_that_answers_too_late_is_asked_again(
    lender: Browser, number: str
) -> None:
    pay(lender, number, SLOW)
    page = lender.get(f"/orders/{number}/").content.decode()
    assert "has not answered yet" in page
    Payment.objects.update(started_at="2020-01-01T00:00Z")
    work()
    assert "Order received" in lender.get(f"/orders/{number}/").content.decode()
    assert approved() == 1


def test_a_payment_the_bank_never_saw_is_cancelled_for_good(
    lender: Browser, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("printshop.payments.charge", die)
        with pytest.raises(KeyboardInterrupt):
            pay(lender, number)
    Payment.objects.update(started_at="2020-01-01T00:00Z")
    work()
    late = Payment.objects.get()
    line = payments.charge(late.idempotency_key, late.cents, payments.GOOD_CARD)
    assert line.outcome == Charge.Outcome.CANCELLED  # too late: no charge
    assert pay(lender, number)["Location"] == f"/orders/{number}/"
    assert approved() == 1


def test_nobody_pays_a_price_they_did_not_see(lender: Browser, number: str) -> None:
    form = {"card_number": GOOD, "key": str(uuid.uuid4()), "cents": "1"}
    assert lender.post(f"/orders/{number}/pay/", form)["Location"].endswith("/pay/")
    assert Order.objects.get(number=number).stage == Stage.DRAFT
    assert not Charge.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"card_number": ""},
        {"card_number": "4111 1111 1111 1111"},
        {"card_number": "4" * 5000},
        {"card_number": "a\x00b"},
        {"key": "no-key"},
        {"key": ""},
        {"cents": "-1"},
        {"cents": "9" * 30},
        {"cents": "free"},
    ],
)
def test_a_strange_payment_charges_nothing(
    lender: Browser, number: str, changes: dict[str, str]
) -> None:
    form = {"card_number": GOOD, "key": str(uuid.uuid4()), "cents": "530"}
    page = lender.post(f"/orders/{number}/pay/", form | changes)
    assert page.status_code == 422
    assert not Charge.objects.exists()


def test_a_key_of_another_order_pays_nothing(
    lender: Browser, number: str, photos: PhotoService
) -> None:
    form = {"card_number": GOOD, "key": str(uuid.uuid4()), "cents": "530"}
    lender.post(f"/orders/{number}/pay/", form)
    other = order(lender, photos)
    lender.post(f"/orders/{other}/pay/", form)
    assert Order.objects.get(number=other).stage == Stage.DRAFT
    assert approved() == 1


def test_an_order_that_is_paid_is_not_changed(
    lender: Browser, number: str, photos: PhotoService
) -> None:
    before = Order.objects.get(number=number).total_cents
    pay(lender, number)
    address = lender.post(f"/orders/{number}/address/", ADDRESS | {"name": "Mallory"})
    assert address["Location"] == f"/orders/{number}/"
    paid = Order.objects.get(number=number)
    assert (paid.name, paid.total_cents) == ("Alice Ferrand", before)


def test_a_form_that_arrives_while_somebody_pays_changes_nothing(
    lender: Browser, number: str
) -> None:
    checked = Order.objects.get(number=number)  # a draft, says the page that asks
    pay(lender, number)
    assert not Order.objects.touch(checked)
    assert not Order.objects.address(checked, {"name": "Mallory"})
    paid = Order.objects.get(number=number)
    assert (paid.name, paid.items.count()) == ("Alice Ferrand", 2)


def test_no_card_number_is_kept(
    lender: Browser, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    pay(lender, number)
    for model in apps.get_models():
        for row in model._default_manager.values():
            assert "4242" not in str(row).replace(number, "")
    assert "4242" not in caplog.text


def test_nobody_sees_the_orders_of_others(
    lender: Browser, number: str, provider: Provider
) -> None:
    pay(lender, number)
    work()
    provider.person = BOB
    bob = Browser()
    bob.sign_in()
    picture = f"prints/{Placement.objects.values_list('pk', flat=True)[0]}.jpg"
    for path in ("", "address/", "pay/", "state/", "prints.pdf", picture):
        with put_away(lender.get(f"/orders/{number}/{path}")) as answer:
            assert answer.status_code in {200, 302}
        assert bob.get(f"/orders/{number}/{path}").status_code == 404
    form = {"card_number": GOOD, "key": str(uuid.uuid4()), "cents": "530"}
    assert bob.post(f"/orders/{number}/pay/", form).status_code == 404
    assert number not in bob.get("/orders/").content.decode()
