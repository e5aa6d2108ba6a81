"""Files the shop keeps. Each gets a name of its own, and a row decides if it counts.

A process may die between writing a file and recording it: the file is then an
orphan, never a half-written print; a worker that starts sweeps up old ones.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage


def keep(folder: str, suffix: str, content: IO[bytes]) -> str:
    """Write under a new name; returns the name."""
    content.seek(0)
    name: str = default_storage.save(
        f"{folder}/{secrets.token_hex(16)}{suffix}", File(content)
    )
    return name


@contextmanager
def writing(folder: str) -> Iterator[tuple[str, IO[bytes]]]:
    """A new file and its name, to be written and read; dropped if that fails."""
    name = f"{folder}/{secrets.token_hex(16)}"
    Path(default_storage.path(folder)).mkdir(parents=True, exist_ok=True)
    try:
        with default_storage.open(name, "w+b") as file:
            yield name, file
    except BaseException:
        drop(name)
        raise


def opened(name: str) -> IO[bytes]:
    """A kept file, to read piece by piece; raises OSError when the storage lost it."""
    file: IO[bytes] = default_storage.open(name)
    return file


def sha256(file: IO[bytes]) -> str:
    """The fingerprint of what is left to read."""
    found = hashlib.sha256()
    while piece := file.read(1024 * 1024):
        found.update(piece)
    return found.hexdigest()


def drop(name: str) -> None:
    """Delete a file, if there is one."""
    if name:
        default_storage.delete(name)


def older_than(folder: str, moment: datetime) -> Iterator[str]:
    """The names of files in a folder that were written before ``moment``."""
    if not default_storage.exists(folder):
        return
    for name in default_storage.listdir(folder)[1]:
        path = f"{folder}/{name}"
        if default_storage.get_modified_time(path) < moment:
            yield path
