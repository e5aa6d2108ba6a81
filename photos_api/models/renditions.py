"""Renditions: what was made of an original, and who is making something now."""

from collections.abc import Collection
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from photos_api.models.photos import Original


class RenditionQuerySet(models.QuerySet["Rendition"]):
    """Who makes what: of many that ask for the same at once, one."""

    def claim(self, original: Original, label: str) -> bool:
        """Take on the making of it; False while somebody else is at it.

        Whoever has not finished in time is taken for dead. True as well for what had
        been made before: the caller looks whether it is still there.
        """
        row, new = self.get_or_create(original=original, label=label)
        return new or (not row.is_being_made and self.take(row))

    def take(self, row: "Rendition") -> bool:
        """Hold the claim of a row; False if somebody else was quicker."""
        as_seen = self.filter(pk=row.pk, claimed_at=row.claimed_at, made_at=row.made_at)
        return as_seen.update(claimed_at=timezone.now(), made_at=None) == 1

    def finish(self, original: Original, labels: Collection[str]) -> int:
        """They are there: nobody has to make them any more. How many we still held."""
        held = self.filter(original=original, label__in=labels)
        return held.update(made_at=timezone.now())

    def release(self, original: Original, labels: Collection[str]) -> int:
        """Forget about them: they could not be made, or are kept for ever."""
        return self.filter(original=original, label__in=labels).delete()[0]

    def superfluous(self, original: Original) -> Self:
        """Those of an original that are too many: the oldest, none being made."""
        made = self.filter(original=original, made_at__isnull=False)
        return made.order_by("-made_at", "-pk")[Rendition.MOST :]

    def old(self) -> Self:
        """Those that were made, or given up, long ago."""
        return self.filter(claimed_at__lt=timezone.now() - Rendition.KEPT)


class Rendition(models.Model):
    """Something made of an original: being made, or stored until it is old.

    What is stored for ever, as the sizes of the ladder are, has a row only meanwhile.
    """

    # Longer than the largest picture takes: only who died at it is overtaken.
    LEASE = timedelta(seconds=10)
    KEPT = timedelta(days=7)
    MOST = 24  # of one original; who asks for more sizes gets them all the same

    original = models.ForeignKey(Original, models.CASCADE, related_name="renditions")
    label = models.CharField(max_length=40)  # "512x384.jpg", "256x256-c.jpg"
    claimed_at = models.DateTimeField(default=timezone.now, db_index=True)
    made_at = models.DateTimeField(null=True)

    objects = RenditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["original", "label"], name="each_rendition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} of {self.original_id}"

    @property
    def is_being_made(self) -> bool:
        """Is somebody at it, and alive as far as we know?"""
        return self.made_at is None and self.claimed_at > timezone.now() - self.LEASE
