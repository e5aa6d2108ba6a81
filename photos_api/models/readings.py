"""Who saw somebody's photos: which app read what, and when."""

from django.db import models

from photos_api.models.people import Person
from photos_api.models.photos import Photo


class Reading(models.Model):
    """An app fetched the bytes of a photo: a smaller picture of it, or the original."""

    class What(models.TextChoices):
        """How much of it the app got."""

        PICTURE = "picture"
        ORIGINAL = "original"

    owner = models.ForeignKey(Person, models.CASCADE, related_name="readings")
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="readings")
    client_id = models.CharField(max_length=255)
    what = models.CharField(max_length=10, choices=What)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["photo", "client_id", "what"], name="each_reading_once"
            )
        ]
        indexes = [models.Index(fields=["owner", "-last_at"], name="readings_by_time")]

    def __str__(self) -> str:
        return f"{self.client_id} read {self.photo_id}"


class Listing(models.Model):
    """An app read what is known about photos, without their bytes: one row a day."""

    owner = models.ForeignKey(Person, models.CASCADE, related_name="listings")
    client_id = models.CharField(max_length=255)
    surface = models.CharField(max_length=10)  # "library" or "picker"
    day = models.DateField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)
    items = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "client_id", "surface", "day"],
                name="one_listing_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} listed {self.items} on {self.day}"
