"""Uploads: bytes an app or an owner sends before they become a photo."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from photos_api.models.people import Person, new_id
from photos_api.models.photos import Photo


class UploadQuerySet(models.QuerySet["Upload"]):
    """An upload belongs to one person and one app; nobody else can tell it exists."""

    def of(self, person: Person, client_id: str) -> "UploadQuerySet":
        """Theirs at that app, while it lives; none for a person we have not met."""
        if not person.pk:
            return self.none()
        return self.filter(
            owner=person, client_id=client_id, expire_time__gt=timezone.now()
        )


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
    mime_type = models.CharField(max_length=100, blank=True)  # as announced
    announced_size = models.PositiveBigIntegerField(null=True)
    received_size = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expire_time = models.DateTimeField(default=in_a_day, db_index=True)
    finalized_at = models.DateTimeField(null=True)
    # What became of it: an upload makes one photo, however often that is asked for.
    photo = models.ForeignKey(Photo, models.SET_NULL, null=True, related_name="+")

    objects = UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return self.id
