"""Redirect URIs: what may be registered, and what matches what was registered.

RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from authserver.models import Client

LOOPBACK = frozenset({"127.0.0.1", "::1"})  # RFC 8252 §8.3: an address, not a name


def matches(uri: str, registered: Iterable[str]) -> bool:
    """The very string, or a loopback address on any port (RFC 8252 §7.3)."""
    return any(uri == known or _same_loopback(uri, known) for known in registered)


def origin(uri: str) -> str:
    """What Content-Security-Policy calls it: scheme, host and port, or ``scheme:``."""
    parts = urlsplit(uri)
    if parts.scheme in {"http", "https"}:
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


def host(uri: str) -> str:
    """Where a person returns to, as a consent page says it."""
    parts = urlsplit(uri)
    return parts.netloc or f"the app {parts.scheme}"


def problems(client: "Client") -> dict[str, list[str]]:
    """What is wrong with the URIs of a registration, by field."""
    errors: dict[str, list[str]] = {}
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        native = client.application_type == client.Type.NATIVE
        found = [
            f"{uri}: {problem}"
            for uri in getattr(client, field).split()
            if (problem := _problem(uri, native=native))
        ]
        if found:
            errors[field] = found
    if "authorization_code" in client.grant_types and not client.redirect_uris.split():
        errors["redirect_uris"] = ["At least one redirect URI is needed."]
    return errors


def _problem(uri: str, *, native: bool) -> str | None:
    parts = _split(uri)
    if parts is None or not parts.scheme or not uri.isascii():
        return "is not an absolute URI"
    if "#" in uri or "@" in parts.netloc or "*" in uri:  # RFC 6749 §3.1.2
        return "must not have a fragment, user information or wildcards"
    if parts.scheme == "https":
        return None if parts.hostname else "has no host"
    if native and "." in parts.scheme:
        return None  # RFC 8252 §7.1: a reversed domain name
    return _problem_of_http(parts, native=native)


def _problem_of_http(parts: SplitResult, *, native: bool) -> str | None:
    """Plain http stays on one machine: loopback, or the names of a demonstration."""
    hostname = parts.hostname or ""
    if parts.scheme != "http":
        return "must use https"
    if native and hostname in LOOPBACK:
        return None  # RFC 8252 §7.3
    if settings.DEMO and (hostname == "localhost" or hostname.endswith(".localhost")):
        return None
    return "must use https"  # RFC 9700 §2.6


def _same_loopback(uri: str, known: str) -> bool:
    asked, registered = _split(uri), _split(known)
    if asked is None or registered is None or registered.hostname not in LOOPBACK:
        return False
    if registered.scheme != "http" or "#" in uri or "@" in asked.netloc:
        return False
    without_port = asked._replace(netloc=_bare(asked)).geturl()
    return without_port == registered._replace(netloc=_bare(registered)).geturl()


def _bare(parts: SplitResult) -> str:
    """The authority as written, without its port."""
    return parts.netloc[: -len(str(parts.port)) - 1] if parts.port else parts.netloc


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018  # reading it raises if it is no number
    except ValueError:
        return None
    return parts
