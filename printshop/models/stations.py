"""A visit to a photo station: what its screen shows, and what was lent to it."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from printshop.models.attempts import digest
from printshop.models.customers import Customer
from printshop.models.selections import Original, OriginalQuerySet, Selection
from printshop.sealing import SealedField


class Problem(models.TextChoices):
    """Why a visit ended that somebody had not finished."""

    DENIED = "denied"
    EXPIRED = "expired"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"  # signed out elsewhere, or disconnected
    NO_PHOTOS = "no_photos"  # they ticked the permission off
    NONE_PICKED = "none_picked"
    LEFT = "left"  # nobody touched the screen
    CROWDED = "crowded"


class Stage(models.TextChoices):
    """What the person sees; the order is that of a visit."""

    ASKING = "asking"  # for the codes
    WAITING = "waiting"  # for a person to answer
    MEETING = "meeting"  # tokens are here: whose are they?
    PICKING = "picking"
    FETCHING = "fetching"
    CHOOSING = "choosing"
    CARRIED = "carried"  # into the cart; nothing that was lent is left
    ENDED = "ended"


# Stages in which the station has something to ask somebody else.
BUSY = (Stage.ASKING, Stage.WAITING, Stage.MEETING, Stage.PICKING, Stage.FETCHING)
UNKNOWN = (Stage.ASKING, Stage.WAITING)  # who it is
NOTHING_LENT: Mapping[str, object] = {
    "device_code": "",
    "user_code": "",
    "verification_uri": "",
    "verification_uri_complete": "",
    "access_token": "",
    "refresh_token": "",
    "id_token": "",
    "picker_session": "",
    "picker_uri": "",
}


class StationVisitQuerySet(models.QuerySet["StationVisit"]):
    """Every change of a visit; where two race, exactly one wins."""

    def on(self, screen: str) -> "StationVisit | None":
        """The visit this screen shows, by the secret in its cookie."""
        return self.filter(screen=digest(screen)).first()

    def take_turn(self, visit: "StationVisit") -> datetime | None:
        """The right to ask what is to be asked now; None if it is not time.

        Or if somebody else is asking: two tabs never ask faster than one.
        """
        now = timezone.now()
        due = self.filter(pk=visit.pk, stage__in=BUSY, next_at__lte=now)
        until = now + StationVisit.TURN
        return until if due.update(next_at=until) == 1 else None

    def advance(self, visit: "StationVisit", turn: datetime, **changes: object) -> bool:
        """Write what came of a turn; False if the visit was ended meanwhile, or
        somebody else has the turn now.
        """
        mine = self.filter(pk=visit.pk, next_at=turn, stage__in=BUSY)
        return mine.update(**changes) == 1

    def is_crowded(self, visit: "StationVisit") -> bool:
        """Does the provider keep as many codes open as one address, or all, may have?

        Also those that nobody looks at any more: it keeps them until they expire.
        """
        unanswered = self.filter(expires_at__gt=timezone.now())
        there = unanswered.filter(address=visit.address)
        return (
            there.count() >= StationVisit.MOST_AT_ONE_ADDRESS
            or unanswered.count() >= StationVisit.MOST
        )

    def was_lent(self, visit: "StationVisit", **changes: object) -> bool:
        """New tokens, for whoever has the turn; False if nothing needs them now."""
        return self.filter(pk=visit.pk, stage__in=BUSY).update(**changes) == 1

    def touched(self, visit: "StationVisit") -> bool:
        """Somebody is there; False if they come too late, and are somebody else."""
        return self._attended(visit).update(touched_at=timezone.now()) == 1

    def chose(self, visit: "StationVisit", **changes: object) -> None:
        """Another product, or other copies."""
        choosing = self._attended(visit).filter(stage=Stage.CHOOSING)
        choosing.update(touched_at=timezone.now(), **changes)

    def carried(self, visit: "StationVisit") -> bool:
        """It goes into the cart; False if it is there, or the visit is over."""
        choosing = self._attended(visit).filter(stage=Stage.CHOOSING)
        now = timezone.now()
        return choosing.update(stage=Stage.CARRIED, touched_at=now) == 1

    def _attended(self, visit: "StationVisit") -> Self:
        """The visit, unless its time is over: no touch brings it back to life."""
        now = timezone.now()
        in_time = (
            Q(touched_at__gt=now - StationVisit.PATIENCE)
            | Q(touched_at__gt=now - StationVisit.PICKING_PATIENCE, stage=Stage.PICKING)
            | Q(stage__in=UNKNOWN)
        )
        return self.filter(in_time, pk=visit.pk).exclude(stage=Stage.ENDED)

    def end(self, visit: "StationVisit", problem: str = "") -> list[str]:
        """Empty the row for good; returns the tokens that were in it, newest first."""
        with transaction.atomic():
            row = self.select_for_update().filter(pk=visit.pk).first()
            if row is None or row.stage == Stage.ENDED:
                return []
            self.filter(pk=visit.pk).update(
                stage=Stage.ENDED,
                problem=problem,
                customer=None,
                selection=None,
                ended_at=timezone.now(),
                **NOTHING_LENT,
            )
        return row.lent

    def forsaken(self) -> Self:
        """Open, and looked at by nobody for longer than any visit lasts."""
        then = timezone.now() - StationVisit.LONGEST
        return self.filter(touched_at__lt=then).exclude(stage=Stage.ENDED)

    def over(self) -> Self:
        """Ended, and seen by whoever wanted to know why."""
        return self.filter(ended_at__lt=timezone.now() - StationVisit.KEPT)


def new_screen() -> str:
    """What a screen's cookie holds for one visit: 256 bits, kept here as a hash."""
    return secrets.token_urlsafe(32)


