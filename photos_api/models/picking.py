"""Picking: an app opens a session, the owner chooses, the app reads what was chosen."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from photos_api.models.people import Person, new_id
from photos_api.models.photos import Photo

MOST_ITEMS = 2000
MOST_SESSIONS = 100
REMEMBERED = timedelta(days=1)  # how long an expired session is called expired


class PickingSessionQuerySet(models.QuerySet["PickingSession"]):
    """A session belongs to one person and one app; nobody else can tell it exists."""

    def of(self, *, iss: str, sub: str, client_id: str) -> "PickingSessionQuerySet":
        """Somebody's at that app; none for a person we have not met."""
        return self.filter(owner__iss=iss, owner__sub=sub, client_id=client_id)

    def current(self) -> "PickingSessionQuerySet":
        """Those that have not expired."""
        return self.filter(expire_time__gt=timezone.now())

    def forget_expired(self) -> None:
        """Delete those whose apps have had time to learn that they expired."""
        self.filter(expire_time__lt=timezone.now() - REMEMBERED).delete()

    def finish(self, session_id: str) -> bool:
        """The owner is done; False if they were before, or the time is over."""
        open_ = self.current().filter(pk=session_id, finished_at=None)
        return open_.update(finished_at=timezone.now()) == 1


class PickingSession(models.Model):
    """One visit to the picker."""

    LIFETIME = timedelta(days=7)
    POLLING = timedelta(minutes=30)  # how long an app may keep asking
    POLL_INTERVAL = 5  # seconds

    id = models.CharField(primary_key=True, max_length=64, default=new_id)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="picking_sessions")
    client_id = models.CharField(max_length=255)
    request_id = models.UUIDField(null=True)
    max_item_count = models.PositiveIntegerField(default=MOST_ITEMS)
    created_at = models.DateTimeField(default=timezone.now)
    expire_time = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    photos: models.ManyToManyField[Photo, "Pick"] = models.ManyToManyField(
        Photo, through="Pick", related_name="picked_in"
    )

    objects = PickingSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "client_id", "request_id"],
                name="one_session_per_request",
            )
        ]
        indexes = [models.Index(fields=["expire_time"], name="sessions_by_expiry")]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.id}"

    @classmethod
    def begin(
        cls, owner: Person, client_id: str, most: int, request_id: UUID | None
    ) -> "PickingSession":
        """A new session, or the one this very request began before."""
        now = timezone.now()
        fresh = {
            "max_item_count": most,
            "created_at": now,
            "expire_time": now + cls.LIFETIME,
        }
        if request_id is None:
            return cls.objects.create(owner=owner, client_id=client_id, **fresh)
        of_this_request = cls.objects.filter(
            owner=owner, client_id=client_id, request_id=request_id
        )
        of_this_request.filter(expire_time__lte=now).delete()
        session, _ = of_this_request.get_or_create(
            owner=owner, client_id=client_id, request_id=request_id, defaults=fresh
        )
        return session

    @property
    def expired(self) -> bool:
        """Is its time over?"""
        return self.expire_time <= timezone.now()

    @property
    def unfinished(self) -> "PickingSession | None":
        """Itself, as long as there is something to wait for."""
        return None if self.finished_at else self

    @property
    def polling_left(self) -> int:
        """How many seconds more it makes sense to ask whether the owner is done."""
        left = self.created_at + self.POLLING - timezone.now()
        return max(0, int(left.total_seconds()))

    def choose(self, photo_ids: Sequence[str]) -> bool:
        """Finish with these photos, in this order; False if it was finished before.

        The ids must be the owner's own photos, each once: the caller has looked.
        """
        with transaction.atomic():
            if not PickingSession.objects.finish(self.pk):
                return False
            Pick.objects.bulk_create(
                Pick(session=self, photo_id=photo_id, position=position)
                for position, photo_id in enumerate(photo_ids)
            )
        return True


class Pick(models.Model):
    """A photo chosen in a session; the order is the order of choosing."""

    session = models.ForeignKey(PickingSession, models.CASCADE, related_name="picks")
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="picks")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"], name="one_pick_per_place"
            ),
            models.UniqueConstraint(
                fields=["session", "photo"],
                name="each_pick_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} in {self.session_id}"
