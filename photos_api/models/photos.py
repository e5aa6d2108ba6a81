"""Photos: the bytes, and whose they are."""

from collections.abc import Collection
from datetime import timedelta

from django.db import models
from django.utils import timezone

from photos_api.models.month_days import MonthDay
from photos_api.models.people import Person, new_id


class OriginalQuerySet(models.QuerySet["Original"]):
    """The files, and what is still to be done with them."""

    def without_renditions(self) -> "OriginalQuerySet":
        """Those a worker has still to scale down."""
        return self.filter(renditions_made_at=None)

    def unused(self) -> "OriginalQuerySet":
        """Those of which nobody has a photo, nor an upload that may become one."""
        return self.filter(photos=None, uploads=None)

    def renditions_made(self, sha256: str, **found: str | bool) -> bool:
        """Record that the smaller copies are there; False if known already.

        With what was found out about the original meanwhile, field by field. Nobody
        tries again, even if it turned out that it cannot be shown.
        """
        due = self.without_renditions().filter(pk=sha256)
        return due.update(renditions_made_at=timezone.now(), **found) == 1


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
    # Known to name no place anywhere: apps get the file itself, not a copy without.
    is_placeless = models.BooleanField(default=False)
    fps = models.FloatField(null=True)  # of a video, where its file says so
    # By the clock of the camera, as if that showed UTC; None if the file does not say.
    taken_at = models.DateTimeField(null=True)
    # What to show while a rendition loads, and a colour to stand behind it.
    thumbhash = models.CharField(max_length=64, blank=True)  # base64
    dominant_color = models.CharField(max_length=7, blank=True)  # "#7a8f31"
    # Which of the sample pictures this is, if it is one.
    sample = models.CharField(max_length=100, blank=True, db_index=True)
    renditions_made_at = models.DateTimeField(null=True, db_index=True)

    objects = OriginalQuerySet.as_manager()

    def __str__(self) -> str:
        return self.sha256

    @property
    def is_video(self) -> bool:
        """Stored and listed, but never transcoded."""
        return self.mime_type.startswith("video/")

    @property
    def still(self) -> "Original | None":
        """Itself, if it is a photo."""
        return None if self.is_video else self

    @property
    def film(self) -> "Original | None":
        """Itself, if it is a video."""
        return self if self.is_video else None

    @property
    def shutter(self) -> str:
        """The exposure time as photographers write it: `1/250` or `4`."""
        seconds = self.exposure_time or 0
        return f"1/{round(1 / seconds)}" if 0 < seconds < 1 else f"{seconds:g}"


class ContentCategory(models.TextChoices):
    """What a photo shows: Google's names, so that its clients can filter."""

    ANIMALS = "ANIMALS"
    ARTS = "ARTS"
    BIRTHDAYS = "BIRTHDAYS"
    CITYSCAPES = "CITYSCAPES"
    CRAFTS = "CRAFTS"
    DOCUMENTS = "DOCUMENTS"
    FASHION = "FASHION"
    FLOWERS = "FLOWERS"
    FOOD = "FOOD"
    GARDENS = "GARDENS"
    HOLIDAYS = "HOLIDAYS"
    HOUSES = "HOUSES"
    LANDMARKS = "LANDMARKS"
    LANDSCAPES = "LANDSCAPES"
    NIGHT = "NIGHT"
    PEOPLE = "PEOPLE"
    PERFORMANCES = "PERFORMANCES"
    PETS = "PETS"
    RECEIPTS = "RECEIPTS"
    SCREENSHOTS = "SCREENSHOTS"
    SELFIES = "SELFIES"
    SPORT = "SPORT"
    TRAVEL = "TRAVEL"
    UTILITY = "UTILITY"
    WEDDINGS = "WEDDINGS"
    WHITEBOARDS = "WHITEBOARDS"


