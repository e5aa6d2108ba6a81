"""Requests of programs: answered without what only people's pages need.

The API and the bytes read no cookie and show no page. Sessions, CSRF, messages and
their kin took a third of a call that does nothing else.
"""

from collections.abc import Callable
from typing import cast

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve

PATHS = ("/library/v1/", "/picker/v1/", "/bytes/")


class Programs:
    """The middleware listed below this one is for everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.answer = convert_exception_to_response(_answer)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Straight to the view, if a program is asking."""
        if not request.path_info.startswith(PATHS):
            return self.get_response(request)
        response = cast(HttpResponseBase, self.answer(request))
        if isinstance(response, HttpResponse):
            response["Content-Length"] = str(len(response.content))
        return response


def _answer(request: HttpRequest) -> HttpResponseBase:
    request.get_host()  # refuses a foreign Host, as CommonMiddleware does for pages
    request.resolver_match = match = resolve(request.path_info)
    response = match.func(request, *match.args, **match.kwargs)
    return cast(HttpResponseBase, getattr(response, "render", lambda: response)())
