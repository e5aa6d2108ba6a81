"""Requests of programs: answered without what only people's pages need.

These endpoints read no cookie and show no page. Sessions, CSRF, messages and the
building of a page's policy took as long as a key set takes to be answered.
"""

from collections.abc import Callable
from functools import cache
from typing import cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

PATHS = frozenset(
    {
        "/oauth/token",
        "/oauth/device_authorization",
        "/oauth/revoke",
        "/oauth/introspect",
        "/oauth/userinfo",
        "/oauth/jwks",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/healthz",
        "/readyz",
    }
)
OWN_HOST = settings.URL.split("://")[1]
POLICY = "default-src 'none'; frame-ancestors 'none'"


class BackChannel:
    """The middleware listed below this one is for everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answer = convert_exception_to_response(_answer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Straight to the view, if a program is asking."""
        if request.path_info not in PATHS:
            return self.get_response(request)
        response = cast(HttpResponse, self.answer(request))
        response["Content-Security-Policy"] = POLICY
        response.headers.setdefault("Cache-Control", "no-store")  # RFC 6749 §5.1
        if not response.streaming:
            response["Content-Length"] = str(len(response.content))
        return response


def _answer(request: HttpRequest) -> HttpResponse:
    if request.META.get("HTTP_HOST") != OWN_HOST:
        request.get_host()  # refuses a foreign one, as CommonMiddleware does for pages
    request.resolver_match = match = _view(request.path_info)
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response


_view = cache(resolve)  # one of PATHS, so there are not many
