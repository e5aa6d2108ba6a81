"""Who is really asking, when a gateway stands in front: RFC 9700 §4.13.

X-Forwarded-For and X-Forwarded-Proto are believed only from the addresses in
AUTHSERVER_TRUSTED_PROXIES. Everybody else can write what they like into them, and it
goes no further than here.
"""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FOR, PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"


class TrustedProxies:
    """Puts the client's own address into REMOTE_ADDR, which is all that others read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = [ip_network(one) for one in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the two headers if they come from a proxy of ours; forget them."""
        forwarded_for = request.META.pop(FOR, "")
        forwarded_proto = request.META.pop(PROTO, "")
        sender = request.META.get("REMOTE_ADDR", "")
        if self.trusted and _is_in(self.trusted, sender):
            request.META["REMOTE_ADDR"] = self._origin(forwarded_for, sender)
            if forwarded_proto in {"http", "https"}:
                request.META["wsgi.url_scheme"] = forwarded_proto
        return self.get_response(request)

    def _origin(self, forwarded_for: str, sender: str) -> str:
        """The last address that no proxy of ours has: what stands before it was
        written by somebody else.
        """
        for hop in reversed(forwarded_for.split(",")):
            address = _address(hop)
            if not address:
                break
            sender = address
            if not _is_in(self.trusted, address):
                break
        return sender


def _is_in(networks: list[IPv4Network | IPv6Network], address: str) -> bool:
    known = _address(address)
    return bool(known) and any(ip_address(known) in network for network in networks)


def _address(text: str) -> str:
    """An address in its usual spelling, IPv4 also out of its IPv6 clothes; or ""."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
