"""From what an integrator asked to an order that is paid for, once per key."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from printshop import cart
from printshop.cart import Placed, Wanted
from printshop.checkout import Unfinished, pay_on_account
from printshop.crops import centre_crop, whole
from printshop.models import Customer, Order, Original, Stage
from printshop.models.orders import OrderQuerySet
from printshop.models.payments import Payment
from printshop.orders_api.asked import METHODS, recipient_fields
from printshop.orders_api.problems import Conflict, Invalid
from printshop.products import (
    Kind,
    Product,
    Resolution,
    Size,
    Sizing,
    ppi,
    resolution,
)

Asked = Mapping[str, Any]  # a checked OrderMessage
Found = dict[str, Original]  # by id


def fingerprint(body: Mapping[str, Any]) -> str:
    """Of what was asked: the same whatever the order of its names."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def place(
    customer: Customer, client_id: str, asked: Asked, mark: str
) -> tuple[Order, bool]:
    """The order of this idempotency key, and whether it was made now.

    ``mark``: the fingerprint of what was asked. Raises a Problem.
    """
    mine = Order.objects.of(customer).filter(client_id=client_id)
    same = mine.filter(idempotency_key=asked["idempotency_key"])
    order, is_new = same.first(), False
    if order is None:
        try:
            order, is_new = _draft(customer, client_id, asked, mark), True
        except IntegrityError as error:  # the same was asked twice at the same time
            if (order := same.first()) is None:
                raise Conflict("Something changed meanwhile: ask once more.") from error
    if order.fingerprint != mark:
        raise Conflict(
            "This idempotencyKey was used for another order.",
            fields={"/idempotencyKey": "Used before, with another body."},
        )
    finish(order)
    return order, is_new


def finish(order: Order) -> None:
    """Put a draft on the integrator's bill; harmless when repeated."""
    if order.stage != Stage.DRAFT:
        return
    try:
        pay_on_account(order)
    except Unfinished as error:
        raise Conflict(str(error)) from error
    order.refresh_from_db()


def unfinished() -> OrderQuerySet:
    """Drafts whose writer should have paid by now, and died, or could not."""
    old = Order.objects.filter(created_at__lt=timezone.now() - Payment.PATIENCE)
    return old.due([Stage.DRAFT]).exclude(client_id="")


@task
def finish_draft(number: str) -> None:
    """Wake-up call: whoever wrote this draft down may have died before paying."""
    draft = Order.objects.filter(number=number, stage=Stage.DRAFT).first()
    if draft is not None and Order.objects.begin_step(draft):
        finish(draft)


def _draft(customer: Customer, client_id: str, asked: Asked, mark: str) -> Order:
    method = METHODS[asked["shipping_method"]]
    with transaction.atomic():
        wanted = list(_wanted(customer, client_id, asked))
        order = Order.objects.create(
            customer=customer,
            client_id=client_id,
            idempotency_key=asked["idempotency_key"],
            fingerprint=mark,
            reference=asked.get("merchant_reference", ""),
            metadata=asked.get("metadata", {}),
            shipping=method,
            shipping_cents=method.cents,
            **recipient_fields(asked["recipient"]),
        )
        cart.fill(order, wanted)
        later = timezone.now() + Payment.PATIENCE + timedelta(seconds=1)
        finish_draft.using(run_after=later).enqueue(order.number)  # should we die now
    return order


def _wanted(customer: Customer, client_id: str, asked: Asked) -> Iterator[Wanted]:
    """The things to make; raises Invalid for photos that are not here, or too small."""
    found = _originals(customer, client_id, asked)
    blurred = {}
    for number, item in enumerate(asked["items"]):
        photos = []
        for position, asset in enumerate(item["assets"]):
            placed = placed_on(
                item["product"],
                found[str(asset["id"])],
                item["sizing"],
                confirmed=asset["accept_low_resolution"],
            )
            photos.append(placed)
            per_inch, sharp = sharpness(item["product"], placed)
            if sharp == Resolution.POOR and not placed.confirmed:
                blurred[f"/items/{number}/assets/{position}"] = (
                    f"It has {per_inch} pixels per inch at this size and will look "
                    "blurred. Take a smaller product, or say acceptLowResolution."
                )
        reference = item.get("merchant_reference", "")
        yield Wanted(item["product"], photos, item["finish"], item["copies"], reference)
    if blurred:
        raise Invalid("A photo is too small for what is made of it.", fields=blurred)


def placed_on(
    product: Product, original: Original, sizing: Sizing, *, confirmed: bool = False
) -> Placed:
    """A photo on the middle of the paper."""
    photo = Size(original.width, original.height)
    fill = sizing == Sizing.FILL
    crop = centre_crop(photo, product.lying_like(photo)) if fill else whole(photo)
    return Placed(original, crop, sizing, confirmed=confirmed)


def sharpness(product: Product, placed: Placed) -> tuple[int, Resolution]:
    """Pixels per inch, and what that means; on sheets of many it does not matter."""
    paper = product.lying_like(Size(placed.original.width, placed.original.height))
    per_inch = ppi(placed.crop.size, paper, placed.sizing)
    if product.kind == Kind.SHEET:
        return per_inch, Resolution.GOOD
    return per_inch, resolution(placed.crop.size, paper, placed.sizing)


def _originals(customer: Customer, client_id: str, asked: Asked) -> Found:
    """The assets by id, held until the transaction ends; raises Invalid."""
    named = {
        str(asset["id"]): f"/items/{number}/assets/{position}/id"
        for number, item in enumerate(asked["items"])
        for position, asset in enumerate(item["assets"])
    }
    mine = Original.objects.filter(customer=customer, client_id=client_id)
    held = mine.filter(selection=None, pk__in=named).order_by("pk")
    found = {str(one.pk): one for one in held.here().select_for_update()}
    if len(found) < len(named):
        raise Invalid(
            "An asset is not here: send it to /v1/assets first.",
            fields={
                place: "There is no such asset, or it has expired."
                for asset_id, place in named.items()
                if asset_id not in found
            },
        )
    return found
