"""The authorization response: RFC 6749 §4.1.2, always with ``iss`` (RFC 9207 §2)."""

from django.http import HttpRequest, HttpResponse

from authserver.authorization_request import AuthorizationRequest
from authserver.models import Client, Session


def success(
    request: HttpRequest,
    asked: AuthorizationRequest,
    client: Client,
    session: Session,
    granted: tuple[str, ...],
) -> HttpResponse:
    """Remember what was granted, make a code, and send it to the client."""
    raise NotImplementedError


def failure(
    request: HttpRequest, asked: AuthorizationRequest, error: str, description: str
) -> HttpResponse:
    """Send an error to the client, by the name the registry gives it."""
    raise NotImplementedError