class PhotoQuerySet(models.QuerySet["Photo"]):
    """The photos somebody may see."""

    def owned_by(self, person: Person) -> "PhotoQuerySet":
        """Theirs, without what they deleted; none for a person we have not met."""
        if not person.pk:
            return self.none()
        return self.filter(owner=person, deleted_at=None)

    def deleted_by(self, person: Person) -> "PhotoQuerySet":
        """What they deleted and can still have back."""
        return self.filter(owner=person, deleted_at__isnull=False)

    def in_bin(self) -> "PhotoQuerySet":
        """What has been deleted, whoever did it."""
        return self.filter(deleted_at__isnull=False)

    def lent_to(self, client_id: str, *, iss: str, sub: str) -> "PhotoQuerySet":
        """What an app may read of the person its token names: what it put there."""
        owner = Person.objects.key(iss=iss, sub=sub)
        return self.filter(owner=owner, created_by_client=client_id, deleted_at=None)

    def caption(self, photo_id: str, text: str) -> bool:
        """Record what an app says of a photo; False if there is no such photo."""
        return self.filter(pk=photo_id).update(description=text) == 1

    def describe(self, photo_id: str, text: str, category: str) -> bool:
        """Record what its owner says of a photo; False if there is no such photo."""
        named = self.filter(pk=photo_id)
        return named.update(description=text, content_category=category) == 1

    def mark(self, ids: Collection[str], **marks: bool) -> int:
        """Set or take away ``favorite`` or ``archived``; how many photos there were."""
        return self.filter(pk__in=ids).update(**marks)


class Photo(models.Model):
    """A photo in somebody's library."""

    KEPT_IN_BIN = timedelta(days=30)

    id = models.CharField(primary_key=True, max_length=64, default=new_id)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="photos")
    original = models.ForeignKey(Original, models.PROTECT, related_name="photos")
    filename = models.CharField(max_length=255)
    description = models.CharField(max_length=1000, blank=True)
    # When it was taken, by the clock of the camera, as if that showed UTC; when it was
    # added, if its file does not say.
    creation_time = models.DateTimeField()
    has_capture_date = models.BooleanField(default=True)
    added_at = models.DateTimeField(auto_now_add=True)
    # The client_id of the app that added it; empty when its owner did.
    created_by_client = models.CharField(max_length=255, blank=True)
    # What only the owner says, on the page of the photo.
    content_category = models.CharField(
        max_length=20, choices=ContentCategory, blank=True
    )
    favorite = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True, db_index=True)
    # 0, but in rows made for measuring, where one original stands for many photos.
    copy = models.PositiveIntegerField(default=0)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "original", "created_by_client", "copy"],
                name="each_photo_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["owner", "-creation_time", "-id"],
                condition=models.Q(deleted_at=None),
                name="photos_by_time",
            ),
            models.Index(
                fields=["owner", "created_by_client", "-creation_time", "-id"],
                condition=models.Q(deleted_at=None),
                name="photos_of_app",
            ),
            models.Index(
                fields=["owner", "-creation_time", "-id"],
                condition=models.Q(deleted_at=None, favorite=True),
                name="photos_favorite",
            ),
            models.Index(
                fields=["owner", "-creation_time", "-id"],
                condition=models.Q(deleted_at=None, archived=True),
                name="photos_archived",
            ),
            models.Index(
                "owner",
                "created_by_client",
                MonthDay("creation_time"),
                models.F("creation_time").desc(),
                models.F("id").desc(),
                condition=models.Q(deleted_at=None),
                name="photos_by_day_of_year",
            ),
            models.Index(
                "owner",
                "created_by_client",
                "content_category",
                models.F("creation_time").desc(),
                models.F("id").desc(),
                condition=models.Q(deleted_at=None, content_category__gt=""),
                name="photos_by_content",
            ),
            models.Index(
                fields=["owner", "-deleted_at", "-id"],
                condition=models.Q(deleted_at__isnull=False),
                name="photos_in_bin",
            ),
        ]

    def __str__(self) -> str:
        return self.filename
