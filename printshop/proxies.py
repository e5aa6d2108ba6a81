"""Who is really asking, when a gateway stands in front: RFC 9700 §4.13.

X-Forwarded-For is believed only from the addresses in PRINTSHOP_TRUSTED_PROXIES.
Everybody else can write what they like into it, and it goes no further than here.
"""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Network = IPv4Network | IPv6Network


class TrustedProxies:
    """Puts the visitor's own address into REMOTE_ADDR, where others read it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = [ip_network(one) for one in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the header if it comes from a proxy of ours; forget it."""
        hops = request.META.pop("HTTP_X_FORWARDED_FOR", "").split(",")
        address = request.META.get("REMOTE_ADDR", "")
        # What stands before the first hop that is none of ours, somebody else wrote.
        while _is_in(self.trusted, address) and hops and (hop := _address(hops.pop())):
            address = hop
        request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


def _is_in(networks: list[Network], address: str) -> bool:
    known = _address(address)
    return bool(known) and any(ip_address(known) in network for network in networks)


def _address(text: str) -> str:
    """An address in its usual spelling, IPv4 also out of its IPv6 clothes; or ""."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
