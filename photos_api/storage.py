"""Where bytes are kept: under the hash of what they are.

Two people with the same photo share one file, and a file never changes.
"""

import secrets
import time
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage, storages


class AtomicFileStorage(FileSystemStorage):
    """A file is there as a whole or not at all, whenever the process dies."""

    UNFINISHED = "unfinished"  # the folder of what is being written

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keep the name: what is stored under it is the same bytes."""
        return name

    def _save(self, name: str, content: File[bytes]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(self.path(self.UNFINISHED)) / secrets.token_hex(16)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        try:
            with unfinished.open("xb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return name

    def forget_unfinished(self) -> None:
        """Delete what a killed process left behind a day ago."""
        a_day_ago = time.time() - 24 * 3600
        for path in Path(self.path(self.UNFINISHED)).glob("*"):
            if path.stat().st_mtime < a_day_ago:
                path.unlink(missing_ok=True)


def original_name(sha256: str) -> str:
    """The path of an original below the media folder."""
    return f"originals/{sha256[:2]}/{sha256}"


def made_name(sha256: str, label: str) -> str:
    """The path of what was made of an original: `512x384.jpg`."""
    return f"renditions/{sha256[:2]}/{sha256}/{label}"


def keep(name: str, content: bytes) -> None:
    """Store the bytes under that path, unless something is there already."""
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))


def keep_file(name: str, file: IO[bytes]) -> None:
    """Store what the file holds, from its beginning, unless something is there."""
    if not default_storage.exists(name):
        file.seek(0)
        default_storage.save(name, File(file))


def tidy() -> None:
    """Delete what was never finished; only our own kind of storage has such."""
    if isinstance(storage := storages["default"], AtomicFileStorage):
        storage.forget_unfinished()


def exists(name: str) -> bool:
    """Is something stored under that name?"""
    return default_storage.exists(name)


def drop(name: str) -> None:
    """Delete what is stored there, if anything is."""
    default_storage.delete(name)


def open_stored(name: str) -> File[bytes]:
    """Open for reading; FileNotFoundError when nothing is there."""
    return default_storage.open(name, "rb")
