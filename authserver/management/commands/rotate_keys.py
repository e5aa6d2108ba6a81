"""./manage.py authserver rotate_keys"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from authserver import keys
from authserver.models import SigningKey


class Command(BaseCommand):
    """Put the next signing keys to use."""

    help = (
        "Rotate signing keys: the active key is retired but stays published, the next "
        "one signs from now on, and a new next one is published. Running servers "
        "follow within a minute; tokens signed before stay valid."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All purposes, unless one is named."""
        parser.add_argument(
            "--purpose",
            choices=SigningKey.Purpose.values,
            action="append",
            help="rotate the key of this purpose only (repeatable)",
        )

    def handle(self, **options: Any) -> None:
        """Say which key signs now."""
        for purpose in options["purpose"] or SigningKey.Purpose.values:
            key = keys.rotate(SigningKey.Purpose(purpose))
            self.stdout.write(f"{purpose}: {key.kid} ({key.algorithm})")
