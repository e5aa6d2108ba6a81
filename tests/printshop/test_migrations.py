"""A shop that was open before the cart: its rows come along, and can be worked with."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from printshop.models import Order, Original, Payment, Placement

BEFORE, AFTER = ("printshop", "0002_sessions"), ("printshop", "0003_complete")
NOW = ("printshop", "0004_station")
STAGES = ("received", "fetched", "problem", "rendered", "shipped")


def migrate(to: tuple[str, str]) -> Any:
    """Change the tables; returns the models as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate([to])
    return MigrationExecutor(connection).loader.project_state([to]).apps.get_model


@pytest.fixture
def old(transactional_db: None) -> Iterator[Any]:
    """The models of before; afterwards the tables are again as they were found."""
    yield migrate(BEFORE)
    migrate(NOW)


class Earlier:
    """A customer of before, with two photos chosen, and what was ordered of them."""

    def __init__(self, old: Any, sub: str) -> None:
        """Chooses."""
        self.old = old
        self.customer = old("printshop", "Customer").objects.create(
            iss="https://accounts.example", sub=sub
        )
        self.selections = [self._choose(number) for number in range(4)]

    def _choose(self, number: int) -> Any:
        chosen = self.old("printshop", "Selection").objects.create(
            customer=self.customer, stage="ready", picker_session=str(number)
        )
        for position in range(2):
            self.old("printshop", "Original").objects.create(
                selection=chosen,
                media_id=f"m{position}",
                position=position,
                filename="sea.jpg",
                state="here",
                file=f"originals/{position}",
                width=1800,
                height=1200,
            )
        return chosen

    def order(self, stage: str, selection: int = 0) -> Any:
        """Two prints."""
        printed = stage in ("rendered", "shipped")
        order = self.old("printshop", "Order").objects.create(
            customer=self.customer,
            selection=self.selections[selection],
            stage=stage,
            print_file="orders/old.pdf" if printed else "",
        )
        for original in self.selections[selection].originals.all():
            self.old("printshop", "OrderItem").objects.create(
                order=order,
                original=original,
                position=original.position,
                size="10x15",
                copies=2,
                unit_cents=35,
                crop_left=1,
                crop_top=2,
                crop_width=1500,
                crop_height=1000,
                print_file="" if stage == "draft" else f"prints/{uuid.uuid4()}",
            )
        return order

    def decline(self, order: Any) -> None:
        """The bank said no."""
        self.old("printshop", "Payment").objects.create(
            order=order,
            idempotency_key=uuid.uuid4(),
            cents=100,
            state="declined",
            settled_at=timezone.now(),
        )


def test_orders_keep_what_is_bound_and_no_print_of_the_old_shape(old: Any) -> None:
    alice = Earlier(old, "alice")
    for stage in STAGES:
        alice.order(stage)
    migrate(AFTER)
    bound = {order.stage: order.print_file for order in Order.objects.all()}
    late = ("rendered", "shipped")
    assert bound == {s: "orders/old.pdf" if s in late else "" for s in STAGES}
    assert Placement.objects.count() == 2 * len(STAGES)
    for placed in Placement.objects.select_related("item__order", "original"):
        assert placed.print_file == ""
        assert placed.item.product.name
        assert placed.confirmed
        assert placed.crop.box == (1, 2, 1501, 1002)
        assert placed.original.position == placed.item.position
        assert placed.original.customer == placed.item.order.customer
        assert placed.item.copies == 2


def test_of_each_customers_drafts_the_newest_is_the_cart(old: Any) -> None:
    alice, bob = Earlier(old, "alice"), Earlier(old, "bob")
    alice.order("draft", 0)
    declined = alice.order("draft", 1)
    alice.decline(declined)
    newest = alice.order("draft", 2)
    ordered = alice.order("received", 3)
    bobs = bob.order("draft")
    migrate(AFTER)
    stages = dict(Order.objects.values_list("pk", "stage"))
    assert stages == {
        declined.pk: "cancelled",
        newest.pk: "draft",
        ordered.pk: "received",
        bobs.pk: "draft",
    }
    for draft in Order.objects.filter(stage="draft"):
        assert Order.objects.cart(draft.customer) == draft
        assert draft.items.count() == 2
    assert Payment.objects.get().order_id == declined.pk
    assert Original.objects.count() == 2 * 8
