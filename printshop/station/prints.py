"""What is made at a station: a print of each photo, paid for on the person's phone.

A hall is no place for an address or a card, and the screen has no keyboard: it fills
the customer's cart, and they find it on the phone they signed in with.
"""

from django.db import transaction

from printshop import cart
from printshop.cart import Placed, Wanted
from printshop.models.stations import StationVisit
from printshop.products import PRODUCTS, Resolution
from printshop.quotes import Line, Quote

OFFERED = ("10x15", "13x18", "20x20", "20x30")  # few, for large buttons
MOST_COPIES = 20


def quote(visit: StationVisit) -> Quote:
    """What a print of each photo costs, so often."""
    line = Line(PRODUCTS[visit.product_code], copies=visit.copies)
    return Quote((line,) * visit.photos.count())


def blurred(visit: StationVisit) -> int:
    """How many of the photos will not look well so big."""
    product = PRODUCTS[visit.product_code]
    found = [Placed.on(product, photo).on_paper(product)[1] for photo in visit.photos]
    return found.count(Resolution.POOR)


def carry(visit: StationVisit) -> None:
    """Put it into the customer's cart, once; they go on with their phone."""
    product = PRODUCTS[visit.product_code]
    finish = product.finishes[0]
    wanted = [
        Wanted(product, [Placed.on(product, photo)], finish, visit.copies)
        for photo in visit.photos
    ]
    with transaction.atomic():
        if StationVisit.objects.carried(visit) and visit.customer:
            cart.add(visit.customer, wanted)
    visit.refresh_from_db()
