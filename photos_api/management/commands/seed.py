"""Who is there from the first day: ./manage.py photos_api seed demo/photos.toml"""

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from photos_api.models import App, Person
from photos_api.samples.adding import add_album, add_samples


class Command(BaseCommand):
    """Applies the file; doing it again changes nothing."""

    help = "Add the apps, people and photos a file names; harmless when repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read it and apply it."""
        try:
            plan = tomllib.loads(options["file"].read_text())
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        for app in plan.get("apps", []):
            App.objects.update_or_create(
                pk=app["client_id"], defaults={"name": app["name"]}
            )
        for person in plan.get("people", []):
            self._seed_person(person)

    def _seed_person(self, plan: dict[str, Any]) -> None:
        owner = Person.objects.met(
            iss=settings.ISSUER, sub=plan["sub"], name=plan["name"]
        )
        albums = plan.get("albums", [])
        created_by = {
            name: album["created_by_client"]
            for album in albums
            for name in album["photos"]
        }
        added = add_samples(owner, created_by=created_by)
        for album in albums:
            add_album(
                owner, album["title"], album["created_by_client"], album["photos"]
            )
        self.stdout.write(f"{owner}: {added} photos added")
