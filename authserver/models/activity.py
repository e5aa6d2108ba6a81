"""What happened: for the person's activity page and for the operator."""

from typing import TYPE_CHECKING

from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from authserver import places
from authserver.models.clients import Client
from authserver.models.people import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class EventManager(models.Manager["Event"]):
    """Writes events."""

    def record(
        self,
        kind: "Event.Kind",
        request: HttpRequest | str | None = None,
        *,
        user: "User | AnonymousUser | None" = None,
        client: Client | None = None,
        reason: str = "",
    ) -> "Event":
        """Write one line; ``reason`` is a sentence and never holds token material.

        ``request`` gives the address, or is the address; of an IPv6 one the network.
        """
        if isinstance(request, HttpRequest):
            request = request.META.get("REMOTE_ADDR")
        return self.create(
            kind=kind,
            user=user if isinstance(user, User) else None,
            client=client,
            reason=reason[:300],
            address=places.place(request),
        )


class Event(models.Model):
    """One line of activity."""

    class Kind(models.TextChoices):
        """What can happen."""

        SIGNED_UP = "signed_up", "Account created"
        SIGNED_IN = "signed_in", "Signed in"
        SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
        SIGNED_OUT = "signed_out", "Signed out"
        SESSION_ENDED = "session_ended", "Signed out elsewhere"
        LOGOUT_SENT = "logout_sent", "App told to sign out"
        LOGOUT_FAILED = "logout_failed", "App could not be told to sign out"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        PASSWORD_FORGOTTEN = "password_forgotten", "Password reset asked for"
        PROFILE_CHANGED = "profile_changed", "Profile changed"
        EMAIL_ASKED = "email_asked", "Letter sent to confirm an address"
        EMAIL_VERIFIED = "email_verified", "E-mail address confirmed"
        GRANTED = "granted", "Access allowed"
        DENIED = "denied", "Access denied"
        REMOVED = "removed", "Access removed"
        REFUSED = "refused", "Request refused"
        CODE_REPLAYED = "code_replayed", "Code used twice"
        TOKEN_REPLAYED = "token_replayed", "Refresh token used twice"
        TOKEN_REVOKED = "token_revoked", "Token revoked"
        CLIENT_FAILED = "client_failed", "Client authentication failed"
        NAME_TAKEN = "name_taken", "Taken user name asked for"
        USER_CODE_FAILED = "user_code_failed", "Unknown device code typed in"
        CLIENT_REGISTERED = "client_registered", "App registered"
        CLIENT_CHANGED = "client_changed", "App changed"
        CLIENT_REMOVED = "client_removed", "App removed"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="events"
    )
    client = models.ForeignKey(
        Client, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    objects = EventManager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
