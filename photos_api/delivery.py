"""Stored files as answers: sent by the gateway where it can, by this process if not.

The gateway is told which file in X-Accel-Redirect, reads it itself and sends it with
the headers of our answer; the header never leaves it. Whether somebody may have the
file is decided here, before.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from photos_api import storage
from photos_api.formats.kinds import of_type

SMALL = 1_000_000  # bytes: sent in one piece, which costs less than reading in several


def send(name: str, content_type: str) -> HttpResponseBase:
    """The file stored under that name."""
    if settings.ACCEL_REDIRECT:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.ACCEL_REDIRECT}{name}"
        return response
    try:
        file = storage.open_stored(name)
    except FileNotFoundError as error:  # deleted since we looked
        raise Http404 from error
    if file.size > SMALL:
        return FileResponse(file, content_type=content_type)
    with file:
        return HttpResponse(file.read(), content_type=content_type)


def to_be_saved(
    response: HttpResponseBase, filename: str, mime_type: str
) -> HttpResponseBase:
    """The same answer, for a browser to save under that name.

    An app may have chosen it, and a picture saved as a page would be opened as one.
    """
    name = of_type(mime_type).named(filename)
    told = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = told or "attachment"
    return response


def unless_known(
    request: HttpRequest,
    tag: str,
    cache_control: str,
    answer: Callable[[], HttpResponseBase],
) -> HttpResponseBase:
    """The answer; it is not made, but a 304, for who has what the tag names."""
    etag = quote_etag(tag)
    known = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = known or answer()
    response["ETag"] = etag
    response["Cache-Control"] = cache_control
    return response
