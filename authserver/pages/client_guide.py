"""What a developer reads: the types of clients, and what to configure for one."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from authserver import scopes
from authserver.models import Authorization, Client, Event

Type = Client.Type
Kind = Event.Kind
TROUBLE = (Kind.REFUSED, Kind.CLIENT_FAILED, Kind.CODE_REPLAYED, Kind.LOGOUT_FAILED)


@dataclass(frozen=True, slots=True)
class TypeText:
    """A type of client, to somebody who has to choose one."""

    title: str
    what: str
    proof: str  # how it shows who it is
    example: str  # the template of its code


TYPES: dict[str, TypeText] = {
    Type.WEB: TypeText(
        "Web server",
        "Runs on a machine of yours: Django, Rails, Express, Spring. People see only "
        "its pages.",
        "Keeps a secret, and uses PKCE besides.",
        "_example_web.html",
    ),
    Type.BROWSER: TypeText(
        "Browser app",
        "Runs in people's browsers: a single-page app without a server of its own.",
        "Keeps no secret, since anybody can read its code. PKCE, and only from its own "
        "origins.",
        "_example_browser.html",
    ),
    Type.NATIVE: TypeText(
        "Native app",
        "Is installed on a phone or a computer, and opens the browser to sign in.",
        "Keeps no secret, since everybody has a copy. PKCE, and an address only it "
        "receives.",
        "_example_native.html",
    ),
    Type.DEVICE: TypeText(
        "Device",
        "Has no browser or no keyboard: a television, a printer, a command line.",
        "Keeps no secret. Shows a short code that people type in on their phone.",
        "_example_device.html",
    ),
}
ENDPOINTS = {  # as the metadata calls them: RFC 8414 §2
    "authorization_endpoint": "authorize",
    "device_authorization_endpoint": "device_authorization",
    "token_endpoint": "token",
    "userinfo_endpoint": "userinfo",
    "revocation_endpoint": "revoke",
    "end_session_endpoint": "logout",
    "jwks_uri": "jwks",
}


def of(client: Client) -> dict[str, Any]:
    """Everything the page of one client says, except its secret."""
    catalogue, now = scopes.catalogue(), timezone.now()
    grace = client.previous_secret_expires
    return {
        "client": client,
        "kind": TYPES[client.application_type],
        "issuer": settings.URL,
        "endpoints": _endpoints(client),
        "redirect_uris": client.redirect_uris.split(),
        "post_logout_redirect_uris": client.post_logout_redirect_uris.split(),
        "origins": client.allowed_origins.split(),
        "methods": client.token_endpoint_auth_methods,
        "sentences": [s for name, s in catalogue.items() if name in client.scopes],
        "old_secret_until": grace if grace and grace > now else None,
        "people": _people(client),
        "trouble": Event.objects.filter(client=client, kind__in=TROUBLE)[:5],
    }


def _endpoints(client: Client) -> dict[str, str]:
    """Those this type of client calls."""
    found, device = {}, client.application_type == Type.DEVICE
    for name, view in ENDPOINTS.items():
        if view == ("authorize" if device else "device_authorization"):
            continue
        found[name] = settings.URL + reverse(view)
    return found


def _people(client: Client) -> int:
    """How many allow it something at present."""
    return Authorization.objects.live().filter(client=client).count()
