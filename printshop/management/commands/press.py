"""./manage.py printshop press NUMBER EVENT: what the press says, for scripts."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from printshop import pressing
from printshop.models.orders import Order
from printshop.pressing import Event


class Command(BaseCommand):
    """Moves one order on, as the back office does."""

    help = "Say that an order is printing or shipped, or stop it, or let it go on"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which order, and what became of it."""
        parser.add_argument("number")
        parser.add_argument("event", choices=Event.values)
        parser.add_argument(
            "words", nargs="?", default="", help="parcel number, or what is wrong"
        )

    def handle(self, *, number: str, event: str, words: str, **_: object) -> None:
        """Record it once; says so when the order is not at that point."""
        order = Order.objects.filter(number=number).first()
        if order is None:
            raise CommandError(f"There is no order {number}")
        before = order.get_stage_display().lower()
        if not pressing.happened(order, Event(event), words):
            raise CommandError(f"{number} is {before}")
        self.stdout.write(f"{number}: {event}")
