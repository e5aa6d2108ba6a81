"""How often one address may ask for what costs others something.

Counted in each process of the shop: the limits are there against a flood, not for
accounts.
"""

from ipaddress import IPv4Address, IPv6Network, ip_address

from django.core.cache import cache
from django.http import HttpRequest

MINUTE = 60  # seconds


def is_busy(request: HttpRequest, what: str, most: int) -> bool:
    """Has this address asked for ``what`` more than ``most`` times in a minute?"""
    name = f"busy:{what}:{place(request)}"
    cache.add(name, 0, MINUTE)
    try:
        return cache.incr(name) > most
    except ValueError:  # the minute was over just now
        return False


def place(request: HttpRequest) -> str:
    """Its address; a household has a whole /64 of IPv6's, which count as one."""
    address: str = request.META.get("REMOTE_ADDR", "")
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv4Address):
        return address
    return str(IPv6Network((found, 64), strict=False))
