"""What every page of photos_api knows: its site's name, and if this is a demo."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Template context: ``site_name`` and ``demo``."""
    return {"site_name": "Photos", "demo": settings.DEMO}
