"""An attempt to get an authorization, remembered until its answer arrives."""

import hashlib
from datetime import timedelta

from django.db import models
from django.utils import timezone

from printshop.models.customers import Customer
from printshop.sealing import SealedField


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts, each good for one answer."""

    def take(self, state: str) -> "Attempt | None":
        """The attempt of this state, once: None if unknown or taken before."""
        mine = self.filter(state_hash=digest(state))
        if mine.filter(used_at=None).update(used_at=timezone.now()) != 1:
            return None
        return mine.get()

    def stale(self) -> "AttemptQuerySet":
        """Those whose answer, if it came, would be refused."""
        return self.filter(created_at__lt=timezone.now() - Attempt.LIFETIME)


class Attempt(models.Model):
    """One entry per attempt, so that tabs do not disturb one another.

    A row rather than a session value: two requests that save one session at once
    overwrite each other, and only a row can be taken exactly once.
    """

    LIFETIME = timedelta(minutes=15)  # sign-in, a forgotten password, consent

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in"
        CONNECT = "connect"

    purpose = models.CharField(max_length=10, choices=Purpose)
    state_hash = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=64)  # a hash of what the session holds
    customer = models.ForeignKey(Customer, models.CASCADE, null=True)
    issuer = models.CharField(max_length=255)
    nonce = models.CharField(max_length=64)
    code_verifier = SealedField()
    scope = models.TextField()
    next = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    used_at = models.DateTimeField(null=True)

    objects = AttemptQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.purpose} of {self.created_at:%F %T}"

    @property
    def is_stale(self) -> bool:
        """Has the answer taken too long?"""
        return self.created_at < timezone.now() - self.LIFETIME


def digest(secret: str) -> str:
    """A secret's fingerprint, to look it up without keeping it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
