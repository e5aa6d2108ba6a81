"""Documents that stay the same as long as a process lives: sent once to each client."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

Document = Callable[[], dict[str, Any]]


def send(request: HttpRequest, document: Document) -> HttpResponse:
    """The document as JSON, or 304 when the client has it already."""
    content, tag = written(document)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response = (
        HttpResponseNotModified()
        if tag in known or "*" in known
        else HttpResponse(content, content_type="application/json; charset=UTF-8")
    )
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=300"
    return response


@cache
def written(document: Document) -> tuple[bytes, str]:
    """What is sent, and its ETag."""
    content = json.dumps(document(), indent=1, ensure_ascii=False).encode()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'
