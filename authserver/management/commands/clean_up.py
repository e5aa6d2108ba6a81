"""./manage.py authserver clean_up"""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from authserver.clean_up import __doc__ as lifetimes
from authserver.clean_up import clean_up


class Command(BaseCommand):
    """Delete rows that have served their time."""

    help = f"""The worker does this once an hour; safe to run and repeat at any time.

{lifetimes}"""

    def create_parser(self, *names: str, **options: Any) -> CommandParser:
        """With the table of lifetimes as it is written."""
        options["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(*names, **options)

    def handle(self, **options: Any) -> None:
        """Say how many rows of each kind went."""
        for name, count in clean_up().items():
            self.stdout.write(f"{name}: {count}")
