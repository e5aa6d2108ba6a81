"""Adding photos: a plain form for many files, and what the script sends them through.

The script begins an upload, sends it in pieces and asks, after a lost connection, how
much of it is here. Only pages of ours can do so: every request needs the CSRF token.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from photos_api import libraries, uploads
from photos_api.bodies import Body
from photos_api.models import Person, Photo, Upload
from photos_api.pages.answers import photos, scripted
from photos_api.pages.requests import OwnersRequest, person_of
from photos_api.problems import InvalidArgument, Problem

OWNER = ""  # the client_id of what no app sent
PIECE = 4 * 1024 * 1024  # bytes, about: what a lost connection loses
LONGEST_NAME = 255  # characters
LARGEST_NUMBER = 2**50


class SentFile(Body):
    """A file of a form, read as the body of a request is."""

    def __init__(self, file: UploadedFile) -> None:
        self.received = 0
        self.length = file.size
        self._read = file.read


@never_cache
@scripted
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: OwnersRequest) -> HttpResponse:
    """The form; POST is the form without a script, all its files in one request."""
    if request.method != "POST":
        return render(request, "upload.html", {"here": "upload"})
    sent = request.FILES.getlist("file")
    added, refused = 0, []
    for file in sent:
        try:
            _add_to_library(request.user, _whole(request.user, file))
            added += 1
        except Problem as problem:
            refused.append(f"{file.name}: {problem.message}")
    if added:
        messages.success(request, f"{photos(added)} in your library now.")
    if added == len(sent) and sent:
        return redirect("gallery")
    context = {"here": "upload", "refused": refused or ["You chose no file."]}
    return render(request, "upload.html", context, status=400)


def _whole(owner: Person, file: UploadedFile) -> Upload:
    name = _file_name(file.name or "")
    return uploads.whole(owner, OWNER, SentFile(file), filename=name)


def _add_to_library(owner: Person, upload: Upload) -> Photo:
    """The photo that the upload is now, or was before."""
    if upload.photo is not None:
        return upload.photo
    (photo,) = libraries.add(owner, [uploads.take(owner, OWNER, upload.pk)])
    uploads.used(owner, OWNER, {upload.pk: photo})
    return photo


def _file_name(given: str) -> str:
    """The last part of a path, as far as it is a name."""
    name = PurePosixPath(given.replace("\\", "/")).name
    return "".join(c for c in name if c.isprintable())[:LONGEST_NAME]


View = Callable[..., HttpResponse]


def for_the_script(view: View) -> View:
    """Every refusal is JSON with a sentence, since nobody is there to read a page."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if person_of(request) is None:
            return JsonResponse(
                {"error": "You are not signed in any more."}, status=401
            )
        try:
            return view(request, *args, **kwargs)
        except uploads.WrongOffset as late:  # the script asks how much is here
            return JsonResponse({"error": late.message}, status=409)
        except Problem as problem:
            told = {"error": problem.message}
            return JsonResponse(told, status=problem.http_status)

    return never_cache(answered)


@for_the_script
@require_POST
def begin(request: OwnersRequest) -> HttpResponse:
    """Announce a file by its name and size."""
    size = _number(request.POST.get("size", ""))
    name = _file_name(request.POST.get("name", ""))
    begun = uploads.begin(request.user, OWNER, filename=name, size=size)
    return JsonResponse(_state(begun))


@for_the_script
@require_http_methods(["GET", "PUT", "DELETE"])
def piece(request: OwnersRequest, upload_id: str) -> HttpResponse:
    """How much is here; or the next piece, and with the last one the photo."""
    found = uploads.find(request.user, OWNER, upload_id)
    if request.method == "DELETE":
        uploads.cancel(found)
        return JsonResponse({})
    if request.method == "PUT":
        offset = _number(request.GET.get("offset", ""))
        body = Body(request)
        last = offset + (body.length or 0) == found.announced_size
        found = uploads.receive(found, offset, body, last=last)
    if found.received_size != found.announced_size:
        return JsonResponse(_state(found))
    photo = _add_to_library(request.user, uploads.finish(found))
    return JsonResponse({**_state(found), "photo": reverse("photo", args=[photo.pk])})


def _state(upload: Upload) -> dict[str, object]:
    granularity = uploads.granularity(upload)
    return {
        "id": upload.pk,
        "received": upload.received_size,
        "piece": max(1, PIECE // granularity) * granularity,
    }


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text[:20]) < LARGEST_NUMBER:
        return int(text[:20])
    raise InvalidArgument("This is not a number of bytes.")
