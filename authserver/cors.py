"""Which origins' scripts may read which endpoints: RFC 10017 §6.3.3.4, RFC 9700 §2.6.

django-cors-headers answers preflights and adds the headers, to refusals too; it asks
here. Never with credentials: no cookie travels, no cookie is read. Pages and the
authorization endpoint are for people, introspection is for servers: no script of
another origin reads those.
"""

from typing import Any

from corsheaders import middleware
from corsheaders.signals import check_request_enabled
from django.dispatch import receiver
from django.http import HttpRequest

from authserver.models import Client

FOR_ANYBODY = frozenset(
    {
        "/oauth/jwks",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    }
)
FOR_BROWSER_APPS = frozenset({"/oauth/token", "/oauth/userinfo", "/oauth/revoke"})
READABLE = FOR_ANYBODY | FOR_BROWSER_APPS
MAX_ORIGIN = 300


class CorsMiddleware(middleware.CorsMiddleware):
    """Asks nothing about who names no origin; caches are told that others might."""

    def __call__(self, request: HttpRequest) -> Any:
        """As django-cors-headers does it, in less time."""
        if "HTTP_ORIGIN" in request.META:
            return super().__call__(request)
        response: Any = self.get_response(request)
        if request.path_info in READABLE:
            response.headers.setdefault("Vary", "origin")  # by nothing else
        return response


@receiver(check_request_enabled)
def may_read(sender: Any, request: HttpRequest, **_: Any) -> bool:
    """Asked for each request to one of these paths that names its origin."""
    if request.path_info in FOR_ANYBODY:
        return True
    origin = request.headers.get("Origin", "")
    return request.path_info in FOR_BROWSER_APPS and _is_registered(origin)


def _is_registered(origin: str) -> bool:
    """By a browser app that is in use, character for character."""
    if not origin or len(origin) > MAX_ORIGIN or "\0" in origin:
        return False
    apps = Client.objects.filter(
        application_type=Client.Type.BROWSER,
        client_type=Client.CLIENT_PUBLIC,
        disabled_at=None,
        allowed_origins__contains=origin,
    )
    lists = apps.values_list("allowed_origins", flat=True)
    return any(origin in origins.split() for origins in lists)
