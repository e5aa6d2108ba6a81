"""Albums: photos somebody put together, in an order of their own."""

from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from photos_api.models.people import Person, new_id
from photos_api.models.photos import Photo


class AlbumQuerySet(models.QuerySet["Album"]):
    """The albums somebody may see, with how much lies in each."""

    def owned_by(self, person: Person) -> "AlbumQuerySet":
        """Theirs; none for a person we have not met."""
        return self.filter(owner=person) if person.pk else self.none()

    def lent_to(self, client_id: str, *, iss: str, sub: str) -> "AlbumQuerySet":
        """What an app may read of the person its token names: what it made there."""
        owner = Person.objects.key(iss=iss, sub=sub)
        return self.filter(owner=owner, created_by_client=client_id)

    def with_cover(self, seen_by: str | None = None) -> "AlbumQuerySet":
        """With ``items_count`` and ``shown_cover``, the id of the photo in front.

        An app (``seen_by``, its client_id) is told only of photos it added itself:
        the owner may have put others of theirs into its album.
        """
        shown = AlbumItem.objects.filter(
            album=models.OuterRef("pk"), photo__deleted_at=None
        ).exclude(photo=None)
        if seen_by is not None:
            shown = shown.filter(photo__created_by_client=seen_by)
        count = shown.order_by().values("album").annotate(n=models.Count("pk"))
        first = shown.order_by("position").values("photo_id")[:1]
        chosen = shown.filter(photo=models.OuterRef("cover")).values("photo_id")[:1]
        return self.annotate(
            items_count=Coalesce(models.Subquery(count.values("n")), 0),
            shown_cover=Coalesce(models.Subquery(chosen), models.Subquery(first)),
        )

    def rename(self, title: str) -> bool:
        """Give the one album another title; False if it is gone."""
        return self.update(title=title) == 1

    def put_in_front(self, photo_id: str | None, seen_by: str | None = None) -> bool:
        """Make a photo the cover (None: the first one again); False if it is not in."""
        if photo_id is None:
            return self.update(cover=None) == 1
        inside = AlbumItem.objects.filter(photo=photo_id, photo__deleted_at=None)
        if seen_by is not None:
            inside = inside.filter(photo__created_by_client=seen_by)
        return self.filter(pk__in=inside.values("album")).update(cover=photo_id) == 1


class Album(models.Model):
    """Photos somebody put together, in an order of their own."""

    id = models.CharField(primary_key=True, max_length=64, default=new_id)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="albums")
    title = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by_client = models.CharField(max_length=255, blank=True)
    # The photo its maker chose for it; else the first.
    cover = models.ForeignKey(Photo, models.SET_NULL, null=True, related_name="+")
    photos: models.ManyToManyField[Photo, "AlbumItem"] = models.ManyToManyField(
        Photo, through="AlbumItem", related_name="albums"
    )

    objects = AlbumQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "-created_at", "-id"],
                name="albums_by_time",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Enrichment(models.Model):
    """A text, a place or a way from one to another, between the photos of an album."""

    class Kind(models.TextChoices):
        """Which of Google's three it is."""

        TEXT = "textEnrichment"
        LOCATION = "locationEnrichment"
        MAP = "mapEnrichment"

    id = models.CharField(primary_key=True, max_length=64, default=new_id)
    kind = models.CharField(max_length=20, choices=Kind)
    content: models.JSONField[Any, Any] = models.JSONField()  # what the app said

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def words(self) -> str:
        """What it says to people."""
        match self.content:
            case {"text": str(text)}:
                return text
            case {"location": dict(location)}:
                return _spot(location)
            case {"origin": dict(origin), "destination": dict(destination)}:
                return f"{_spot(origin)} → {_spot(destination)}"
        return ""


def _spot(location: dict[str, Any]) -> str:
    """The name of a place, or where it is on the globe."""
    if location["location_name"]:
        return str(location["location_name"])
    return "{latitude:.4f}°, {longitude:.4f}°".format(**location["latlng"])


class AlbumItem(models.Model):
    """What stands at one place of an album: a photo, or an enrichment.

    Positions have gaps, so that something can be put between two without moving the
    others (``photos_api.albums`` does it, and nobody else).
    """

    album = models.ForeignKey(Album, models.CASCADE, related_name="items")
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="places", null=True)
    enrichment = models.OneToOneField(Enrichment, models.CASCADE, null=True)
    position = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["album", "photo"],
                name="once_in_an_album",
            ),
            models.UniqueConstraint(
                fields=["album", "position"], name="one_item_per_place"
            ),
            models.CheckConstraint(
                condition=models.Q(photo=None) ^ models.Q(enrichment=None),
                name="photo_or_enrichment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} in {self.album_id}"
