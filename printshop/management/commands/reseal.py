"""./manage.py printshop reseal: the last step before an old key is taken away."""

from django.core.management.base import BaseCommand, CommandError

from printshop.models.customers import Connection


class Command(BaseCommand):
    """Seals lent tokens anew; may run at any time, and be ended at any time.

    A sign-in on its way when the old key goes must begin again; it is sealed for
    minutes only, and so is not looked at here.
    """

    help = "Seal what customers lent with the first of PRINTSHOP_TOKEN_ENCRYPTION_KEYS"

    def handle(self, **_: object) -> None:
        """Say how many there were, and fail if a key is missing already."""
        resealed = unreadable = 0
        for connection in Connection.objects.sealed_before():
            if not connection.is_readable:
                unreadable += 1
            elif Connection.objects.reseal(connection):
                resealed += 1
        left = sum(1 for _ in Connection.objects.sealed_before()) - unreadable
        self.stdout.write(f"{resealed} connections sealed anew")
        if left > 0:
            raise CommandError(f"{left} were refreshed meanwhile: run this once more")
        if unreadable:
            raise CommandError(
                f"{unreadable} were sealed with a key that is not configured: put it"
                " back, or those customers must connect again"
            )
