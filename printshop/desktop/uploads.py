"""Adding photos to the library: in pieces, so that a broken connection costs one."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import quote

from printshop import wire
from printshop.desktop.access import Access
from printshop.desktop.failures import Failure, Unreachable
from printshop.desktop.photos import ROOT, Photo
from printshop.desktop.refusals import demand_success, refusal
from printshop.desktop.registration import ADD

PIECE = 1024 * 1024  # bytes at least, and a multiple of what the server wants
TRIES = 5  # in a row without a byte getting through
Advance = Callable[[int], None]  # bytes that have arrived since the last call


def add(access: Access, path: Path, album_id: str, advance: Advance) -> Photo:
    """Send a file, and make it a photo; raises Failure."""
    access.demand(ADD)
    try:
        with path.open("rb") as file:
            upload_token = _sent(access, file, path.name, advance)
    except IsADirectoryError:
        raise Failure("is a folder: name the photos in it") from None
    except OSError as error:
        raise Failure(error.strerror or "cannot be read") from error
    return _made(access, upload_token, path.name, album_id)


def _sent(access: Access, file: IO[bytes], name: str, advance: Advance) -> str:
    """The token that the upload ends with."""
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise Failure("is empty")
    url, step = _started(access, size, name)
    offset, failed = 0, 0
    while True:
        file.seek(offset)
        piece = file.read(step)
        last = offset + len(piece) >= size
        command = "upload, finalize" if last else "upload"
        try:
            answer = _command(access, url, command, offset=offset, content=piece)
        except Unreachable:
            failed += 1
            if failed >= TRIES:
                raise
            time.sleep(0.2 * 2**failed)
            answer = _command(access, url, "query")
        else:
            failed = 0
        if answer.headers.get("X-Goog-Upload-Status") == "final":
            advance(size - offset)
            return answer.body.decode()
        arrived = _number(answer, "X-Goog-Upload-Size-Received")
        advance(arrived - offset)
        offset = arrived


def _started(access: Access, size: int, name: str) -> tuple[str, int]:
    """Where its pieces go, and how large they are."""
    headers = {
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": "start",
        "X-Goog-Upload-Raw-Size": str(size),
        "X-Goog-Upload-File-Name": quote(name),
    }
    photos = access.kept.photos
    answer = _checked(access.upload(photos, f"{photos}{ROOT}/uploads", headers, b""))
    url = answer.headers.get("X-Goog-Upload-URL", "")
    if not url.startswith(f"{photos}/"):
        raise Unreachable("The photo service sends us elsewhere; no token goes there.")
    granularity = _number(answer, "X-Goog-Upload-Chunk-Granularity")
    return url, -(-PIECE // granularity) * granularity


def _command(
    access: Access, url: str, command: str, *, offset: int = 0, content: bytes = b""
) -> wire.Answer:
    headers = {
        "X-Goog-Upload-Command": command,
        "X-Goog-Upload-Offset": str(offset),
        "Content-Type": "application/octet-stream",
    }
    answer = access.upload(access.kept.photos, url, headers, content)
    if answer.status >= 500:  # noqa: PLR2004 # it may be over in a moment
        raise Unreachable(f"The photo service answered {answer.status}.")
    return _checked(answer)


def _checked(answer: wire.Answer) -> wire.Answer:
    """Success has no JSON here; a refusal does."""
    if answer.status == 200:  # noqa: PLR2004
        return answer
    try:
        document = answer.json()
    except wire.Unreachable:
        document = {}
    raise refusal(answer, document)


def _number(answer: wire.Answer, name: str) -> int:
    told = answer.headers.get(name, "")
    if not (told.isascii() and told.isdecimal()) or len(told) > 15:  # noqa: PLR2004
        raise Unreachable(f"The photo service does not say {name}.")
    return int(told)


def _made(access: Access, upload_token: str, name: str, album_id: str) -> Photo:
    """The photo that the upload becomes; the answer tells of each by itself."""
    item = {"simpleMediaItem": {"uploadToken": upload_token, "fileName": name}}
    body: dict[str, object] = {"newMediaItems": [item]}
    body |= {"albumId": album_id} if album_id else {}
    path = f"{ROOT}/mediaItems:batchCreate"
    answer = access.call("POST", access.kept.photos, path, json=body)
    match demand_success(answer).get("newMediaItemResults"):
        case [{"mediaItem": dict(made)}]:
            return Photo.parse(made)
        case [{"status": {"message": str(message)}}]:
            raise Failure(message)
    raise Unreachable("The photo service does not say what became of it.")
