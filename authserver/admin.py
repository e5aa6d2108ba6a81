"""Staff's view: clients, people, grants, keys and what happened. No secret is shown.

A member of staff signs in like everybody else, on the same throttled page.
"""

from typing import Any, ClassVar, TypeVar

from csp.decorators import csp_update
from django.contrib.admin import AdminSite, ModelAdmin, TabularInline
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from authserver.models import (
    Authorization,
    Client,
    Event,
    ResourceScope,
    ResourceServer,
    Session,
    SigningKey,
    User,
)

M = TypeVar("M", bound=models.Model)


class AccountAdmin(AdminSite):
    """Django's administration, signed in to through this server's own page."""

    site_header = "Photos Account: administration"
    site_title = "Photos Account administration"
    index_title = "What this server knows"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Never a second sign-in form: it would be neither throttled nor recorded."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The only pages here with scripts of their own origin."""
        own = {"script-src": "'self'", "font-src": "'self'", "connect-src": "'self'"}
        return csp_update(own)(super().admin_view(view, cacheable))


site = AccountAdmin(name="admin")


class ReadOnly(ModelAdmin[Any]):
    """To look at, not to change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come of what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are a record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are cleaned up by age, by a command."""
        return False


class Editable(ModelAdmin[M]):
    """To look at and to change."""

    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}


class ClientAdmin(Editable[Client]):
    """Registered clients, judged by ``Client.clean`` like everywhere else."""

    fields = (
        "name",
        "user",
        "application_type",
        "client_type",
        "redirect_uris",
        "post_logout_redirect_uris",
        "backchannel_logout_uri",
        "allowed_origins",
        "response_modes",
        "id_token_signed_response_alg",
        "grant_types",
        "token_endpoint_auth_methods",
        "scope",
        "required_scope",
        "pkce_required",
        "rotate_refresh_tokens",
        "access_token_lifetime",
        "skip_authorization",
        "client_uri",
        "policy_uri",
        "tos_uri",
        "disabled_at",
    )
    readonly_fields = ("client_id", "created", "updated")
    list_display = (
        "name",
        "client_id",
        "application_type",
        "client_type",
        "pkce_required",
        "first_party",
        "disabled_at",
    )
    list_filter = (
        "pkce_required",  # RFC 9700 §2.1.1: the exceptions, at one click
        "application_type",
        "client_type",
        "rotate_refresh_tokens",
        "skip_authorization",
    )
    search_fields = ("name", "client_id")

    def first_party(self, client: Client) -> bool:
        """Shown as a column."""
        return client.is_first_party

    first_party.boolean = True  # type: ignore[attr-defined]  # how the admin is told

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Registered with ``register_client``, which shows the secret once."""
        return False


class ScopeInline(TabularInline[ResourceScope, ResourceServer]):
    """The scopes of a resource server, with the sentences people read."""

    model = ResourceScope
    extra = 0


class ResourceServerAdmin(Editable[ResourceServer]):
    """Protected APIs. Their credentials are set by ``seed``."""

    fields = ("identifier", "name", "scope_prefix", "client_id")
    readonly_fields = ("client_id",)
    list_display = ("name", "identifier", "scope_prefix")
    inlines = (ScopeInline,)


class UserAdmin(Editable[User]):
    """People. Passwords and ``sub`` are not for staff to set."""

    exclude = ("password", "user_permissions", "groups", "last_login")
    readonly_fields = ("sub", "date_joined", "updated_at")
    list_display = ("username", "name", "email", "is_active", "is_staff", "sub")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "name", "email", "sub")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up, with a password that only they know."""
        return False


class AuthorizationAdmin(ReadOnly):
    """Who allowed what to whom."""

    list_display = ("user", "client", "scope", "created", "revoked_at")
    list_filter = ("client", "revoked_at")
    list_select_related = ("user", "client")


class SessionAdmin(ReadOnly):
    """Who is signed in where."""

    list_display = ("user", "auth_time", "address", "expires_at", "ended_at")
    list_select_related = ("user",)


class EventAdmin(ReadOnly):
    """What happened."""

    list_display = ("at", "kind", "user", "client", "reason", "address")
    list_filter = ("kind",)
    list_select_related = ("user", "client")
    date_hierarchy = "at"


class SigningKeyAdmin(ReadOnly):
    """Public halves only; rotated by ``rotate_keys``."""

    fields = ("kid", "algorithm", "purpose", "state", "created", "retired_at")
    list_display = ("kid", "algorithm", "purpose", "state", "created", "retired_at")


site.register(Client, ClientAdmin)
site.register(ResourceServer, ResourceServerAdmin)
site.register(User, UserAdmin)
site.register(Authorization, AuthorizationAdmin)
site.register(Session, SessionAdmin)
site.register(Event, EventAdmin)
site.register(SigningKey, SigningKeyAdmin)
