"""Documents that many read and few change: built once, kept as bytes for a minute.

While it is kept a document costs no SQL. What another process changes is seen after
that minute; what this one changes, at once: it calls ``forget``.
"""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

KEPT = 60  # seconds
CACHE_CONTROL = "public, max-age=300"
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")

_kept: dict[str, tuple[float, bytes, str]] = {}


def forget() -> None:
    """Build each document again when it is next asked for."""
    _kept.clear()


def answer(
    request: HttpRequest, name: str, build: Callable[[], Any], content_type: str
) -> HttpResponseBase:
    """The document of that name, or 304 if the reader has it (RFC 9110 §13.1.2)."""
    at, body, etag = _kept.get(name, (0.0, b"", ""))
    if not body or time.monotonic() - at > KEPT:
        body = json.dumps(build()).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        _kept[name] = time.monotonic(), body, etag
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": etag}
    response = HttpResponse(body, content_type, headers=headers)
    if not any(name in request.META for name in CONDITIONS):  # as of nearly everybody
        return response
    found = get_conditional_response(request, etag=etag, response=response)
    return found or response
