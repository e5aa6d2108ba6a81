"""Answers that come before the question was read: the connection survives them.

A server that has sent its answer with part of the request still on its way closes the
connection, and the client finds that out with its next call: a refused token would look
like a broken network. So what is short is read to its end, whatever it says.
"""

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse

SHORT = 256 * 1024  # as long as the JSON of a call may be


class ReadToTheEnd:
    """Around everything, since anything may answer early."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and read what is left."""
        response = self.get_response(request)
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and 0 < int(length[:10]) <= SHORT:
            with suppress(OSError):  # nobody waits for the answer any more
                request.read()
        return response
