"""./manage.py authserver clean_up"""

from typing import Any

from django.core.management.base import BaseCommand

from authserver.clean_up import clean_up


class Command(BaseCommand):
    """Delete rows that have served their time."""

    help = "Delete expired codes, tokens, requests, sessions and keys. Safe to repeat."

    def handle(self, **options: Any) -> None:
        """Say how many rows of each kind went."""
        for name, count in clean_up().items():
            self.stdout.write(f"{name}: {count}")
