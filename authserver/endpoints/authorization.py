"""The authorization endpoint: RFC 6749 §3.1, OIDC Core §3.1.2."""

from django.http import HttpRequest, HttpResponse

from authserver.models import PendingRequest


def resume(request: HttpRequest, pending: PendingRequest) -> HttpResponse:
    """What comes next for a pending request: sign-in, consent, or the client (303)."""
    raise NotImplementedError
