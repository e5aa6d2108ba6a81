"""How a file becomes an original: its bytes kept, its metadata read.

The file comes first and the row after it, so that no row points to nothing.
"""

import hashlib
import io
from dataclasses import asdict
from typing import IO

from photos_api import storage, tasks
from photos_api.formats import apart, examination
from photos_api.formats.description import Description
from photos_api.models import Original


def keep(content: bytes, *, sample: str = "") -> Original:
    """Keep a file of our own making; the same bytes are kept once."""
    file = io.BytesIO(content)
    return _kept(file, examination.examine(file), sample=sample)


def receive(file: IO[bytes]) -> Original:
    """Keep a file that somebody sent; raises Refused with the reason not to.

    It must be a file of the system: another process reads it.
    """
    file.flush()
    return _kept(file, apart.examine(file))


def _kept(file: IO[bytes], description: Description, *, sample: str = "") -> Original:
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    name = storage.original_name(sha256)
    storage.keep_file(name, file)
    told = asdict(description) | {"byte_size": file.seek(0, 2), "sample": sample}
    original, new = Original.objects.get_or_create(pk=sha256, defaults=told)
    if new:
        storage.keep_file(name, file)  # if it was dropped with its row just now
        tasks.make_renditions.enqueue(sha256)
    return original
