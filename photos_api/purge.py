"""Deleting for good: the rows, and then the files that nobody else has."""

from django.db import transaction
from django.utils import timezone

from photos_api import libraries, renditions, storage
from photos_api.models import Original, Person, Photo
from photos_api.models.photos import PhotoQuerySet

BATCH = 500  # photos


def forget(photos: PhotoQuerySet) -> int:
    """Delete for good what of these is in a bin; how many photos there were."""
    count = 0
    while batch := list(photos.in_bin().values_list("pk", "owner_id")[:BATCH]):
        for owner in Person.objects.filter(pk__in={owner for _, owner in batch}):
            gone = libraries.forget(owner, {pk for pk, of in batch if of == owner.pk})
            count += len(gone)
            for sha256 in set(gone):
                drop_if_unused(sha256)
    return count


def forget_what_is_due() -> int:
    """Empty the bins of what has been in them long enough."""
    return forget(
        Photo.objects.filter(deleted_at__lt=timezone.now() - Photo.KEPT_IN_BIN)
    )


@transaction.atomic
def drop_if_unused(sha256: str) -> bool:
    """Delete an original with its files, unless somebody has it.

    The row stays locked until its files are gone: whoever keeps the same bytes again
    waits, and then finds neither. If this dies in between, the row that remains has no
    photo, and its file comes back with the next upload of these bytes.
    """
    original = Original.objects.select_for_update().filter(pk=sha256).first()
    unused = Original.objects.unused().filter(pk=sha256)
    if original is None or not unused.exists():
        return False
    for name in renditions.stored_names(original):
        storage.drop(name)
    original.delete()
    return True
