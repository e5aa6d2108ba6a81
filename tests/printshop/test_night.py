"""Tonight: ordered now, fetched while nobody is there."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from provider import PhotoService, Provider, Reply, photo
from pytest_django import Settings
from visitors import ADDRESS, Browser, cart_number, finish, make, pay, work

from printshop import night
from printshop.models import Connection, Order, Original, Payment, Placement, Selection

DAY = "/connect/?missing=offline_access"


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos for when she is away."""
    alice.connect(DAY)
    return alice


def listed(customer: Browser, photos: PhotoService) -> str:
    """Pick everything for tonight; returns the page of products."""
    page = customer.post("/choose/", {"fetch": "tonight"})["Location"]
    finish(customer, photos, page)
    work()
    return str(customer.get(page)["Location"])


@pytest.fixture
def ordered(lender: Browser, photos: PhotoService) -> str:
    """An order of tonight's photos, paid; its number."""
    assert make(lender, listed(lender, photos))["Location"] == "/cart/"
    number = cart_number(lender)
    lender.post(f"/orders/{number}/address/", ADDRESS)
    pay(lender, number)
    return number


def stage(number: str) -> str:
    return Order.objects.get(number=number).stage


def fall() -> None:
    """Night falls."""
    Order.objects.exclude(fetch_after=None).update(fetch_after="2020-01-01T00:00Z")
    Selection.objects.update(retry_at=None)
    work()


def downloads(photos: PhotoService) -> list[str]:
    return [r.path for r in photos.requests if r.path.startswith("/media/")]


def test_nothing_is_fetched_before_the_night_and_all_of_it_then(
    lender: Browser, photos: PhotoService, ordered: str
) -> None:
    work()
    assert stage(ordered) == "received"
    assert not downloads(photos)
    assert "We fetch your photos by ourselves" in page_of(lender, ordered)
    lender.cookies.clear()
    fall()
    assert stage(ordered) == "printing"
    assert sorted(downloads(photos)) == ["/media/sea=d", "/media/tower=d"]
    for original, source in zip(Original.objects.all(), photos.picks, strict=True):
        assert original.read() == source.content


def page_of(customer: Browser, number: str) -> str:
    return str(customer.get(f"/orders/{number}/").content.decode())
