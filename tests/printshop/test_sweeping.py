"""Forgetting: photos nobody ordered go after a day, and nothing else does."""

from pathlib import Path
from typing import Any

import pytest
from provider import PhotoService
from visitors import Browser, choose, make, order, pay, work

from printshop.models import Customer, Order, OrderItem, Original, Selection

LONG_AGO = "2020-01-01T00:00Z"


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


def age() -> None:
    """A day and more goes by; then the worker looks."""
    Selection.objects.update(created_at=LONG_AGO)
    Original.objects.update(created_at=LONG_AGO)
    Order.objects.update(updated_at=LONG_AGO)
    work()


def files(media: Path) -> int:
    return len([path for path in (media / "originals").iterdir() if path.is_file()])


def test_photos_in_a_forsaken_cart_go_with_what_they_lie_on(
    lender: Browser, photos: PhotoService, media: Path
) -> None:
    make(lender, choose(lender, photos))
    age()
    assert not Original.objects.exists()
    assert not OrderItem.objects.exists()
    assert files(media) == 0
    assert lender.get("/cart/").status_code == 200


def test_a_cart_that_was_touched_today_keeps_its_photos(
    lender: Browser, photos: PhotoService, media: Path
) -> None:
    make(lender, choose(lender, photos))
    Selection.objects.update(created_at=LONG_AGO)
    work()
    assert Original.objects.count() == OrderItem.objects.count() == files(media) == 2


def test_what_was_ordered_once_is_kept_though_it_lies_in_an_old_cart_too(
    lender: Browser, photos: PhotoService, media: Path
) -> None:
    page = choose(lender, photos)
    make(lender, page)
    number = order(lender, photos)
    pay(lender, number)
    work()
    make(lender, page)
    age()
    assert Order.objects.get(number=number).items.count() == 4
    assert files(media) == 4


def asset(number: int, media: Path) -> Original:
    """What an integrator sent."""
    name = f"originals/asset{number}"
    (media / "originals").mkdir(parents=True, exist_ok=True)
    (media / name).write_bytes(b"bytes")
    return Original.objects.create(
        customer=Customer.objects.get(),
        client_id="lab",
        filename=f"{number}.jpg",
        state=Original.State.HERE,
        file=name,
        width=900,
        height=600,
    )


def test_an_integrators_assets_go_unless_they_were_ordered(
    lender: Browser, photos: PhotoService, media: Path
) -> None:
    pay(lender, order(lender, photos))
    work()
    [kept, gone] = [asset(number, media) for number in range(2)]
    placement = OrderItem.objects.all()[0].placements.get()
    placement.original = kept
    placement.save()
    age()
    assert Original.objects.filter(pk=kept.pk).exists()
    assert not Original.objects.filter(pk=gone.pk).exists()
    assert not (media / gone.file).exists()


def test_todays_assets_stay(lender: Browser, media: Path) -> None:
    kept = asset(1, media)
    work()
    assert Original.objects.get() == kept


@pytest.mark.parametrize("change", [{"stage": "paying"}, {"updated_at": None}])
def test_somebody_who_comes_back_that_moment_keeps_the_cart(
    lender: Browser,
    photos: PhotoService,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
) -> None:
    make(lender, choose(lender, photos))
    real = type(Order.objects).hold_forsaken

    def come_back(orders: Any, *args: Any) -> int:
        cart = Order.objects.get()
        changed = {name: value or cart.created_at for name, value in change.items()}
        Order.objects.update(**changed)
        return int(real(orders, *args))

    monkeypatch.setattr(type(Order.objects), "hold_forsaken", come_back)
    age()
    assert OrderItem.objects.count() == Original.objects.count() == files(media) == 2
