"""printshop as Django knows it."""

from django.apps import AppConfig


class PrintshopConfig(AppConfig):
    """The shop."""

    name = "printshop"
    verbose_name = "Print Shop"

    def ready(self) -> None:
        """Connect what must be heard from the start."""
        from printshop import mails  # noqa: F401, PLC0415  # models first
