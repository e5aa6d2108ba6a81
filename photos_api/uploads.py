"""Uploads: the bytes an app or an owner sends, until they are a photo.

Large files come in pieces. Each is stored as a whole under a name of its own, and then
counted by one conditional UPDATE: whenever a process dies, what was acknowledged is
there, and what was not can be sent again.
"""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import IO

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from photos_api import intake, pieces, purge
from photos_api.bodies import Body
from photos_api.formats.kinds import HEAD, Refused, of_type, sniff
from photos_api.models import Original, Person, Photo, Upload
from photos_api.problems import (
    FailedPrecondition,
    InvalidArgument,
    LengthRequired,
    NotFound,
    ResourceExhausted,
    TooLarge,
    Unavailable,
)

GRANULARITY = 256 * 1024  # bytes: Google's
MOST_STEPS = 2_000  # pieces a client cuts a file into, at the most
BATCH = 500  # uploads forgotten at a time
MOST_UNFINISHED = 1_000  # uploads of a person by an app that are neither over nor used


class WrongOffset(FailedPrecondition):
    """The piece does not begin where the last one ended."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(
            f"{upload.received_size} bytes are here: continue from there.",
            headers=headers(upload),
        )


def headers(upload: Upload) -> dict[str, str]:
    """How far an upload has come, as Google's clients read it."""
    return {
        "X-Goog-Upload-Status": "final" if upload.finalized_at else "active",
        "X-Goog-Upload-Size-Received": str(upload.received_size),
        "X-Goog-Upload-Chunk-Granularity": str(granularity(upload)),
    }


