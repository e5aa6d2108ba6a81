"""From the shop's address to everybody's endpoints.

The shop names its authorization server (RFC 9728 §2), which names its endpoints
(RFC 8414 §2, OIDC Discovery §4). What does not name itself is not believed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from printshop import wire
from printshop.desktop.failures import Failure, Unreachable, Usage
from printshop.desktop.this_machine import SUFFIX

JSON = {"Accept": "application/json"}
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]+")


@dataclass(frozen=True, slots=True)
class Server:
    """The authorization server, by a document already checked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    device_authorization_endpoint: str  # empty: it has none
    revocation_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    answers_with_iss: bool

    @classmethod
    def parse(cls, document: Mapping[str, object], issuer: str) -> Self:
        """Read its metadata; raises Unreachable for what we cannot work with."""
        if document.get("issuer") != issuer:  # RFC 8414 §3.3, OIDC Discovery §4.3
            raise Unreachable(f"{issuer} says that it is somebody else.")
        if "S256" not in _list(document, "code_challenge_methods_supported"):
            raise Unreachable(f"{issuer} has no PKCE: signing in would not be safe.")

        return cls(
            issuer=issuer,
            authorization_endpoint=_endpoint(document, "authorization_endpoint"),
            token_endpoint=_endpoint(document, "token_endpoint"),
            device_authorization_endpoint=_endpoint(
                document, "device_authorization_endpoint", ""
            ),
            revocation_endpoint=_endpoint(document, "revocation_endpoint", ""),
            userinfo_endpoint=_endpoint(document, "userinfo_endpoint", ""),
            jwks_uri=_endpoint(document, "jwks_uri"),
            answers_with_iss=document.get(  # RFC 9207 §3
                "authorization_response_iss_parameter_supported"
            )
            is True,
        )


@dataclass(frozen=True, slots=True)
class World:
    """Who there is: two resource servers, and the server that vouches for both."""

    shop: str
    photos: str
    server: Server


def address(text: str) -> str:
    """An address as people type it, without a slash at its end; raises Usage."""
    url = text.strip().rstrip("/")
    if not is_safe(url) or urlsplit(url).query or urlsplit(url).fragment:
        raise Usage(
            f"{text!r} is no address of a server: https://…, or http://localhost:…"
        )
    return url


def is_safe(url: str) -> bool:
    """https, or http that does not leave this machine (RFC 9700 §2.6)."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not HOST.fullmatch(parts.netloc) or not url.isprintable():
        return False
    is_here = host in THIS_MACHINE or host.endswith(SUFFIX)
    return parts.scheme == "https" or (parts.scheme == "http" and is_here)


def discover(shop: str, photos: str) -> World:
    """Ask them all; raises Unreachable, or Failure if they do not belong together."""
    issuers = _authorization_servers(shop)
    if issuers[0] not in _authorization_servers(photos):
        raise Failure(
            f"The photo service {photos} does not know the shop's way to sign in. Give "
            "the address of the right one with --photos."
        )
    return World(shop, photos, server(issuers[0]))


def server(issuer: str) -> Server:
    """The authorization server of that name; raises Unreachable."""
    if not is_safe(issuer):
        raise Unreachable(f"{issuer!r} is no place to sign in safely.")
    document = _get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    return Server.parse(document, issuer)


def key_set(uri: str) -> list[Mapping[str, object]]:
    """The authorization server's public keys (RFC 7517 §5)."""
    return [key for key in _list(_get(uri), "keys") if isinstance(key, dict)]


def _authorization_servers(resource: str) -> list[str]:
    """Those which a resource server trusts; raises Unreachable."""
    parts = urlsplit(resource)
    well_known = "/.well-known/oauth-protected-resource"  # RFC 9728 §3.1
    document = _get(f"{parts.scheme}://{parts.netloc}{well_known}{parts.path}")
    if document.get("resource") != resource:  # RFC 9728 §3.3
        raise Unreachable(
            f"{resource} calls itself {str(document.get('resource'))[:100]!r}: use "
            "that address if you trust it."
        )
    found = [s for s in _list(document, "authorization_servers") if isinstance(s, str)]
    if not found:
        raise Unreachable(f"{resource} does not say where to sign in.")
    return found


def _get(url: str) -> Mapping[str, object]:
    try:
        answer = wire.call("GET", url, headers=JSON)
        if answer.status != 200:  # noqa: PLR2004
            raise Unreachable(f"{url} answered {answer.status}. Is the address right?")
        return answer.json()
    except wire.Unreachable as error:
        raise unreachable(url, error) from error


def unreachable(url: str, error: wire.Unreachable) -> Unreachable:
    """The sentence for a server that did not answer, or not as it should."""
    parts = urlsplit(url)
    server = f"{parts.scheme}://{parts.netloc}"
    why = str(error).rpartition(": ")[2]
    return Unreachable(
        f"{server} cannot be reached, or does not answer as it should ({why}). Is it "
        "running, and is the address right?"
    )


def _endpoint(document: Mapping[str, object], name: str, default: object = None) -> str:
    match document.get(name, default):
        case "":
            return ""
        case str(url) if is_safe(url):
            return url
    raise Unreachable(f"The authorization server names no usable {name}.")


def _list(document: Mapping[str, object], name: str) -> list[object]:
    match document.get(name):
        case list(found):
            return found
    return []
