"""photos_api whose files go out as Django sends them by itself, for comparison.

The decision is the same; instead of naming the file to a gateway it opens it, and hands
it over in the small blocks of FileResponse.
"""

from collections.abc import Callable
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponseBase

from photos_api.settings import *  # noqa: F403 # all of them but for one
from photos_api.settings import MEDIA_ROOT, MIDDLEWARE

PREFIX = ACCEL_REDIRECT = "/media/"
MIDDLEWARE = ["bench.photos_stock.stock", *MIDDLEWARE]
Answer = Callable[[HttpRequest], HttpResponseBase]


def stock(get_response: Answer) -> Answer:
    """A middleware: what a gateway would send is sent from here."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        path = response.headers.get("X-Accel-Redirect")
        if path is None:
            return response
        request.META.pop("wsgi.file_wrapper", None)  # ours has larger blocks
        file = (Path(MEDIA_ROOT) / path.removeprefix(PREFIX)).open("rb")
        kind = response.headers["Content-Type"]
        sent = FileResponse(file, content_type=kind)
        sent.headers["ETag"] = response.headers["ETag"]
        return sent

    return answer
