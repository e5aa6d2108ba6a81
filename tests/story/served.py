"""A Django project of a few views, to try the server that all three are served by."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.urls import path

SECRET_KEY = "only-here-" * 5
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = __name__
NOTES = Path(os.environ.get("NOTES", os.devnull))
CONTENT = bytes(range(256)) * 1000


def told(request: HttpRequest) -> HttpResponse:
    """What the server says about a request."""
    said = {k: v for k, v in request.META.items() if isinstance(v, str | bool)}
    return HttpResponse(json.dumps(said))


def body(request: HttpRequest) -> HttpResponse:
    """How long the body is, and its digest, read until it ends."""
    read = request.META["wsgi.input"].read()
    return HttpResponse(f"{len(read)} {hashlib.sha256(read).hexdigest()}")


def cookies(request: HttpRequest) -> HttpResponse:
    """Two of them."""
    response = HttpResponse()
    response.set_cookie("first", "1")
    response.set_cookie("second", "2")
    return response


def unchanged(request: HttpRequest) -> HttpResponse:
    """Nothing new."""
    return HttpResponseNotModified()


def slow(request: HttpRequest) -> HttpResponse:
    """Take as many seconds as are asked for."""
    _note("began")
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("done")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Parts without an end."""
    response = StreamingHttpResponse(_parts())
    response._resource_closers.append(lambda: _note("closed"))  # type: ignore[attr-defined]
    return response


def file(request: HttpRequest) -> FileResponse:
    """A file that notes when it is closed."""
    return FileResponse(Noted(CONTENT))


class Noted(BytesIO):
    """Its closing is written down."""

    def close(self) -> None:
        """Once."""
        if not self.closed:
            _note("closed")
        super().close()


def _parts() -> Iterator[bytes]:
    while True:
        yield b"part " * 1000


def _note(what: str) -> None:
    with NOTES.open("a") as notes:
        notes.write(f"{what}\n")


VIEWS = (told, body, cookies, unchanged, slow, stream, file)
urlpatterns = [path(view.__name__, view) for view in VIEWS]
