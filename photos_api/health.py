"""Is this process alive, and can it do its work?"""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from photos_api import key_set
from photos_api.models import Photo


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 whenever the process can answer at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when photos can be served to apps and to people, else 503 with the reason."""
    try:
        Photo.objects.exists()
    except DatabaseError:
        return _not_ready("the database is not there, or not migrated")
    if not key_set.of_issuer().ready():
        return _not_ready("no keys from the authorization server yet")
    return HttpResponse("ready\n", content_type="text/plain")


def _not_ready(reason: str) -> HttpResponse:
    return HttpResponse(f"{reason}\n", content_type="text/plain", status=503)
