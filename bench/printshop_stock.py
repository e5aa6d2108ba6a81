"""``python -m bench.printshop_stock SUB PHOTOS ORDERS THINGS``, as the shop is set up.

Fills the shop for one customer: so many picked photos, so many orders with so many
things in each, and as many in the cart. Says as JSON the cookie of a browser in which
they are signed in, and the addresses of their pages.
"""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402  # the models below need it set up
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from printshop import cart  # noqa: E402
from printshop.models import (  # noqa: E402
    Connection,
    Customer,
    Order,
    OrderStage,
    Original,
    Selection,
    Stage,
)
from printshop.models.orders import PLACED  # noqa: E402
from printshop.products import PRODUCTS, Finish  # noqa: E402

ADDRESS = {"name": "Alice", "line1": "1 Lane", "postcode": "10969", "country": "DE"}


def picked(customer: Customer, count: int) -> Selection:
    """Photos that are here, in the order of picking."""
    selection = Selection.objects.create(
        customer=customer, stage=Selection.Stage.READY, picker_session="bench"
    )
    Original.objects.bulk_create(
        Original(
            customer=customer,
            selection=selection,
            media_id=str(number),
            position=number,
            filename=f"{number}.jpg",
            state=Original.State.HERE,
            file=f"originals/{number}",
            width=4032,
            height=3024,
        )
        for number in range(count)
    )
    return selection


def fill_cart(customer: Customer, photos: list[Original]) -> Order:
    """A print of each."""
    product = PRODUCTS["10x15"]
    return cart.add(
        customer,
        [
            cart.Wanted(product, [cart.Placed.on(product, one)], Finish.GLOSSY)
            for one in photos
        ],
    )


def placed(order: Order) -> Order:
    """Paid for, and on its way."""
    Order.objects.filter(pk=order.pk).update(stage=Stage.SHIPPED, **ADDRESS)
    OrderStage.objects.bulk_create(
        OrderStage(order=order, stage=stage) for stage in PLACED
    )
    return order


def signed_in(customer: Customer) -> str:
    """A cookie."""
    browser = Client()
    browser.force_login(customer)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={browser.cookies[name].value}"


def main(sub: str, photos: int, orders: int, things: int) -> dict[str, object]:
    """Everything for one customer."""
    customer = Customer.objects.create(iss=settings.ISSUER, sub=sub, name=sub)
    Connection.objects.create(
        customer=customer,
        scope=settings.PICK_SCOPE,
        access_token_expires_at=customer.created_at,
    )
    selection = picked(customer, photos)
    some = list(selection.originals.all()[:things])
    made = [placed(fill_cart(customer, some)) for _ in range(orders)]
    fill_cart(customer, some)
    pages = {
        "home": reverse("home"),
        "catalogue": reverse("products", args=[selection.pk]),
        "cart": reverse("cart"),
        "order list": reverse("orders"),
        "order page": reverse("order", args=[made[-1].number]),
    }
    return {"cookie": signed_in(customer), "pages": pages}


if __name__ == "__main__":
    sub, *counts = sys.argv[1:]
    print(json.dumps(main(sub, *map(int, counts))))  # noqa: T201  # for its caller
