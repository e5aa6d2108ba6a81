"""What every page of printshop knows: who we are, and whom we work with."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Template context; the names are for "your {{ provider_name }} account"."""
    return {
        "site_name": "Print Shop",
        "demo": settings.DEMO,
        "provider_name": settings.PROVIDER_NAME,
        "photos_name": settings.PHOTOS_NAME,
    }
