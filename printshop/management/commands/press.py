"""./manage.py printshop press NUMBER printing|shipped|resume: what the press says."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from printshop.models.orders import Order, Stage

BEFORE = {Stage.PRINTING: Stage.RENDERED, Stage.SHIPPED: Stage.PRINTING}


class Command(BaseCommand):
    """Moves one order on, when a person stands at the press."""

    help = "Say that an order is printing or shipped, or let a stopped one go on"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which order, and what became of it."""
        parser.add_argument("number")
        parser.add_argument("event", choices=["printing", "shipped", "resume"])

    def handle(self, *, number: str, event: str, **_: object) -> None:
        """Record it once; says so when the order is not at that point."""
        order = Order.objects.filter(number=number).first()
        if order is None:
            raise CommandError(f"There is no order {number}")
        if event == "resume":
            moved = Order.objects.resume(order)
        else:
            stage = Stage(event)
            moved = order.stage == BEFORE[stage] and Order.objects.advance(order, stage)
        if not moved:
            raise CommandError(f"{number} is {order.get_stage_display().lower()}")
        self.stdout.write(f"{number}: {event}")
