"""Photos: the bytes, whose they are, and the albums they lie in."""

from django.db import models
from django.utils import timezone

from photos_api.models.people import Person, new_id


class OriginalQuerySet(models.QuerySet["Original"]):
    """The files, and what is still to be done with them."""

    def without_renditions(self) -> "OriginalQuerySet":
        """Those a worker has still to scale down."""
        return self.filter(renditions_made_at=None)

    def renditions_made(self, sha256: str) -> bool:
        """Record that the smaller copies are there; False if known already."""
        due = self.without_renditions().filter(pk=sha256)
        return due.update(renditions_made_at=timezone.now()) == 1


class Original(models.Model):
    """A picture file, known by what is in it; its bytes lie in the media storage."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    mime_type = models.CharField(max_length=100)
    byte_size = models.PositiveBigIntegerField()
    # As a person sees it: after the rotation its EXIF asks for.
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    camera_make = models.CharField(max_length=255, blank=True)
    camera_model = models.CharField(max_length=255, blank=True)
    focal_length = models.FloatField(null=True)  # millimetres
    aperture = models.FloatField(null=True)  # f-number
    iso = models.PositiveIntegerField(null=True)
    exposure_time = models.FloatField(null=True)  # seconds
    has_location = models.BooleanField(default=False)
    # Which of the sample pictures this is, if it is one.
    sample = models.CharField(max_length=100, blank=True, db_index=True)
    renditions_made_at = models.DateTimeField(null=True, db_index=True)

    objects = OriginalQuerySet.as_manager()

    def __str__(self) -> str:
        return self.sha256

    @property
    def shutter(self) -> str:
        """The exposure time as photographers write it: `1/250` or `4`."""
        seconds = self.exposure_time or 0
        return f"1/{round(1 / seconds)}" if 0 < seconds < 1 else f"{seconds:g}"


class PhotoQuerySet(models.QuerySet["Photo"]):
    """The photos somebody may see."""

    def owned_by(self, person: Person) -> "PhotoQuerySet":
        """Theirs; none for a person we have not met."""
        return self.filter(owner=person) if person.pk else self.none()

    def created_by(self, client_id: str) -> "PhotoQuerySet":
        """Those an app put there itself: all it may read."""
        return self.filter(created_by_client=client_id)


class Photo(models.Model):
    """A photo in somebody's library."""

    id = models.CharField(primary_key=True, max_length=64, default=new_id)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="photos")
    original = models.ForeignKey(Original, models.PROTECT, related_name="photos")
    filename = models.CharField(max_length=255)
    description = models.CharField(max_length=1000, blank=True)
    creation_time = models.DateTimeField()  # when it was taken
    added_at = models.DateTimeField(auto_now_add=True)
    # The client_id of the app that added it; empty when its owner did.
    created_by_client = models.CharField(max_length=255, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "original"], name="each_photo_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["owner", "-creation_time", "-id"], name="photos_by_time"
            ),
            models.Index(
                fields=["owner", "created_by_client", "-creation_time", "-id"],
                name="photos_of_app",
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class AlbumQuerySet(models.QuerySet["Album"]):
    """The albums somebody may see, with how much lies in each."""

    def owned_by(self, person: Person) -> "AlbumQuerySet":
        """Theirs; none for a person we have not met."""
        return self.filter(owner=person) if person.pk else self.none()

    def created_by(self, client_id: str) -> "AlbumQuerySet":
        """Those an app made itself: all it may read."""
        return self.filter(created_by_client=client_id)

    def with_cover(self) -> "AlbumQuerySet":
        """With ``items_count`` and ``cover_id``, the first photo's id."""
        first = AlbumItem.objects.filter(album=models.OuterRef("pk")).order_by(
            "position"
        )
        return self.annotate(
            items_count=models.Count("items"),
            cover_id=models.Subquery(first.values("photo_id")[:1]),
        )


class Album(models.Model):
    """Photos somebody put together, in an order of their own."""

    id = models.CharField(primary_key=True, max_length=64, default=new_id)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="albums")
    title = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by_client = models.CharField(max_length=255, blank=True)
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


class AlbumItem(models.Model):
    """A photo's place in an album."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="items")
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="places")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["album", "photo"],
                name="once_in_an_album",
            ),
            models.UniqueConstraint(
                fields=["album", "position"], name="one_item_per_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} in {self.album_id}"
