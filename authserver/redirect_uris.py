"""Redirect URIs: what may be registered, and what matches what was registered.

RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1. The other addresses of a registration are
judged here too: the back-channel logout URI and origins.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from authserver.models import Client

LOOPBACK = frozenset({"127.0.0.1", "::1"})  # RFC 8252 §8.3: an address, not a name
LOOPBACK_URI = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(/.*)?")
CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")  # RFC 3986 §2
ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[1-9][0-9]*)?")
# Stricter than a URI has to be: one source in a Content-Security-Policy, no more.
AUTHORITY = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
WEB_SCHEME = re.compile(r"web\+[a-z]+")  # what browsers let a page take
DEFAULT_PORTS = (("https", 443), ("http", 80))


def matches(uri: str, registered: Iterable[str]) -> bool:
    """The very string, or a loopback address on any port (RFC 8252 §7.3)."""
    return any(uri == known or _same_loopback(uri, known) for known in registered)


def origin(uri: str) -> str:
    """What Content-Security-Policy calls it: scheme, host and port, or ``scheme:``."""
    parts = urlsplit(uri)
    if parts.scheme in {"http", "https"}:
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


def page_behind(uri: str, home: str) -> list[str]:
    """The home of a page that plays an app, if it takes this scheme from the browser.

    There the browser goes on to: Content-Security-Policy is asked about both.
    """
    if WEB_SCHEME.fullmatch(urlsplit(uri).scheme) is None or problem(home):
        return []
    return [home]


def host(uri: str) -> str:
    """Where a person returns to, as a consent page says it."""
    parts = urlsplit(uri)
    return parts.netloc or f"the app {parts.scheme}"


def problems(client: "Client") -> dict[str, list[str]]:
    """What is wrong with the URIs of a registration, by field."""
    native = client.application_type == client.Type.NATIVE
    errors: dict[str, list[str]] = {}
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        errors[field] = _found(getattr(client, field), native=native)
    # OIDC Back-Channel Logout §2.2: no fragment, and https.
    errors["backchannel_logout_uri"] = _found(client.backchannel_logout_uri)
    errors["allowed_origins"] = [
        f"{origin}: {problem}"
        for origin in client.allowed_origins.split()
        if (problem := _problem_of_origin(origin, client))
    ]
    if "authorization_code" in client.grant_types and not client.redirect_uris.split():
        errors["redirect_uris"] = ["At least one redirect URI is needed."]
    return {field: found for field, found in errors.items() if found}


def problem(uri: str, *, native: bool = False) -> str | None:
    """Why nobody may be sent to a URI, or None if they may."""
    parts = _split(uri)
    if parts is None or not parts.scheme or not CHARACTERS.fullmatch(uri):
        return "is not an absolute URI"
    if "#" in uri or "@" in parts.netloc or "*" in uri:  # RFC 6749 §3.1.2
        return "must not have a fragment, user information or wildcards"
    if parts.scheme in {"http", "https"} and not AUTHORITY.fullmatch(parts.netloc):
        return "must name a host by letters, digits, dots and hyphens"
    if parts.scheme == "https":
        return None
    if native and _belongs_to_an_app(parts.scheme):
        return None
    return _problem_of_http(parts, native=native)


def _found(uris: str, *, native: bool = False) -> list[str]:
    told = ((uri, problem(uri, native=native)) for uri in uris.split())
    return [f"{uri}: {found}" for uri, found in told if found]


def _belongs_to_an_app(scheme: str) -> bool:
    """RFC 8252 §7.1: a reversed domain name."""
    is_played = settings.DEMO and WEB_SCHEME.fullmatch(scheme)  # no domain owns such
    return "." in scheme or bool(is_played)


def _problem_of_http(parts: SplitResult, *, native: bool) -> str | None:
    """Plain http stays on one machine: loopback, or the names of a demonstration."""
    hostname = parts.hostname or ""
    if parts.scheme != "http":
        return "must use https"
    if hostname in LOOPBACK and (native or settings.DEMO):
        return None  # RFC 8252 §7.3
    if settings.DEMO and (hostname == "localhost" or hostname.endswith(".localhost")):
        return None
    return "must use https"  # RFC 9700 §2.6


def _problem_of_origin(origin: str, client: "Client") -> str | None:
    """An origin as browsers send it: RFC 6454 §6.2."""
    if client.application_type != client.Type.BROWSER:
        return "only browser apps have origins"
    parts = _split(origin)
    if parts is None or not ORIGIN.fullmatch(origin):
        return "must be a scheme, a host and perhaps a port, in small letters"
    if (parts.scheme, parts.port) in DEFAULT_PORTS:
        return "must not name the port that is the default"
    return problem(origin)


def _same_loopback(uri: str, known: str) -> bool:
    """Nothing but the port differs; compared as written, not as parsed."""
    asked, registered = LOOPBACK_URI.fullmatch(uri), LOOPBACK_URI.fullmatch(known)
    if asked is None or registered is None or asked.groups() != registered.groups():
        return False
    return _split(uri) is not None  # a port that there is


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018  # reading it raises if it is no number
    except ValueError:
        return None
    return parts
