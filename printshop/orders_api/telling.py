"""What rows say to an integrator: the values of `replies`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from printshop.models import Order, OrderItem, Original, Payment, Placement, Stage
from printshop.models.orders import PLACED, OrderQuerySet
from printshop.models.selections import Selection
from printshop.orders_api.asked import METHODS, SIZINGS, sizings
from printshop.orders_api.placing import placed_on, sharpness
from printshop.products import CURRENCY, PRODUCTS, Product, Resolution, Shipping
from printshop.quotes import Line, Quote

Told = dict[str, Any]
SIZING_NAMES = {sizing.value: name for name, sizing in SIZINGS.items()}
METHOD_NAMES = {method.value: name for name, method in METHODS.items()}
CHARGES = {
    Payment.State.STARTED: "Pending",
    Payment.State.APPROVED: "Charged",
    Payment.State.DECLINED: "Declined",
    Payment.State.CANCELLED: "Declined",
    Payment.State.REFUNDING: "Pending",
    Payment.State.REFUNDED: "Refunded",
}
# A step, where it is under way, and where it is over.
STEPS = (
    ("download_assets", Stage.RECEIVED, Stage.FETCHED),
    ("print_ready_assets_prepared", Stage.FETCHED, Stage.RENDERED),
    ("in_production", Stage.PRINTING, Stage.SHIPPED),
    ("shipping", None, Stage.SHIPPED),
)
ISSUES = {
    Resolution.FAIR: "A photo has {} pixels per inch: a little soft.",
    Resolution.POOR: "A photo has {} pixels per inch and will look blurred.",
}


def money(cents: int) -> Told:
    """`3.90`, exactly."""
    return {"amount": f"{cents // 100}.{cents % 100:02}", "currency": CURRENCY}


def product(one: Product) -> Told:
    """What can be ordered of it."""
    return {
        "sku": one.code,
        "description": f"{one.name}: {one.blurb}",
        "size_mm": {"width": one.short_mm, "height": one.long_mm},
        "finishes": list(one.finishes),
        "sizings": sizings(one),
        "photos": {
            "fewest": one.fewest,
            "most": one.most,
            "included": one.included,
        },
        "unit_cost": money(one.cents),
        "further_photo_cost": money(one.more_cents),
    }


def asset(one: Original) -> Told:
    """A photo, and what could be made of it."""
    return {
        "id": one.pk,
        "created": one.created_at,
        "expires": one.created_at + Selection.KEPT,
        "file_name": one.filename,
        "width": one.width,
        "height": one.height,
        "sha256": one.sha256,
        "sharpness": [_sharpness(one, product) for product in PRODUCTS.values()],
    }


def quote(of: Quote, references: list[str]) -> Told:
    """What it costs."""
    return {
        "shipping_method": METHOD_NAMES[of.shipping],
        "cost_summary": {
            "items": money(of.items_cents),
            "shipping": money(of.shipping_cents),
            "total_cost": money(of.total_cents),
        },
        "items": [
            _quoted(line, name) for line, name in zip(of.lines, references, strict=True)
        ],
    }


def told_with(orders: OrderQuerySet) -> OrderQuerySet:
    """With everything that is told of them, whatever their number."""
    placements = Placement.objects.select_related("original")
    return orders.prefetch_related(
        "items", Prefetch("items__placements", placements), "stages", "payments"
    )


def order(one: Order) -> Told:
    """All about an order that came from `told_with`."""
    stages = list(one.stages.all())
    items = list(one.items.all())
    times = [stage.at for stage in stages]
    return {
        "id": one.number,
        "created": one.created_at,
        "last_updated": max([one.updated_at, *times]),
        "merchant_reference": one.reference,
        "idempotency_key": one.idempotency_key,
        "shipping_method": METHOD_NAMES[one.shipping],
        "status": {
            "stage": _coarse(one),
            "issues": list(_issues(one, items)),
            "details": _details({Stage(stage.stage) for stage in stages}),
        },
        "charges": [_charge(payment) for payment in one.payments.all()],
        "shipments": [
            _shipment(one, stage.at) for stage in stages if stage.stage == Stage.SHIPPED
        ],
        "recipient": _recipient(one),
        "items": [_item(item) for item in items],
        "cost_summary": {
            "items": money(one.prints_cents),
            "shipping": money(one.shipping_cents),
            "total_cost": money(one.total_cents),
        },
        "metadata": one.metadata,
    }


def _sharpness(one: Original, on: Product) -> Told:
    per_inch, sharp = sharpness(on, placed_on(on, one, SIZINGS[sizings(on)[0]]))
    return {"sku": on.code, "ppi": per_inch, "quality": sharp.value}


def _quoted(line: Line, reference: str) -> Told:
    return {
        "merchant_reference": reference,
        "sku": line.product.code,
        "copies": line.copies,
        "unit_cost": money(line.unit_cents),
        "cost": money(line.cents),
    }


def _coarse(one: Order) -> str:
    if one.stage == Stage.CANCELLED:
        return "Cancelled"
    return "Complete" if one.stage == Stage.SHIPPED else "InProgress"


def _details(reached: set[Stage]) -> dict[str, str]:
    """Steps that were taken stay taken, also when the order is stopped later."""
    details = {}
    for name, begun, done in STEPS:
        if not reached.isdisjoint(PLACED[PLACED.index(done) :]):
            details[name] = "Complete"
        elif begun in reached:
            details[name] = "InProgress"
        else:
            details[name] = "NotStarted"
    return details


def _issues(one: Order, items: list[OrderItem]) -> Iterator[Told]:
    if one.problem:
        stopped = one.stage == Stage.PROBLEM
        code = "order.stopped" if stopped else "order.waits"
        yield {"error_code": code, "description": one.problem}
    for item in items:
        for placed in item.placements.all():
            if sentence := ISSUES.get(placed.resolution):
                yield {
                    "error_code": f"asset.resolution.{placed.resolution}",
                    "description": sentence.format(placed.ppi),
                    "object_id": str(placed.original_id),
                }


def _charge(payment: Payment) -> Told:
    return {
        "id": payment.idempotency_key,
        "created": payment.started_at,
        "status": CHARGES[Payment.State(payment.state)],
        "total_cost": money(payment.cents),
    }


def _shipment(one: Order, at: datetime) -> Told:
    return {
        "dispatch_date": at,
        "shipping_method": METHOD_NAMES[Shipping(one.shipping)],
        "tracking_number": one.tracking,
    }


def _recipient(one: Order) -> Told:
    return {
        "name": one.name,
        "email": one.email,
        "address": {
            "line1": one.line1,
            "line2": one.line2,
            "postal_or_zip_code": one.postcode,
            "town_or_city": one.town,
            "country_code": one.country,
        },
    }


def _item(item: OrderItem) -> Told:
    placements = list(item.placements.all())
    return {
        "id": item.pk,
        "merchant_reference": item.reference,
        "sku": item.product_code,
        "copies": item.copies,
        "sizing": SIZING_NAMES[placements[0].sizing],
        "attributes": {"finish": item.finish},
        "unit_cost": money(item.unit_cents),
        "assets": [
            {
                "id": placed.original_id,
                "print_area": "default",
                "ppi": placed.ppi,
                "sha256": placed.original.sha256,
            }
            for placed in placements
        ],
    }
