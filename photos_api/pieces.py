"""The pieces of an upload, each stored as a whole under a name of its own."""

import secrets
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from photos_api.formats.kinds import HEAD
from photos_api.models import Upload

LARGEST = 4 * 1024 * 1024  # bytes: all of a body that is ever in memory


def add(upload: Upload, content: bytes) -> bool:
    """Store the next piece and count it in; False if another request was faster.

    First the bytes, then the row: what the row names is there, whenever we die. The
    upload given knows afterwards what has arrived.
    """
    name = f"{_folder(upload)}/{upload.received_size}-{secrets.token_hex(8)}"
    name = default_storage.save(name, ContentFile(content))
    if not Upload.objects.arrived(upload, name, len(content)):
        default_storage.delete(name)
        upload.refresh_from_db()
        return False
    upload.pieces.append(name)
    upload.received_size += len(content)
    return True


def read(upload: Upload) -> Iterator[bytes]:
    """All that has arrived, piece by piece."""
    for name in upload.pieces:
        with default_storage.open(name) as piece:
            yield piece.read()


def head(upload: Upload) -> bytes:
    """The first bytes of the file; none if nothing has arrived."""
    if not upload.pieces:
        return b""
    with default_storage.open(upload.pieces[0]) as piece:
        return bytes(piece.read(HEAD))


def discard(upload: Upload) -> None:
    """Delete the pieces, and those that lost a race or their row as well."""
    folder = _folder(upload)
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)  # a folder is a thing of its own on some storages


def _folder(upload: Upload) -> str:
    return f"uploads/{upload.pk}"
