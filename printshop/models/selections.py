"""What was chosen: a visit to the picker, and the shop's own copies of the photos."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from printshop.models.customers import Customer
from printshop.models.stages import Stage

RECONNECT = "The access you lent us has ended. Connect your photos again to go on."


class SelectionQuerySet(models.QuerySet["Selection"]):
    """Every change of a selection, each one statement."""

    def of(self, customer: Customer) -> "SelectionQuerySet":
        """This customer's, and nobody else's."""
        return self.filter(customer=customer)

    def may_look(self, selection: "Selection") -> bool:
        """Take the turn to ask the picker; False while it asks us to wait."""
        now = timezone.now()
        due = self.filter(pk=selection.pk, stage=Selection.Stage.PICKING)
        return (
            due.filter(look_after__lte=now).update(
                look_after=now + timedelta(seconds=selection.look_every)
            )
            == 1
        )

    def picked(self, selection: "Selection") -> bool:
        """The person has chosen; False if that was known."""
        return self._move(selection, Selection.Stage.PICKING, Selection.Stage.COPYING)

    def copied(self, selection: "Selection") -> bool:
        """Nothing is left to fetch; False if that was known."""
        return self._move(selection, Selection.Stage.COPYING, Selection.Stage.READY)

    def brought(self, selection: "Selection") -> bool:
        """A photo station has fetched everything; False if that was known."""
        return self._move(selection, Selection.Stage.STATION, Selection.Stage.READY)

    def listed(self, selection: "Selection") -> bool:
        """What was picked is known, and is to be fetched at night."""
        return self._move(selection, Selection.Stage.COPYING, Selection.Stage.LISTED)

    def fetch(self, selection: "Selection") -> bool:
        """The night has come: what was listed is fetched; False if it is already."""
        listed = self.filter(pk=selection.pk, stage=Selection.Stage.LISTED)
        return listed.update(stage=Selection.Stage.COPYING, tonight=False) == 1

    def claim(self, selection: "Selection") -> datetime | None:
        """Take the right to copy, for so long; None if somebody else has it.

        A lease that ran out counts as an attempt: whoever had it died over it.
        """
        due = self.due().filter(pk=selection.pk)
        over = due.filter(leased_until__lte=timezone.now())
        once_more = models.F("attempts") + 1
        return self._lease(due.filter(leased_until=None)) or self._lease(
            over, attempts=once_more
        )

    def renew(
        self, selection: "Selection", held: datetime, *, over: bool
    ) -> datetime | None:
        """Keep the right to copy; None if it was lost. ``over``: the trouble is."""
        mine = self.filter(pk=selection.pk, leased_until=held)
        return self._lease(mine, **({"problem": "", "attempts": 0} if over else {}))

    def release(self, selection: "Selection", held: datetime) -> None:
        """Give the right to copy back."""
        self.filter(pk=selection.pk, leased_until=held).update(leased_until=None)

    def end(self, selection: "Selection") -> None:
        """The photo service has forgotten this visit: it must be begun again."""
        self.filter(pk=selection.pk).exclude(stage=Selection.Stage.READY).update(
            stage=Selection.Stage.ENDED
        )

    def wait(self, selection: "Selection", problem: str, *, until: datetime) -> None:
        """Fetching stopped: say why, and try again later."""
        self.filter(pk=selection.pk, stage=Selection.Stage.COPYING).update(
            problem=problem,
            attempts=models.F("attempts") + 1,
            retry_at=until,
        )

    def hurry(self) -> None:
        """What they waited for is there: try again now."""
        copying = self.filter(stage=Selection.Stage.COPYING)
        copying.update(retry_at=None, problem="")

    def reopen(self) -> None:
        """Something that was given up is to be fetched after all."""
        ready = self.filter(stage=Selection.Stage.READY)
        anew = {"problem": "", "retry_at": None, "attempts": 0}
        ready.update(stage=Selection.Stage.COPYING, **anew)

    def forsake(self) -> None:
        """An order was cancelled: fetch no more, unless another one waits for it."""
        alive = set(Stage) - {Stage.CANCELLED}
        missed = Original.objects.waiting().filter(
            placements__item__order__stage__in=alive
        )
        copying = self.filter(stage=Selection.Stage.COPYING)
        forsaken = copying.exclude(pk__in=missed.values("selection"))
        forsaken.update(stage=Selection.Stage.ENDED)

    def due(self) -> "SelectionQuerySet":
        """Those whose photos ought to be on their way."""
        waited = Q(retry_at=None) | Q(retry_at__lte=timezone.now())
        return self.filter(waited, stage=Selection.Stage.COPYING)

    def unordered(self) -> "SelectionQuerySet":
        """Those nobody ordered within a day: their photos are not ours to keep."""
        wanted = Original.objects.wanted().exclude(selection=None).values("selection")
        then = timezone.now() - Selection.KEPT
        return self.filter(created_at__lt=then).exclude(pk__in=wanted)

    @staticmethod
    def _lease(free: "SelectionQuerySet", **changes: object) -> datetime | None:
        until = timezone.now() + Selection.LEASE
        return until if free.update(leased_until=until, **changes) == 1 else None

    def _move(self, selection: "Selection", old: str, new: str) -> bool:
        here = self.filter(pk=selection.pk, stage=old)
        return here.update(stage=new, problem="", retry_at=None, attempts=0) == 1


class Selection(models.Model):
    """One visit to the picker of the photo service."""

    KEPT = timedelta(days=1)
    LEASE = timedelta(seconds=20)  # of the one who copies; renewed as photos arrive

    class Stage(models.TextChoices):
        PICKING = "picking", "Choosing"
        COPYING = "copying", "Fetching the photos"
        LISTED = "listed", "To be fetched later"
        READY = "ready", "Ready"
        ENDED = "ended", "Ended"
        STATION = "station", "At a photo station"  # by what was lent there

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="selections")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PICKING)
    tonight = models.BooleanField(default=False)  # order now, fetch the photos later
    picker_session = models.CharField(max_length=255)
    picker_uri = models.CharField(max_length=2000)
    look_every = models.PositiveIntegerField(default=5)  # seconds, as the picker asks
    look_after = models.DateTimeField(default=timezone.now)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)  # one worker copies at a time
    created_at = models.DateTimeField(default=timezone.now)

    objects = SelectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Selection of {self.created_at:%F %T}"

    @property
    def picker_link(self) -> str:
        """Where the person chooses, in a tab that closes itself when done."""
        return f"{self.picker_uri.rstrip('/')}/autoclose"


class OriginalQuerySet(models.QuerySet["Original"]):
    """Photos on their way to becoming the shop's own copies."""

    def wanted(self) -> "OriginalQuerySet":
        """On something that was ordered, or in a cart that was touched within a day."""
        then = timezone.now() - Selection.KEPT
        ordered = Q(placements__item__order__stage__in=set(Stage) - {Stage.DRAFT})
        fresh = Q(placements__item__order__updated_at__gte=then)
        return self.filter(ordered | fresh)

    def unordered(self) -> "OriginalQuerySet":
        """An integrator's, which nobody ordered within a day."""
        then = timezone.now() - Selection.KEPT
        assets = self.filter(selection=None, created_at__lt=then)
        return assets.exclude(pk__in=self.wanted().values("pk"))

    def waiting(self) -> "OriginalQuerySet":
        """Not here yet."""
        return self.filter(state=Original.State.WAITING)

    def here(self) -> "OriginalQuerySet":
        """Copied, checked and printable."""
        return self.filter(state=Original.State.HERE)

    def printable(self) -> "OriginalQuerySet":
        """Not refused, and as big as the photo service has told us."""
        return self.exclude(state=Original.State.REFUSED).filter(width__gt=0)

    def arrived(
        self, original: "Original", *, file: str, sha256: str, width: int, height: int
    ) -> bool:
        """Record the own copy; False if another worker was quicker."""
        still = self.waiting().filter(pk=original.pk)
        return (
            still.update(
                state=Original.State.HERE,
                file=file,
                sha256=sha256,
                width=width,
                height=height,
            )
            == 1
        )

    def reconsider(self) -> None:
        """They were refused, and are to be tried once more."""
        refused = self.filter(state=Original.State.REFUSED)
        refused.update(state=Original.State.WAITING, reason="")

    def ordered_and_refused(self) -> "OriginalQuerySet":
        """Missing on something that was made of them."""
        return self.filter(state=Original.State.REFUSED).exclude(placements=None)

    def proofed(self, original: "Original", proof: str) -> bool:
        """Record a smaller picture of it; False if somebody else was quicker."""
        return self.filter(pk=original.pk, proof="").update(proof=proof) == 1

    def refused(self, original: "Original", reason: str) -> None:
        """It cannot be printed; say why."""
        self.waiting().filter(pk=original.pk).update(
            state=Original.State.REFUSED, reason=reason
        )


class Original(models.Model):
    """The shop's own copy of one photo, safe from whatever happens to the grant."""

    class State(models.TextChoices):
        WAITING = "waiting"
        HERE = "here"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="originals")
    selection = models.ForeignKey(
        Selection, models.CASCADE, related_name="originals", null=True
    )  # None: an integrator sent it
    client_id = models.CharField(max_length=255, blank=True)  # which one
    media_id = models.CharField(max_length=255, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    filename = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=255, blank=True)  # its name in the storage
    sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(default=0)  # pixels, as it is looked at
    height = models.PositiveIntegerField(default=0)
    proof = models.CharField(max_length=255, blank=True)  # smaller, for the editor

    objects = OriginalQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "media_id"], name="each_photo_once"
            )
        ]

    def __str__(self) -> str:
        return self.filename
