"""./manage.py authserver seed FILE"""

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from authserver import seeds


class Command(BaseCommand):
    """Apply registrations."""

    help = (
        "Apply a TOML file of clients, resource servers and (in demo mode) people. "
        "Applying it again changes nothing. ${NAME} stands for an environment variable."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument(
            "file", type=Path, help="for example demo/registrations.toml"
        )

    def handle(self, *, file: Path, **options: Any) -> None:
        """All of it or nothing."""
        try:
            with transaction.atomic():
                for line in seeds.apply(tomllib.loads(file.read_text())):
                    self.stdout.write(line)
        except (OSError, tomllib.TOMLDecodeError, seeds.Unusable) as problem:
            raise CommandError(f"{file}: {problem}") from None
        except ValidationError as problem:
            raise CommandError(f"{file}: {'; '.join(problem.messages)}") from None
