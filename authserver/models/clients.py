"""Clients, and the resource servers whose scopes they ask for."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from oauth2_provider.generators import generate_client_id
from oauth2_provider.models import AbstractApplication, ClientSecretField

from authserver import redirect_uris


def both_response_modes() -> list[str]:
    """What a client may ask for unless it is registered for less."""
    return ["query", "form_post"]


class Registration(models.Model):
    """What a client registers beside what the toolkit knows (RFC 7591 §2)."""

    class Type(models.TextChoices):
        """What the client is, which decides if it can keep a secret (RFC 6749 §2.1)."""

        WEB = "web", "Web server"
        BROWSER = "browser", "Browser app"
        NATIVE = "native", "Native app"
        DEVICE = "device", "Device"

    class AuthMethod(models.TextChoices):
        """How the client authenticates at the token endpoint (RFC 7591 §2)."""

        BASIC = "client_secret_basic"
        POST = "client_secret_post"
        NONE = "none"

    class Algorithm(models.TextChoices):
        """How its ID tokens are signed (OIDC Registration §2)."""

        RS256 = "RS256"
        PS256 = "PS256"
        ES256 = "ES256"
        ED25519 = "Ed25519"

    application_type = models.CharField(
        max_length=10, choices=Type.choices, default=Type.WEB
    )
    grant_types = models.JSONField(default=list)
    token_endpoint_auth_methods = models.JSONField(default=list)
    scope = models.TextField("scopes the client may ask for", blank=True)
    required_scope = models.TextField("scopes that cannot be unticked", blank=True)
    pkce_required = models.BooleanField("PKCE required", default=True)
    rotate_refresh_tokens = models.BooleanField(default=True)
    access_token_lifetime = models.PositiveIntegerField("seconds", default=300)
    id_token_signed_response_alg = models.CharField(
        "ID token signed with",
        max_length=20,
        choices=Algorithm.choices,
        default=Algorithm.RS256,
    )
    response_modes = models.JSONField(default=both_response_modes)

    client_uri = models.URLField("home page", blank=True)
    policy_uri = models.URLField("privacy policy", blank=True)
    tos_uri = models.URLField("terms of service", blank=True)
    backchannel_logout_uri = models.URLField(blank=True)
    client_jwks = models.JSONField(null=True, blank=True)
    client_jwks_uri = models.URLField(blank=True)

    previous_secret = models.CharField(max_length=255, blank=True, editable=False)
    previous_secret_expires = models.DateTimeField(
        null=True, blank=True, editable=False
    )
    verified_at = models.DateTimeField(
        "looked at by staff, who know its operator", null=True, blank=True
    )
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class ClientManager(models.Manager["Client"]):
    """As the toolkit wants it."""

    def get_by_natural_key(self, client_id: str) -> "Client":
        """For fixtures."""
        return self.get(client_id=client_id)


class Client(Registration, AbstractApplication):  # type: ignore[misc]  # no types
    """A registered client: the toolkit's application under the RFC's name."""

    objects: ClassVar[ClientManager] = ClientManager()

    def __str__(self) -> str:
        return self.name or str(self.client_id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and publish the keys it will need, before they sign."""
        from authserver import keys  # noqa: PLC0415  # it needs the models

        super().save(*args, **kwargs)
        keys.active(keys.Purpose.ID_TOKEN, self.id_token_signed_response_alg)

    @property
    def is_public(self) -> bool:
        """It cannot keep a secret (RFC 6749 §2.1)."""
        return bool(self.client_type == self.CLIENT_PUBLIC)

    @property
    def is_first_party(self) -> bool:
        """It belongs to this service: no consent page is shown for it.

        Unless somebody else changed it since it was looked at.
        """
        return bool(self.skip_authorization) and not self.is_self_registered

    @property
    def is_self_registered(self) -> bool:
        """Somebody registered it in the console, and nobody here looked at it yet."""
        return bool(self.user_id) and self.verified_at is None

    @property
    def scopes(self) -> frozenset[str]:
        """What it may ask for, by short names."""
        return frozenset(self.scope.split())

    @property
    def required_scopes(self) -> frozenset[str]:
        """What it cannot do without: ticked and locked on the consent page."""
        return frozenset(self.required_scope.split())

    def is_usable(self, request: object) -> bool:
        """Not disabled by the operator. Asked by the toolkit for each request."""
        return self.disabled_at is None

    def allows_grant_type(self, *grant_types: str) -> bool:
        """RFC 7591 §2: a list per client; the toolkit knows a single one."""
        names = {grant_type.replace("-", "_") for grant_type in grant_types}
        return not names.isdisjoint(self.grant_types)

    def redirect_uri_allowed(self, uri: str) -> bool:
        """RFC 9700 §2.1: the very string, any port on the loopback address.

        What may not be registered may not be used either, whatever a row holds.
        """
        if not redirect_uris.matches(uri, self.redirect_uris.split()):
            return False
        native = self.application_type == self.Type.NATIVE
        return redirect_uris.problem(uri, native=native) is None

    def post_logout_redirect_uri_allowed(self, uri: str) -> bool:
        """OIDC RP-Initiated Logout §3: the very string."""
        return uri in self.post_logout_redirect_uris.split()

    def clean(self) -> None:
        """Refuse what could never be safe: one place for admin, console and command."""
        from authserver import registration  # noqa: PLC0415  # it needs the models

        registration.clean(self)


class ClientLogo(models.Model):
    """A client's logo: uploaded and drawn again here, never fetched from a URI."""

    client = models.OneToOneField(
        Client, models.CASCADE, primary_key=True, related_name="logo"
    )
    png = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256: the ETag, and part of the URL

    def __str__(self) -> str:
        return f"Logo of {self.client_id}"


class ResourceServer(models.Model):
    """A protected API: its identifier is the ``aud`` of the tokens meant for it."""

    identifier = models.URLField(unique=True)
    name = models.CharField(max_length=200)
    scope_prefix = models.URLField(
        "also accept scopes spelled with this prefix", blank=True
    )
    client_id = models.CharField(
        "name for introspection",
        max_length=100,
        unique=True,
        default=generate_client_id,
    )
    client_secret = ClientSecretField(max_length=255, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name


class ResourceScope(models.Model):
    """A scope that a resource server owns, in a person's words."""

    resource_server = models.ForeignKey(
        ResourceServer, models.CASCADE, related_name="scopes"
    )
    name = models.CharField(max_length=100, unique=True)
    sentence = models.CharField(max_length=200)
    cannot = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["resource_server", "position", "name"]

    def __str__(self) -> str:
        return self.name
