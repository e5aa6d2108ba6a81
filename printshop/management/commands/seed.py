"""./manage.py printshop seed: nothing to sow, something to check.

The shop's products are code, and its customers come with their first sign-in.
"""

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Makes sure that the shop can keep files; may be run any number of times."""

    help = "Check that the shop can keep files"

    def handle(self, **_: object) -> None:
        """Write a file, and take it away again."""
        name = default_storage.save("seed/check", ContentFile(b"ok"))
        default_storage.delete(name)
        self.stdout.write(f"Print Shop keeps its files in {settings.MEDIA_ROOT}")
