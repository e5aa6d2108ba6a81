"""A person's library: how photos come in, go out and come back.

Whoever changes what is in it locks its owner first, so that two uploads of the same
picture end as one photo and the months are counted right.
"""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from photos_api.models import Person, Photo, PhotoMonth, Upload


@transaction.atomic
def add(owner: Person, photos: Sequence[Photo]) -> list[Photo]:
    """Put photos in, unsaved ones of this owner; what is there already stays as it is.

    Returns for each the photo that is there now: itself, or the one that the same app
    (or the owner) made of the same original before, brought back if it was deleted.
    """
    lock(owner)
    made_before = Photo.objects.filter(
        owner=owner, copy=0, original__in={photo.original_id for photo in photos}
    )
    there = {(p.original_id, p.created_by_client): p for p in made_before}
    new = {}
    for photo in photos:
        key = (photo.original_id, photo.created_by_client)
        if key not in there:
            there[key] = new[key] = photo
    Photo.objects.bulk_create(new.values())
    PhotoMonth.objects.add_up(owner, [p.creation_time for p in new.values()], by=1)
    now = [there[photo.original_id, photo.created_by_client] for photo in photos]
    restore(owner, {photo.pk for photo in now if photo.deleted_at})
    for photo in now:
        photo.deleted_at = None
    return now


@transaction.atomic
def discard(owner: Person, ids: Collection[str]) -> int:
    """Take photos out; how many there were. They can be had back for a while."""
    lock(owner)
    going = Photo.objects.owned_by(owner).filter(pk__in=ids)
    times = list(going.values_list("creation_time", flat=True))
    going.update(deleted_at=timezone.now())
    PhotoMonth.objects.add_up(owner, times, by=-1)
    return len(times)


@transaction.atomic
def restore(owner: Person, ids: Collection[str]) -> int:
    """Put back what was taken out; how many there were."""
    if not ids:
        return 0
    lock(owner)
    coming = Photo.objects.deleted_by(owner).filter(pk__in=ids)
    times = list(coming.values_list("creation_time", flat=True))
    coming.update(deleted_at=None)
    PhotoMonth.objects.add_up(owner, times, by=1)
    return len(times)


@transaction.atomic
def forget(owner: Person, ids: Collection[str]) -> list[str]:
    """Delete for good what is in the bin; the originals of what there was."""
    lock(owner)
    going = Photo.objects.deleted_by(owner).filter(pk__in=ids)
    originals = list(going.values_list("original_id", flat=True))
    Upload.objects.outlived(going)
    going.delete()
    return originals


def lock(owner: Person) -> None:
    """Until the transaction ends nobody else changes what is in the library."""
    Person.objects.select_for_update().get(pk=owner.pk)
