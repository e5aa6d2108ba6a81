"""mediaItems.batchCreate: uploads become photos, each for itself.

The answer is 200 also when some fail. Google documents 207 for that, and has been seen
to send 200; its own clients take both, but others compare with 200 and would lose the
items that went well.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.response import Response

from photos_api import albums, libraries, uploads
from photos_api.albums import END, Place
from photos_api.authentication import PhotosRequest
from photos_api.library.album_items import writeable_album
from photos_api.library.album_messages import LONGEST_ID, MOST_ITEMS, AlbumPosition
from photos_api.library.positions import place
from photos_api.library.serializers import LONGEST_DESCRIPTION, MediaItem
from photos_api.library.statuses import SUCCESS, Status, told
from photos_api.messages import Message, Reply
from photos_api.methods import Method, MethodView
from photos_api.models import Album, Photo
from photos_api.permissions import LIBRARY_ADD
from photos_api.problems import InvalidArgument, Problem

LONGEST_NAME = 255
# Control characters, and those that turn the direction of what follows around.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class SimpleMediaItem(Message):
    """An upload, and what to call it; without a name, what the upload was called."""

    upload_token = serializers.CharField(default="", allow_blank=True)
    file_name = serializers.CharField(default="", allow_blank=True)


class NewMediaItem(Message):
    """What shall become a photo."""

    description = serializers.CharField(
        default="", allow_blank=True, trim_whitespace=False
    )
    simple_media_item = SimpleMediaItem(default=None)


class BatchCreateMediaItemsRequest(Message):
    """mediaItems.batchCreate"""

    new_media_items = serializers.ListField(
        child=NewMediaItem(),
        allow_empty=False,
        max_length=MOST_ITEMS,
        error_messages={
            "empty": "Name at least one new media item.",
            "max_length": "Create {max_length} media items at most in one call.",
        },
    )
    album_id = serializers.CharField(
        default="", allow_blank=True, max_length=LONGEST_ID
    )
    album_position = AlbumPosition(default=None)

    def validate(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Refuse a position in no album."""
        if wanted["album_position"] and not wanted["album_id"]:
            raise serializers.ValidationError(
                {"album_position": "It needs an albumId beside it."}
            )
        return wanted


class NewMediaItemResult(Reply):
    """What became of one of them."""

    upload_token = serializers.CharField()
    status = Status()
    media_item = MediaItem()


class BatchCreateMediaItemsResponse(Reply):
    """A result for each, in the order of the call."""

    new_media_item_results = NewMediaItemResult(many=True)


@dataclass(slots=True)
class Attempt:
    """One item of the call, and what became of it."""

    upload_token: str
    status: dict[str, object] = field(default_factory=lambda: dict(SUCCESS))
    media_item: Photo | None = None


class BatchCreation(MethodView):
    """Uploads become photos."""

    methods = {
        "POST": Method(
            "mediaItems.batchCreate",
            scopes=(LIBRARY_ADD,),
            body=BatchCreateMediaItemsRequest,
            reply=BatchCreateMediaItemsResponse,
        )
    }

    def post(self, request: PhotosRequest) -> Response:
        """One result for each item; a bad one does the others no harm.

        Only a full album stops them all: none shall be in the library, but not in
        the album where the app looks for it.
        """
        wanted = request.message
        album, where = None, END
        if wanted["album_id"]:
            album = writeable_album(request, wanted["album_id"])
            where = _place(request)
        attempts = [_attempt(request, item) for item in wanted["new_media_items"]]
        _keep(request, attempts, album, where)
        answer = {"new_media_item_results": attempts}
        return Response(BatchCreateMediaItemsResponse.told(answer, request.auth))


def _place(request: PhotosRequest) -> Place:
    """At the end, unless the app says otherwise."""
    position = request.message["album_position"]
    if position is None or position["position"] == AlbumPosition.TYPES[0]:
        return END
    return place(position, request.auth.client_id)


def _attempt(request: PhotosRequest, item: dict[str, Any]) -> Attempt:
    simple = item["simple_media_item"] or {"upload_token": "", "file_name": ""}
    attempt = Attempt(simple["upload_token"])
    try:
        attempt.media_item = uploads.take(
            request.user,
            request.auth.client_id,
            _token(simple["upload_token"]),
            filename=_filename(simple["file_name"]),
            description=_description(item["description"]),
        )
    except Problem as problem:
        attempt.status = told(problem)
    return attempt


def _token(given: str) -> str:
    if not given:
        raise _wrong("uploadToken", "Give the uploadToken of a simpleMediaItem.")
    return given


def _filename(given: str) -> str:
    """The last part of a path; empty if there is none."""
    name = re.split(r"[/\\]", given)[-1].strip()
    if len(name) > LONGEST_NAME:
        raise _wrong("fileName", f"It is longer than {LONGEST_NAME} characters.")
    if UNSEEN.search(name):
        raise _wrong("fileName", "It holds characters that nobody can see.")
    return "" if name in {".", ".."} else name


def _description(given: str) -> str:
    if len(given) > LONGEST_DESCRIPTION:
        why = f"It is longer than {LONGEST_DESCRIPTION} characters."
        raise _wrong("description", why)
    return given


def _wrong(field: str, why: str) -> InvalidArgument:
    return InvalidArgument(f"{field}: {why}", fields={field: why})


@transaction.atomic
def _keep(
    request: PhotosRequest, attempts: list[Attempt], album: Album | None, where: Place
) -> None:
    """Put what can be kept into the library, and into the album: all of it or none."""
    good = [(one, one.media_item) for one in attempts if one.media_item]
    if not good:
        return
    kept = libraries.add(request.user, [photo for _, photo in good])
    if album:
        albums.add(album, kept, where)
    made = {}
    for (attempt, new), photo in zip(good, kept, strict=True):
        photo.original = new.original  # which spares asking for it
        attempt.media_item = made[attempt.upload_token] = photo
    uploads.used(request.user, request.auth.client_id, made)
