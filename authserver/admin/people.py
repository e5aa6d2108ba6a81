"""People, what they allowed, and where they are signed in, as staff manages them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from authserver import access, browsers, sessions
from authserver.admin.site import Editable, ReadOnly, site
from authserver.models import Authorization, Event, Session, User


@admin.register(User, site=site)
class UserAdmin(Editable[User]):
    """People. Passwords and ``sub`` are not for staff to set."""

    exclude = ("password", "user_permissions", "groups", "last_login")
    readonly_fields = ("sub", "date_joined", "updated_at")
    list_display = ("username", "name", "email", "is_active", "is_staff", "sub")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "name", "email", "sub")

    actions = ("disable",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up, with a password that only they know."""
        return False

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: Any
    ) -> None:
        """Whoever is disabled is signed out everywhere; their apps are told.

        Saved first: who signs in at this moment waits for the row, and is refused. And
        nothing but what was changed: a new password is not put back.
        """
        changed = form.changed_data if form else ["is_active"]
        with transaction.atomic():
            obj.save(update_fields=[*changed, "updated_at"])
            if not obj.is_active:
                sessions.end_all(obj)
                access.end_all(obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Their apps are told before the rows go."""
        with transaction.atomic():
            sessions.end_all(obj)
            access.end_all(obj)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """One after the other."""
        for person in queryset:
            self.delete_model(request, person)

    @admin.action(description="Disable: sign out everywhere, no sign-in")
    def disable(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Tokens of a disabled account are refused from then on."""
        for person in people.filter(is_active=True):
            person.is_active = False
            self.save_model(request, person, None, change=True)
            self.log_change(request, person, "Disabled.")


@admin.register(Authorization, site=site)
class AuthorizationAdmin(ReadOnly):
    """Who allowed what to whom."""

    list_display = ("user", "client", "scope", "created", "revoked_at")
    list_filter = ("client", "revoked_at")
    list_select_related = ("user", "client")
    actions = ("take_back",)

    @admin.action(description="Take back, with every token")
    def take_back(self, request: HttpRequest, allowed: QuerySet[Authorization]) -> None:
        """As the person themselves can, under Connected apps."""
        for authorization in allowed.filter(revoked_at=None).select_related(
            "user", "client"
        ):
            if access.take_back(authorization):
                user, client = authorization.user, authorization.client
                said = "Taken back by the operator."
                Event.objects.record(
                    Event.Kind.REMOVED, user=user, client=client, reason=said
                )


@admin.register(Session, site=site)
class SessionAdmin(ReadOnly):
    """Who is signed in where."""

    list_display = (
        "user",
        "browser",
        "address",
        "auth_time",
        "last_seen",
        "expires_at",
        "ended_at",
    )
    list_filter = (("ended_at", EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__username", "address")
    actions = ("end",)

    @admin.display(description="browser")
    def browser(self, session: Session) -> str:
        """As its owner reads it."""
        return browsers.name(session.user_agent)

    @admin.action(description="Sign out there")
    def end(self, request: HttpRequest, chosen: QuerySet[Session]) -> None:
        """As the person themselves can; their apps are told."""
        for session in chosen.filter(ended_at=None).select_related("user"):
            sessions.end(session)
            Event.objects.record(Event.Kind.SESSION_ENDED, user=session.user)
