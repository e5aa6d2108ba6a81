"""What must hold before this server starts: ./manage.py authserver check."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

HINT = "AUTHSERVER_DEMO=1 starts a demonstration with known secrets, on this machine."


@register(Tags.security)
def no_demonstration_in_earnest(**_: Any) -> list[CheckMessage]:
    """Outside demo mode: secrets of one's own, and https (RFC 9700 §2.6)."""
    if settings.DEMO:
        return []
    found = [
        Error(f"AUTHSERVER_{name} is a demonstration's secret.", hint=HINT, id=number)
        for number, name in (
            ("authserver.E001", "SECRET_KEY"),
            ("authserver.E002", "KEY_ENCRYPTION_KEY"),
        )
        if getattr(settings, name).startswith("demo-")
    ]
    if not settings.URL.startswith("https://"):
        found.append(
            Error("AUTHSERVER_URL must use https.", hint=HINT, id="authserver.E003")
        )
    return [*found]
