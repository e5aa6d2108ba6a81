"""Where a request comes from, as far as it is counted.

Whoever has one IPv6 address has 2⁶⁴ of them: what counts is their network.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest


def of(request: HttpRequest) -> str | None:
    """The place that a request comes from."""
    return place(request.META.get("REMOTE_ADDR"))


def place(address: str | None) -> str | None:
    """An IPv4 address, or the first address of the /64 network of an IPv6 one."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
