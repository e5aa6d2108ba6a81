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
    answers: str  # where they go
    pkce: str
    refresh: str
    example: str  # the template of its code


CHALLENGE = "Required, with S256."
ONCE = "Good once each: the answer brings the next. One used twice ends all of them."
TYPES: dict[str, TypeText] = {
    Type.WEB: TypeText(
        "Web server",
        "Runs on a machine of yours: Django, Rails, Express, Spring. People see only "
        "its pages.",
        "Keeps a secret, and uses PKCE besides.",
        "https addresses of yours, compared character by character.",
        CHALLENGE,
        ONCE,
        "_example_web.html",
    ),
    Type.BROWSER: TypeText(
        "Browser app",
        "Runs in people's browsers: a single-page app without a server of its own.",
        "Keeps no secret, since anybody can read its code. PKCE, and only from its own "
        "origins.",
        "https pages of yours; scripts of the origins you name may call us.",
        CHALLENGE,
        ONCE,
        "_example_browser.html",
    ),
    Type.NATIVE: TypeText(
        "Native app",
        "Is installed on a phone or a computer, and opens the browser to sign in.",
        "Keeps no secret, since everybody has a copy. PKCE, and an address only it "
        "receives.",
        "https addresses your app claims, http://127.0.0.1 at any port, or a scheme "
        "such as com.example.app.",
        CHALLENGE,
        ONCE,
        "_example_native.html",
    ),
    Type.DEVICE: TypeText(
        "Device",
        "Has no browser or no keyboard: a television, a printer, a command line.",
        "Keeps no secret. Shows a short code that people type in on their phone.",
        "Nowhere: the device asks until somebody has decided.",
        "None: no code travels through a browser.",
        ONCE,
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
        "loopback": next(filter(_is_loopback, client.redirect_uris.split()), ""),
        "post_logout_redirect_uris": client.post_logout_redirect_uris.split(),
        "origins": client.allowed_origins.split(),
        "methods": client.token_endpoint_auth_methods,
        "sentences": [s for name, s in catalogue.items() if name in client.scopes],
        "old_secret_until": grace if grace and grace > now else None,
        "people": _people(client),
        "trouble": Event.objects.filter(client=client, kind__in=TROUBLE)[:5],
    }


def _is_loopback(redirect_uri: str) -> bool:
    """One that the example listens at: RFC 8252 §7.3."""
    return redirect_uri.startswith("http://127.0.0.1")


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
