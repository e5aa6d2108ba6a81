"""The device authorization grant as a device performs it: RFC 8628 §3.

A screen without a keyboard asks for two codes. It shows one; a person types that in on
a browser of their own, and decides. With the other it asks, until they have. Nothing is
kept here: ``visits`` does, in a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from printshop import token_endpoint, wire
from printshop.failures import ProviderUnavailable
from printshop.provider import provider
from printshop.token_endpoint import LONGEST, Refused, Tokens

INTERVAL = 5  # seconds between two questions, if the server names none: RFC 8628 §3.2
SLOWER = 5  # seconds more after each slow_down: RFC 8628 §3.5
SLOWEST = 120  # seconds: more helps nobody who stands there
LONGEST_LIFE = 900  # seconds: StationVisit.LONGEST
LONGEST_URI = 2000
LONGEST_CODE = 40

# What may come of a question: RFC 8628 §3.5.
PENDING, SLOW_DOWN = "authorization_pending", "slow_down"
DENIED, EXPIRED = "access_denied", "expired_token"


def scope() -> str:
    """Who it is, and what they pick. Nothing that outlasts the visit, no orders."""
    return f"openid profile {settings.PICK_SCOPE}"


@dataclass(frozen=True, slots=True)
class Codes:
    """A device authorization response already checked: RFC 8628 §3.2."""

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    verification_uri_complete: str  # empty: the server makes none
    expires_at: datetime
    interval: int

    @classmethod
    def parse(cls, document: Mapping[str, object]) -> Self:
        """Read an answer; raises ProviderUnavailable."""
        uri = _text(document, "verification_uri", LONGEST_URI)
        complete = _text(document, "verification_uri_complete", LONGEST_URI, "")
        for address in filter(None, (uri, complete)):
            if not _leads_people(address):
                raise ProviderUnavailable("the verification_uri is no address")
        seconds = _seconds(document, "expires_in", None, LONGEST_LIFE)
        return cls(
            device_code=_text(document, "device_code", LONGEST),
            user_code=_text(document, "user_code", LONGEST_CODE),
            verification_uri=uri,
            verification_uri_complete=complete,
            expires_at=timezone.now() + timedelta(seconds=seconds),
            interval=_seconds(document, "interval", INTERVAL, SLOWEST),
        )


def ask() -> Codes:
    """The device authorization request: RFC 8628 §3.1.

    Raises Refused when this client may not, ProviderUnavailable when it may later.
    """
    endpoint = provider().device_authorization_endpoint
    if not endpoint:
        raise Refused("the provider has no device authorization endpoint")
    aimed = {"resource": settings.RESOURCE} if settings.RESOURCE else {}
    form = {"scope": scope(), **aimed}
    try:
        answer = token_endpoint.call(endpoint, form, settings.STATION_CLIENT_ID)
        document = answer.json()
    except wire.Unreachable as error:
        raise ProviderUnavailable(str(error)) from error
    match answer.status, document.get("error"):
        case 200, None:
            return Codes.parse(document)
        case 400 | 401, str(code):
            raise Refused(code)
    raise ProviderUnavailable(f"the device endpoint answered {answer.status}")


def poll(device_code: str) -> Tokens:
    """The device access token request: RFC 8628 §3.4.

    Raises Refused, whose code says whether to ask again (RFC 8628 §3.5), or
    ProviderUnavailable. Does not keep time: the caller does.
    """
    asked = scope()
    return token_endpoint.redeem_device(
        device_code, public=settings.STATION_CLIENT_ID, asked=asked
    )


def spoken(user_code: str) -> str:
    """The code letter by letter, for a voice: "B C D F, G H J K"."""
    return ", ".join(" ".join(part) for part in user_code.split("-"))


def _text(
    document: Mapping[str, object], name: str, longest: int, default: str | None = None
) -> str:
    value = document.get(name, default)
    if value == default == "":
        return ""
    if not (isinstance(value, str) and 0 < len(value) <= longest):
        raise ProviderUnavailable(f"the device answer has no usable {name}")
    if not value.isprintable():
        raise ProviderUnavailable(f"the device answer has no usable {name}")
    return value


def _seconds(
    document: Mapping[str, object], name: str, default: int | None, most: int
) -> int:
    value = document.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise ProviderUnavailable(f"the device answer has no usable {name}")
    return min(value, most)


def _leads_people(address: str) -> bool:
    """Everybody in the hall scans it: an address of the web, as the endpoints are."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    schemes = ("https", "http") if settings.DEMO else ("https",)
    return parts.scheme in schemes and bool(parts.netloc)