class StationVisit(models.Model):
    """One person at one screen, from the first touch to the last.

    Tokens and device_code are sealed, and gone as soon as nothing needs them.
    """

    TURN = timedelta(seconds=60)  # longer than one question takes
    PATIENCE = timedelta(minutes=2)  # without a touch, once somebody is known
    PICKING_PATIENCE = timedelta(minutes=6)  # meanwhile they touch their phone
    WARNING = timedelta(seconds=30)
    LONGEST = timedelta(minutes=15)  # without a touch, whatever the stage
    KEPT = timedelta(minutes=10)
    # Codes open at a time. The provider, too, has an end to what one asks of it.
    MOST_AT_ONE_ADDRESS, MOST = 20, 80

    screen = models.CharField(max_length=64, unique=True)  # a hash
    address = models.CharField(max_length=43, blank=True)  # where the screen stands
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.ASKING)
    problem = models.CharField(max_length=20, blank=True, choices=Problem)
    next_at = models.DateTimeField(default=timezone.now)  # not before: and who asks
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    touched_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, db_index=True)

    # RFC 8628 §3.2
    device_code = SealedField(blank=True)
    user_code = models.CharField(max_length=40, blank=True)
    verification_uri = models.CharField(max_length=2000, blank=True)
    verification_uri_complete = models.CharField(max_length=2000, blank=True)
    expires_at = models.DateTimeField(null=True)  # None: there is no code, or an answer
    interval = models.PositiveSmallIntegerField(default=5)  # seconds

    access_token = SealedField(blank=True)
    access_token_expires_at = models.DateTimeField(null=True)
    refresh_token = SealedField(blank=True)
    id_token = SealedField(blank=True)
    scope = models.TextField(blank=True)

    customer = models.ForeignKey(Customer, models.CASCADE, null=True)
    picker_session = models.CharField(max_length=255, blank=True)
    picker_uri = models.CharField(max_length=2000, blank=True)
    selection = models.ForeignKey(Selection, models.SET_NULL, null=True)
    product_code = models.CharField(max_length=20, default="10x15")
    copies = models.PositiveSmallIntegerField(default=1)

    objects = StationVisitQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Visit {self.pk}: {self.stage}"

    @property
    def lent(self) -> list[str]:
        """What may still open something."""
        return [token for token in (self.refresh_token, self.access_token) if token]

    @property
    def has_expired(self) -> bool:
        """Is the code on the screen good no more?"""
        ends = self.expires_at if self.stage == Stage.WAITING else None
        return ends is not None and ends <= timezone.now()

    @property
    def leaves_at(self) -> datetime | None:
        """When the screen forgets them unless they touch it; None: nobody is known."""
        if self.stage in {*UNKNOWN, Stage.ENDED}:
            return None
        picking = self.stage == Stage.PICKING
        return self.touched_at + (self.PICKING_PATIENCE if picking else self.PATIENCE)

    @property
    def is_forsaken(self) -> bool:
        """Has nobody touched it for too long?"""
        return self.leaves_at is not None and self.leaves_at <= timezone.now()

    @property
    def warns(self) -> bool:
        """Is it time to ask whether somebody is there?"""
        leaves = self.leaves_at
        return leaves is not None and leaves - self.WARNING <= timezone.now()

    @property
    def is_history(self) -> bool:
        """Has whoever wanted to know why it ended read it?"""
        ended = self.ended_at
        return ended is not None and ended < timezone.now() - timedelta(minutes=1)

    @property
    def photos(self) -> OriginalQuerySet:
        """What was picked and can be printed, in the order of picking."""
        return self._picked().here()

    @property
    def refused(self) -> OriginalQuerySet:
        """What was picked and cannot be printed."""
        return self._picked().filter(state=Original.State.REFUSED)

    def _picked(self) -> OriginalQuerySet:
        """Nothing without a selection: what has none is an integrator's."""
        picked = Original.objects.exclude(selection=None)
        return picked.filter(selection=self.selection_id, customer=self.customer_id)
