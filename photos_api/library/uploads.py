"""The uploads of the Library API: bytes in one request, or in several (resumable).

A token they end with means something only to the same app for the same person.
"""

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from photos_api import uploads
from photos_api.authentication import FORM, PhotosRequest
from photos_api.bodies import Body
from photos_api.messages import Message
from photos_api.methods import Method, MethodView
from photos_api.models import Person, Upload
from photos_api.permissions import LIBRARY_ADD
from photos_api.problems import InvalidArgument, UnsupportedMediaType

LONGEST_NUMBER = 15  # digits


class UploadAddress(Message):
    """uploads; the id is that of a resumable upload that was started before."""

    upload_id = serializers.CharField(default="", max_length=64)


class Uploads(MethodView):
    """`POST /v1/uploads`, with what to do in the headers that Google's clients send."""

    _METHOD = Method("uploads", scopes=(LIBRARY_ADD,), query=UploadAddress)
    methods = {"POST": _METHOD, "PUT": _METHOD}

    def post(self, request: PhotosRequest) -> HttpResponse:
        """The upload token as plain text once the file is whole; else how far it is."""
        if (request.content_type or "").lower().startswith((FORM, "multipart/")):
            raise UnsupportedMediaType("Send the file as application/octet-stream.")
        protocol = request.headers.get("X-Goog-Upload-Protocol", "").strip().lower()
        command = _command(request)
        if request.parameters["upload_id"]:
            return _continue(request, command)
        if command == "start":
            return _start(request)
        if protocol not in {"", "raw"} or command:
            raise InvalidArgument(
                "Send the file with X-Goog-Upload-Protocol: raw, or start a resumable "
                "upload with X-Goog-Upload-Command: start."
            )
        upload = uploads.whole(
            _owner(request),
            request.auth.client_id,
            Body(request._request),  # noqa: SLF001 # DRF would parse it
            filename=_filename(request),
        )
        return _token(upload)

    put = post


def _command(request: Request) -> str:
    """`upload, finalize` in whatever spacing, order and case."""
    given = request.headers.get("X-Goog-Upload-Command", "").lower()
    return ",".join(sorted(part.strip() for part in given.split(",")))


def _start(request: PhotosRequest) -> HttpResponse:
    upload = uploads.begin(
        _owner(request),
        request.auth.client_id,
        filename=_filename(request),
        size=_number(
            request, "X-Goog-Upload-Raw-Size", "X-Goog-Upload-Header-Content-Length"
        ),
    )
    address = f"{settings.URL}{request.path}?upload_id={upload.pk}"
    address += "&upload_protocol=resumable"
    told = uploads.headers(upload)
    told |= {"X-Goog-Upload-URL": address, "X-Goog-Upload-Control-URL": address}
    return HttpResponse(content_type="text/plain", headers=told)


def _continue(request: PhotosRequest, command: str) -> HttpResponse:
    upload_id = request.parameters["upload_id"]
    upload = uploads.find(request.user, request.auth.client_id, upload_id)
    commands: dict[str, Callable[[PhotosRequest, Upload], HttpResponse]] = {
        "query": _query,
        "upload": _upload,
        "finalize": _finalize,
        "finalize,upload": _upload_and_finalize,
        "cancel": _cancel,
    }
    if command not in commands:
        raise InvalidArgument(
            "X-Goog-Upload-Command must be upload, query, cancel, finalize, or "
            '"upload, finalize".'
        )
    return commands[command](request, upload)


def _query(request: PhotosRequest, upload: Upload) -> HttpResponse:
    return _token(upload) if upload.finalized_at else _progress(upload)


def _upload(request: PhotosRequest, upload: Upload) -> HttpResponse:
    return _progress(_received(request, upload, last=False))


def _upload_and_finalize(request: PhotosRequest, upload: Upload) -> HttpResponse:
    if upload.finalized_at:  # asked again, since the answer was lost
        return _token(upload)
    return _finalize(request, _received(request, upload, last=True))


def _finalize(request: PhotosRequest, upload: Upload) -> HttpResponse:
    return _token(uploads.finish(upload))


def _cancel(request: PhotosRequest, upload: Upload) -> HttpResponse:
    uploads.cancel(upload)
    told = {"X-Goog-Upload-Status": "cancelled"}
    return HttpResponse(content_type="text/plain", headers=told)


def _received(request: PhotosRequest, upload: Upload, *, last: bool) -> Upload:
    offset = _number(request, "X-Goog-Upload-Offset")
    if offset is None:
        raise InvalidArgument("Say in X-Goog-Upload-Offset where this piece begins.")
    body = Body(request._request)  # noqa: SLF001 # DRF would parse it
    return uploads.receive(upload, offset, body, last=last)


def _progress(upload: Upload) -> HttpResponse:
    return HttpResponse(content_type="text/plain", headers=uploads.headers(upload))


def _token(upload: Upload) -> HttpResponse:
    told = uploads.headers(upload)
    return HttpResponse(upload.pk, content_type="text/plain", headers=told)


def _owner(request: PhotosRequest) -> Person:
    """Whoever adds a photo is remembered."""
    return Person.objects.met(iss=request.user.iss, sub=request.user.sub)


def _number(request: Request, *names: str) -> int | None:
    """The first of these headers that is there."""
    for name in names:
        if given := request.headers.get(name, "").strip():
            if not (given.isascii() and given.isdigit()) or len(given) > LONGEST_NUMBER:
                raise InvalidArgument(f"{name} must be a number.")
            return int(given)
    return None


def _filename(request: Request) -> str:
    """The last part of what the app calls the file, as far as it can be shown."""
    given = request.headers.get("X-Goog-Upload-File-Name", "")
    text = unquote(given.encode("latin-1", "replace").decode("utf-8", "replace"))
    name = PurePosixPath(text.replace("\\", "/")).name.removeprefix("..")
    return "".join(c for c in name if c.isprintable())[:255]
