"""What belongs to nothing: files whose process was killed before it wrote their row,
and originals of uploads that nobody made a photo of.

Only what is a day old is looked at: younger files may still get their row.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from photos_api import purge, storage
from photos_api.models import Original

YOUNG = timedelta(days=1)
BATCH = 500  # names looked up at a time
ORIGINALS, MADE = "originals", "renditions"


def sweep() -> int:
    """Delete all there are; of how many originals."""
    unused = Original.objects.unused().filter(sample="").values_list("pk", flat=True)
    dropped = sum(purge.drop_if_unused(pk) for pk in unused if not _is_young(pk))
    return dropped + sum(
        _drop(sha256)
        for top in (ORIGINALS, MADE)
        for folder in _folders(top)
        for sha256 in _without_row(_names(top, folder))
    )


def _folders(top: str) -> list[str]:
    try:
        return default_storage.listdir(top)[0]
    except FileNotFoundError:
        return []


def _names(top: str, folder: str) -> list[str]:
    """Originals are files there; what was made of them lies in folders."""
    folders, files = default_storage.listdir(f"{top}/{folder}")
    return files if top == ORIGINALS else folders


def _without_row(names: list[str]) -> Iterator[str]:
    for start in range(0, len(names), BATCH):
        some = names[start : start + BATCH]
        known = Original.objects.filter(pk__in=some).values_list("pk", flat=True)
        yield from set(some).difference(known)


@transaction.atomic
def _drop(sha256: str) -> bool:
    """Delete what is there under this hash, if all of it is old.

    With a row of our own, that nobody else sees: whoever takes in the same bytes just
    now waits for its end, and stores the file again (`intake`).
    """
    names = _files(sha256)
    if not names or _is_young(sha256):
        return False
    nothing = {"mime_type": "", "byte_size": 0, "width": 0, "height": 0}
    row, new = Original.objects.get_or_create(pk=sha256, defaults=nothing)
    if new:
        for name in names:
            storage.drop(name)
        row.delete()
    return new


def _is_young(sha256: str) -> bool:
    old = timezone.now() - YOUNG
    return any(default_storage.get_modified_time(n) > old for n in _files(sha256))


def _files(sha256: str) -> list[str]:
    """The names of all that is stored of an original, with a row or without."""
    name, folder = storage.original_name(sha256), storage.made_name(sha256, "")
    made: list[str] = []
    with suppress(FileNotFoundError):
        made = [f"{folder}{label}" for label in default_storage.listdir(folder)[1]]
    return [name, *made] if storage.exists(name) else made
