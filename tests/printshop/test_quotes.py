"""What things cost: the price list, in cents."""

import pytest

from printshop.products import PRODUCTS, Shipping, euros
from printshop.quotes import Line, Quote


@pytest.mark.parametrize(
    ("code", "photos", "cents"),
    [
        ("10x15", 1, 35),
        ("50x70", 1, 1490),
        ("framed-20x30", 1, 2490),
        ("contact-sheet", 2, 690),
        ("contact-sheet", 20, 690),
        ("contact-sheet", 21, 710),
        ("contact-sheet", 400, 690 + 380 * 20),
        ("photo-book", 12, 1990),
        ("photo-book", 24, 1990),
        ("photo-book", 40, 1990 + 16 * 45),
    ],
)
def test_a_copy_costs_what_its_photos_cost(code: str, photos: int, cents: int) -> None:
    assert Line(PRODUCTS[code], photos).unit_cents == cents
    assert Line(PRODUCTS[code], photos, copies=3).cents == 3 * cents


@pytest.mark.parametrize(("shipping", "cents"), [("standard", 390), ("express", 990)])
def test_a_parcel_costs_the_same_whatever_is_in_it(shipping: str, cents: int) -> None:
    prints = Line(PRODUCTS["10x15"], copies=2)
    book = Line(PRODUCTS["photo-book"], 12)
    quote = Quote((prints, book), Shipping(shipping))
    assert (quote.items_cents, quote.shipping_cents) == (70 + 1990, cents)
    assert (quote.total_cents, quote.copies) == (70 + 1990 + cents, 3)


def test_nothing_costs_nothing() -> None:
    assert Quote(()).total_cents == 0


@pytest.mark.parametrize(
    ("cents", "words"),
    [(0, "€0.00"), (5, "€0.05"), (390, "€3.90"), (123456, "€1234.56")],
)
def test_cents_are_written_as_euros(cents: int, words: str) -> None:
    assert euros(cents) == words
