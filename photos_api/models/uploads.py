"""Uploads: bytes an app or an owner sends before they become a photo."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from photos_api.models.people import Person, new_id
from photos_api.models.photos import Original, Photo, PhotoQuerySet


class UploadQuerySet(models.QuerySet["Upload"]):
    """An upload belongs to one person and one app; nobody else can tell it exists."""

    def of(self, person: Person, client_id: str) -> "UploadQuerySet":
        """Theirs at that app, while it lives; none for a person we have not met."""
        if not person.pk:
            return self.none()
        return self.filter(
            owner=person, client_id=client_id, expire_time__gt=timezone.now()
        )

    def arrived(self, upload: "Upload", piece: str, size: int) -> bool:
        """Count a stored piece in; False if another came first, or the end did."""
        now = self.filter(
            pk=upload.pk,
            received_size=upload.received_size,
            finalized_at=None,
            expire_time__gt=timezone.now(),
        )
        grown = upload.received_size + size
        pieces = [*upload.pieces, piece]
        return now.update(received_size=grown, pieces=pieces) == 1

    def finalized(self, upload: "Upload", original: Original) -> bool:
        """Record what all the bytes are; False if that is known, or they have grown.

        From now on its id is an upload token, good for another day.
        """
        whole = self.filter(
            pk=upload.pk, received_size=upload.received_size, finalized_at=None
        )
        now = timezone.now()
        expires = now + Upload.LIFETIME
        changed = whole.update(
            finalized_at=now, original=original, expire_time=expires, pieces=[]
        )
        return changed == 1

    def became(self, token: str, photo: Photo) -> bool:
        """Record the photo an upload was made into; False if one was before."""
        return self.filter(pk=token, photo=None).update(photo=photo) == 1

    def outlived(self, photos: PhotoQuerySet) -> int:
        """Let their tokens end before the photos they became are gone for good."""
        return self.filter(photo__in=photos).update(expire_time=timezone.now())

    def held(self) -> tuple[int, int]:
        """The bytes of those that are no photos yet, and how many are not finished.

        Not more than a moment's truth: several uploads may begin at the same time.
        """
        size = Greatest(Coalesce("announced_size", 0), "received_size")
        waiting = self.filter(photo=None).aggregate(
            bytes=Coalesce(models.Sum(size), 0),
            unfinished=models.Count("pk", filter=models.Q(finalized_at=None)),
        )
        return waiting["bytes"], waiting["unfinished"]

    def stale(self) -> "UploadQuerySet":
        """Those over for an hour, when no request can still be working on them."""
        return self.filter(expire_time__lt=timezone.now() - timedelta(hours=1))


def in_a_day() -> datetime:
    """When an upload token is forgotten."""
    return timezone.now() + Upload.LIFETIME


class Upload(models.Model):
    """Bytes on their way; what has arrived is kept in pieces until the end."""

    LIFETIME = timedelta(days=1)

    id = models.CharField(primary_key=True, max_length=64, default=new_id)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="uploads")
    client_id = models.CharField(max_length=255, blank=True)  # empty: the owner
    filename = models.CharField(max_length=255, blank=True)
    announced_size = models.PositiveBigIntegerField(null=True)
    received_size = models.PositiveBigIntegerField(default=0)
    # The names of what counts, in order: a piece that lost a race is not among them.
    pieces = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expire_time = models.DateTimeField(default=in_a_day, db_index=True)
    finalized_at = models.DateTimeField(null=True)
    # What the bytes are, once all are here; it stays as long as this does.
    original = models.ForeignKey(
        Original, models.PROTECT, null=True, related_name="uploads"
    )
    # What became of it: an upload makes one photo, however often that is asked for.
    photo = models.ForeignKey(Photo, models.SET_NULL, null=True, related_name="+")

    objects = UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return self.id
