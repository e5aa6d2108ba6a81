"""Authorization requests that wait for a person."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from authserver.models.clients import Client


def new_id() -> str:
    """An unguessable name: 256 bits."""
    return secrets.token_urlsafe(32)


def in_an_hour() -> datetime:
    """When a new request ends."""
    return timezone.now() + PendingRequest.LIFETIME


class PendingRequestQuerySet(models.QuerySet["PendingRequest"]):
    """Pending requests by what can happen to them."""

    def open(self) -> Self:
        """Neither answered nor expired."""
        return self.filter(answered_at=None, expires_at__gt=timezone.now())

    def answer(self, pk: str) -> bool:
        """Answer a request; False if it was answered before."""
        return self.open().filter(pk=pk).update(answered_at=timezone.now()) == 1


class PendingRequest(models.Model):
    """A validated authorization request, kept here while a person signs in and decides.

    Pages know only its ``id``: nothing that was validated is read again from a form
    (RFC 9700 §4.7). It belongs to one browser, whose session holds ``browser``.
    """

    LIFETIME = timedelta(hours=1)

    id = models.CharField(
        primary_key=True, max_length=43, default=new_id, editable=False
    )
    browser = models.CharField(max_length=43)
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    parameters = models.JSONField()  # AuthorizationRequest, see authorization_request
    must_authenticate_after = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_an_hour)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = PendingRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Request of {self.client_id}"

    def require_sign_in(self) -> None:
        """Whoever is signed in must do so again, or somebody else must."""
        self.must_authenticate_after = timezone.now()
        self.save(update_fields=["must_authenticate_after"])
