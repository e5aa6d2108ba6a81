"""Clients and the protected APIs, as staff manages them."""

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter, TabularInline
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from authserver import access
from authserver.admin.site import Editable, site
from authserver.models import Client, Event, ResourceScope, ResourceServer


@admin.register(Client, site=site)
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
        "client_id",
        "created",
        "verified_at",
        "disabled_at",
    )
    readonly_fields = ("client_id", "created", "verified_at", "disabled_at")
    list_display = (
        "name",
        "client_id",
        "user",
        "application_type",
        "client_type",
        "pkce_required",
        "first_party",
        "verified_at",
        "disabled_at",
    )
    list_filter = (
        "pkce_required",  # RFC 9700 §2.1.1: the exceptions, at one click
        ("user", EmptyFieldListFilter),
        ("verified_at", EmptyFieldListFilter),
        ("disabled_at", EmptyFieldListFilter),
        "application_type",
        "client_type",
        "rotate_refresh_tokens",
        "skip_authorization",
    )
    list_select_related = ("user",)
    search_fields = ("name", "client_id", "user__username")
    raw_id_fields = ("user",)
    actions = ("verify", "disable", "enable")

    @admin.display(boolean=True)
    def first_party(self, client: Client) -> bool:
        """Shown as a column."""
        return client.is_first_party

    @admin.action(description="Verify: we know who runs them")
    def verify(self, request: HttpRequest, clients: QuerySet[Client]) -> None:
        """The consent page says so from now on; no error of theirs is held back."""
        for client in clients.filter(verified_at=None):
            client.verified_at = timezone.now()
            client.save(update_fields=["verified_at"])
            self._say(request, client, "Verified by the operator.")

    @admin.action(description="Disable: no sign-in, no token")
    def disable(self, request: HttpRequest, clients: QuerySet[Client]) -> None:
        """What they hold ends at once."""
        for client in clients:
            if access.disable(client):
                self._say(request, client, "Disabled by the operator.")

    @admin.action(description="Enable")
    def enable(self, request: HttpRequest, clients: QuerySet[Client]) -> None:
        """They may ask again; what was ended stays so."""
        for client in clients.exclude(disabled_at=None):
            client.disabled_at = None
            client.save(update_fields=["disabled_at"])
            self._say(request, client, "Enabled by the operator.")

    def _say(self, request: HttpRequest, client: Client, sentence: str) -> None:
        """To Django's log of staff, and to the developer's activity."""
        self.log_change(request, client, sentence)
        kind = Event.Kind.CLIENT_CHANGED
        Event.objects.record(kind, user=client.user, client=client, reason=sentence)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Registered with ``register_client``, which shows the secret once."""
        return False


class ScopeInline(TabularInline[ResourceScope, ResourceServer]):
    """The scopes of a resource server, with the sentences people read."""

    model = ResourceScope
    extra = 0


@admin.register(ResourceServer, site=site)
class ResourceServerAdmin(Editable[ResourceServer]):
    """Protected APIs. Their credentials are set by ``seed``."""

    fields = ("identifier", "name", "scope_prefix", "client_id")
    readonly_fields = ("client_id",)
    list_display = ("name", "identifier", "scope_prefix")
    inlines = (ScopeInline,)
