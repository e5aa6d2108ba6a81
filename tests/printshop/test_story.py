"""The whole visit, from the shop window to the parcel."""

import pytest
from provider import PhotoService
from visitors import Browser, order, pay, work


@pytest.mark.spec("RFC 6749 §4.1")
def test_alice_orders_prints(alice: Browser, photos: PhotoService) -> None:
    assert alice.connect()["Location"] == "/choose/"
    number = order(alice, photos)
    assert pay(alice, number)["Location"] == f"/orders/{number}/"
    work()
    page = alice.get(f"/orders/{number}/").content.decode()
    assert "Printing" in page
    pdf = alice.get(f"/orders/{number}/prints.pdf").getvalue()
    assert pdf.startswith(b"%PDF")
