"""./manage.py authserver rotate_keys"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from authserver import keys
from authserver.models import Client, SigningKey


class Command(BaseCommand):
    """Put the next signing keys to use."""

    help = (
        "Rotate signing keys. A key is first next: published in the JWK Set, so that "
        "clients know it before it signs. Rotation makes it active, retires the one "
        "that was active, and publishes another next one. A retired key stays "
        "published, so tokens signed before stay valid, and ID tokens signed with it "
        "are still hints of who is meant; clean_up deletes it once no session is that "
        "old. Running servers follow within a minute. Clients may cache the JWK Set "
        "for five minutes, so do not rotate the same key twice within that time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All keys, unless some are named."""
        parser.add_argument(
            "--purpose",
            choices=SigningKey.Purpose.values,
            action="append",
            help="only keys of this purpose (repeatable): access tokens, or ID and "
            "logout tokens",
        )
        parser.add_argument(
            "--algorithm",
            choices=Client.Algorithm.values,
            action="append",
            help="only keys of this algorithm (repeatable); keys exist for the default "
            "and for each algorithm that a client registered",
        )

    def handle(self, **options: Any) -> None:
        """Say which key signs now."""
        chosen = SigningKey.objects.filter(
            state=SigningKey.State.ACTIVE,
            purpose__in=options["purpose"] or SigningKey.Purpose.values,
            algorithm__in=options["algorithm"] or Client.Algorithm.values,
        )
        pairs = list(
            chosen.values_list("purpose", "algorithm").order_by("purpose", "algorithm")
        )
        if not pairs:
            raise CommandError("No key of that purpose and algorithm is in use.")
        for purpose, algorithm in pairs:
            key = keys.rotate(SigningKey.Purpose(purpose), algorithm)
            self.stdout.write(f"{purpose}: {key.kid} ({key.algorithm})")
