"""Many photos for measuring: ./manage.py photos_api make_million --person SUB"""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from photos_api import copies
from photos_api.models import Person

MOST_YEARS = 100


class Command(BaseCommand):
    """Rows for a library of any size; they share a few pictures."""

    help = "Give a person a million photos of a few pictures; harmless when repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, how many, and since when."""
        parser.add_argument("--person", required=True, metavar="SUB")
        parser.add_argument("--photos", type=int, default=1_000_000, metavar="N")
        parser.add_argument("--years", type=int, default=20, metavar="N")
        parser.add_argument(
            "--app",
            default="",
            metavar="CLIENT_ID",
            help="who added them (default: the owner)",
        )
        parser.add_argument("--remove", action="store_true", help="take them out again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is missing, or take everything out."""
        if options["photos"] < 0 or not 0 < options["years"] <= MOST_YEARS:
            raise CommandError("--photos must not be negative, --years is 1 to 100.")
        person = {"iss": settings.ISSUER, "sub": options["person"]}
        if options["remove"]:
            self._remove(Person.objects.known(**person), options["app"])
            return
        owner, span = Person.objects.met(**person), timedelta(365 * options["years"])
        for there in copies.make(owner, options["app"], options["photos"], span):
            if options["verbosity"] > 1:
                self.stdout.write(f"{there} photos …")
        there = copies.made_for(owner, options["app"]).count()
        self.stdout.write(f"{owner}: {there} photos of a few pictures")

    def _remove(self, owner: Person, client_id: str) -> None:
        if not owner.pk:
            raise CommandError(f"Nobody here is called {owner.sub}.")
        gone = copies.remove(owner, client_id)
        self.stdout.write(f"{owner}: {gone} photos removed")
