"""How much of its quota an app has used."""

from django.db import models


class Usage(models.Model):
    """What an app, or an app for one person, has used of one window of time.

    Server processes take it in blocks, so that most requests ask no database.
    """

    client_id = models.CharField(max_length=255)
    person = models.CharField(max_length=64, blank=True)  # a fingerprint; "": everybody
    kind = models.CharField(max_length=20)  # "requests", "bytes", …
    window_start = models.DateTimeField(db_index=True)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client_id", "person", "kind", "window_start"],
                name="one_usage_per_window",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind}: {self.used}"
