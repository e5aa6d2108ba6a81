"""authserver as Django knows it: keys after migrate, checks before start."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuthserverConfig(AppConfig):
    """The authorization server."""

    name = "authserver"
    verbose_name = "Photos Account"

    def ready(self) -> None:
        """Connect what must be heard from the start."""
        from authserver import checks, cors, sessions  # noqa: F401, PLC0415  # models first

        post_migrate.connect(_make_keys, sender=self)


def _make_keys(**_: Any) -> None:
    """A migrated server can sign (OIDC Core §10.1)."""
    from authserver import keys  # noqa: PLC0415  # models first

    keys.forget()
    keys.ensure()