def granularity(upload: Upload) -> int:
    """Every piece but the last is a multiple of so many bytes: more for large files."""
    share = (upload.announced_size or 0) // MOST_STEPS
    return max(1, -(-share // GRANULARITY)) * GRANULARITY


def begin(
    owner: Person, client_id: str, *, filename: str = "", size: int | None = None
) -> Upload:
    """An upload that waits for its first piece; client_id is empty for the owner.

    Raises TooLarge or ResourceExhausted for what there is no room for.
    """
    if size is not None and size > max(settings.LARGEST_PHOTO, settings.LARGEST_VIDEO):
        raise TooLarge("This file is larger than any we take.")
    _demand_room(owner, client_id, size or 0)
    return Upload.objects.create(
        owner=owner, client_id=client_id, filename=filename, announced_size=size
    )


def find(owner: Person, client_id: str, upload_id: str) -> Upload:
    """The upload of theirs with that id; raises NotFound for anybody else's."""
    upload = Upload.objects.of(owner, client_id).filter(pk=upload_id).first()
    if upload is None:
        raise NotFound("There is no such upload, or it is over.")
    return upload


def receive(upload: Upload, offset: int, body: Body, *, last: bool = False) -> Upload:
    """Take a piece in; the upload as it is then. ``last``: it may have any length.

    What arrived before a connection broke stays. Raises WrongOffset, TooLarge,
    CutOff, or InvalidArgument for what cannot become a photo.
    """
    if upload.finalized_at or offset != upload.received_size:
        raise WrongOffset(upload)
    if body.length is not None:
        _demand_announced(upload, body.length)
        last = last or upload.received_size + body.length == upload.announced_size
        if not last and body.length % granularity(upload):
            raise InvalidArgument(
                "A piece that is not the last one must be a multiple of "
                f"{granularity(upload)} bytes long."
            )
    elif last and upload.announced_size is None:
        raise LengthRequired(  # nobody could tell its end from a broken connection
            "Say how long the file is when you start, or this piece when you send it."
        )
    head = pieces.head(upload)
    for block in body.blocks(pieces.LARGEST):
        head = head or block[:HEAD]
        _demand_announced(upload, len(block))
        _demand_allowed(upload, head, len(block))
        if not pieces.add(upload, block):
            raise WrongOffset(upload)
    return upload


def finish(upload: Upload) -> Upload:
    """Make all that arrived an original; harmless when repeated.

    Raises FailedPrecondition while bytes are missing. Raises InvalidArgument with the
    reason if they are no photo or video we take: then the upload is over.
    """
    if upload.finalized_at:
        return upload
    if upload.announced_size not in {None, upload.received_size}:
        raise FailedPrecondition(
            f"{upload.announced_size} bytes were announced, and "
            f"{upload.received_size} are here.",
            headers=headers(upload),
        )
    try:
        with tempfile.TemporaryFile() as file:
            file.writelines(pieces.read(upload))
            is_first = _recorded(file, partial(Upload.objects.finalized, upload))
    except InvalidArgument:
        cancel(upload)
        raise
    except FileNotFoundError:  # another request was faster
        return _finished(upload)
    if is_first:
        pieces.discard(upload)
    return _finished(upload)


def _finished(upload: Upload) -> Upload:
    """As it is now; raises what says that another request did something else to it."""
    now = find(upload.owner, upload.client_id, upload.pk)
    if not now.finalized_at:
        raise WrongOffset(now)
    return now


def whole(owner: Person, client_id: str, body: Body, *, filename: str = "") -> Upload:
    """A file that comes in one request: an upload once all of it is here.

    Raises what `begin`, `receive` and `finish` raise.
    """
    upload = Upload(owner=owner, client_id=client_id, filename=filename)
    _demand_room(owner, client_id, body.length or 0)
    head = b""
    with tempfile.TemporaryFile() as file:
        for block in body.blocks(pieces.LARGEST):
            head = head or block[:HEAD]
            _demand_allowed(upload, head, len(block))
            upload.received_size += file.write(block)
        _recorded(file, partial(_save, upload))
    return upload


def _save(upload: Upload, original: Original) -> bool:
    upload.original, upload.finalized_at = original, timezone.now()
    upload.save(force_insert=True)
    return True


def cancel(upload: Upload) -> None:
    """Forget an upload, and its bytes if they are nobody's photo."""
    pieces.discard(upload)
    upload.delete()
    if upload.original_id:
        purge.drop_if_unused(upload.original_id)


def forget_what_is_due() -> int:
    """Forget those that are over, and what they left; how many there were."""
    stale = list(Upload.objects.stale()[:BATCH])
    for upload in stale:
        cancel(upload)
    return len(stale)


def take(
    owner: Person,
    client_id: str,
    token: str,
    *,
    filename: str = "",
    description: str = "",
) -> Photo:
    """An unsaved photo of what was uploaded: hand it to `libraries.add`, then `used`.

    Raises InvalidArgument for a token that is not theirs, not finished or over, or
    whose photo was deleted since: who sends a call again does not bring it back.
    """
    mine = Upload.objects.of(owner, client_id).select_related("original", "photo")
    upload = mine.exclude(finalized_at=None).filter(pk=token).first()
    if upload is None or upload.original is None:
        raise InvalidArgument("The upload token is invalid or has expired.")
    if upload.photo and upload.photo.deleted_at:
        raise InvalidArgument("The photo of this upload token has been deleted.")
    original = upload.original
    extension = of_type(original.mime_type).extension
    return Photo(
        owner=owner,
        original=original,
        filename=filename or upload.filename or f"photo{extension}",
        description=description,
        creation_time=original.taken_at or timezone.now(),
        has_capture_date=original.taken_at is not None,
        created_by_client=client_id,
    )


def used(owner: Person, client_id: str, photos: Mapping[str, Photo]) -> None:
    """Record which photo each token became: those bytes hold no room any more."""
    for token, photo in photos.items():
        Upload.objects.of(owner, client_id).became(token, photo)


def _demand_room(owner: Person, client_id: str, size: int) -> None:
    held, unfinished = Upload.objects.of(owner, client_id).held()
    if held + size > settings.UPLOAD_ROOM or unfinished >= MOST_UNFINISHED:
        raise ResourceExhausted(
            "Too many uploads wait to become photos. Finish or cancel some, or wait: "
            "each is forgotten after a day.",
            headers={"Retry-After": "3600"},
        )


def _demand_announced(upload: Upload, size: int) -> None:
    announced, total = upload.announced_size, upload.received_size + size
    if announced is None and size:
        _demand_room(upload.owner, upload.client_id, size)
    elif announced is not None and total > announced:
        raise InvalidArgument(
            f"{announced} bytes were announced, and these would make {total}.",
            headers=headers(upload),
        )


def _demand_allowed(upload: Upload, head: bytes, size: int) -> None:
    """Whatever it is called or said to be, its first bytes decide."""
    try:
        kind = sniff(head)
    except Refused as refused:
        raise InvalidArgument(str(refused)) from refused
    limit = settings.LARGEST_VIDEO if kind.is_video else settings.LARGEST_PHOTO
    if upload.received_size + size > limit:
        what = "videos" if kind.is_video else "photos"
        raise TooLarge(f"We take {what} of {limit} bytes at the most.")


def _recorded(file: IO[bytes], record: Callable[[Original], bool]) -> bool:
    """What recording the original of a file answers.

    The last photo of the same bytes may be deleted for good just before: then there
    is no original any more, and the file is kept once more.
    """
    for _ in range(2):
        with suppress(IntegrityError):
            return record(_original(file))
    raise Unavailable("Try again: this file was just deleted.", retry_after=1)


def _original(file: IO[bytes]) -> Original:
    try:
        return intake.receive(file)
    except Refused as refused:
        raise InvalidArgument(
            str(refused), headers={"X-Goog-Upload-Status": "cancelled"}
        ) from refused
