"""What was issued, sent and written down: for staff to look at."""

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter

from authserver.admin.site import ReadOnly, site
from authserver.models import (
    AccessToken,
    DeviceGrant,
    Event,
    LogoutDelivery,
    RefreshToken,
    SigningKey,
)


class TokenAdmin(ReadOnly):
    """What was issued, to whom, until when. The token itself is stored nowhere."""

    show_full_result_count = False
    list_select_related = ("user", "application")
    list_filter = ("application",)
    search_fields = ("user__username",)


@admin.register(AccessToken, site=site)
class AccessTokenAdmin(TokenAdmin):
    """Access tokens."""

    fields = ("user", "application", "scope", "created", "expires", "revoked_at")
    list_display = fields


@admin.register(RefreshToken, site=site)
class RefreshTokenAdmin(TokenAdmin):
    """Refresh tokens, one row for each generation."""

    fields = (
        "user",
        "application",
        "scope",
        "created",
        "expires_at",
        "family_expires_at",
        "used_at",
        "revoked",
    )
    list_display = fields


@admin.register(DeviceGrant, site=site)
class DeviceGrantAdmin(ReadOnly):
    """Devices that wait for a person."""

    fields = ("client_id", "user", "scope", "status", "created", "expires", "address")
    list_display = fields
    list_filter = ("status",)


@admin.register(LogoutDelivery, site=site)
class LogoutDeliveryAdmin(ReadOnly):
    """Which clients were told that a session is over, and what they answered."""

    list_display = (
        "client",
        "user",
        "created",
        "attempts",
        "due_at",
        "delivered_at",
        "abandoned_at",
        "problem",
    )
    list_filter = (
        ("delivered_at", EmptyFieldListFilter),
        ("abandoned_at", EmptyFieldListFilter),
        "client",
    )
    list_select_related = ("client", "user")


@admin.register(Event, site=site)
class EventAdmin(ReadOnly):
    """What happened."""

    list_display = ("at", "kind", "user", "client", "reason", "address")
    list_filter = ("kind",)
    list_select_related = ("user", "client")
    date_hierarchy = "at"


@admin.register(SigningKey, site=site)
class SigningKeyAdmin(ReadOnly):
    """Public halves only; rotated by ``rotate_keys``."""

    fields = ("kid", "algorithm", "purpose", "state", "created", "retired_at")
    list_display = ("kid", "algorithm", "purpose", "state", "created", "retired_at")
