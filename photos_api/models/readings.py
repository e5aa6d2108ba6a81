"""Who saw somebody's photos: which app read what, and when."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import models

from photos_api.models.adding import execute_each
from photos_api.models.people import Person
from photos_api.models.photos import Photo


class Listed(NamedTuple):
    """An app was told of so many photos on one day, in so many answers."""

    client_id: str
    surface: str
    day: date
    last_at: datetime
    times: int
    items: int
    iss: str
    sub: str

    def plus(self, later: "Listed") -> "Listed":
        """Both, as one row."""
        return later._replace(
            times=self.times + later.times, items=self.items + later.items
        )


class Read(NamedTuple):
    """An app fetched bytes of a photo so many times, the last time at that moment."""

    client_id: str
    what: str
    first_at: datetime
    last_at: datetime
    times: int
    photo_id: str

    def plus(self, later: "Read") -> "Read":
        """Both, as one row."""
        return later._replace(first_at=self.first_at, times=self.times + later.times)


class ReadingManager(models.Manager["Reading"]):
    """Adding to what is known."""

    def add_up(self, rows: Iterable[Read]) -> None:
        """One statement for each row; nothing for photos that are gone."""
        execute_each(READ, rows)


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

    objects = ReadingManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["photo", "client_id", "what"], name="each_reading_once"
            )
        ]
        indexes = [models.Index(fields=["owner", "-last_at"], name="readings_by_time")]

    def __str__(self) -> str:
        return f"{self.client_id} read {self.photo_id}"


class ListingManager(models.Manager["Listing"]):
    """Adding to what is known."""

    def add_up(self, rows: Iterable[Listed]) -> None:
        """One statement for each row; nothing for people who are gone."""
        execute_each(LISTED, rows)


class Listing(models.Model):
    """An app read what is known about photos, without their bytes: one row a day."""

    owner = models.ForeignKey(Person, models.CASCADE, related_name="listings")
    client_id = models.CharField(max_length=255)
    surface = models.CharField(max_length=10)  # "library" or "picker"
    day = models.DateField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)
    items = models.PositiveBigIntegerField(default=0)

    objects = ListingManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "client_id", "surface", "day"],
                name="one_listing_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} listed {self.items} on {self.day}"


READ = """
INSERT INTO photos_api_reading AS known
(client_id, what, first_at, last_at, times, photo_id, owner_id)
SELECT %s, %s, %s, %s, %s, id, owner_id FROM photos_api_photo WHERE id = %s
ON CONFLICT (photo_id, client_id, what)
DO UPDATE SET last_at = excluded.last_at, times = known.times + excluded.times
"""
LISTED = """
INSERT INTO photos_api_listing AS known
(client_id, surface, day, last_at, times, items, owner_id)
SELECT %s, %s, %s, %s, %s, %s, id FROM photos_api_person WHERE iss = %s AND sub = %s
ON CONFLICT (owner_id, client_id, surface, day)
DO UPDATE SET last_at = excluded.last_at, times = known.times + excluded.times,
items = known.items + excluded.items
"""
