"""Slows down whoever guesses passwords (RFC 6749 §10.10).

Counts refused sign-ins in the database, so that several processes agree. A name that
nobody has is counted like any other: the answer tells nothing.
"""

from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from authserver.models import Event, User

WINDOW = timedelta(minutes=5)
SAME_NAME_AND_ADDRESS = 10  # somebody who has forgotten needs fewer
SAME_NAME = 100  # from everywhere: high, or strangers could lock Alice out
SAME_ADDRESS = 100  # for all names: high, since whole offices share one


def is_closed(request: HttpRequest, username: str) -> bool:
    """Whether this name or address has failed too often just now."""
    name, address = Q(reason=_fingerprint(username)), Q(address=_address(request))
    failed = Event.objects.filter(
        kind=Event.Kind.SIGN_IN_FAILED, at__gt=timezone.now() - WINDOW
    ).aggregate(
        both=Count("pk", filter=name & address),
        name=Count("pk", filter=name),
        address=Count("pk", filter=address),
    )
    return bool(
        failed["both"] >= SAME_NAME_AND_ADDRESS
        or failed["name"] >= SAME_NAME
        or failed["address"] >= SAME_ADDRESS
    )


def failed(request: HttpRequest, username: str) -> None:
    """Count a refused sign-in; the person who has that name sees it in the activity."""
    user = User.objects.filter(username=username).first()
    Event.objects.record(
        Event.Kind.SIGN_IN_FAILED, request, user=user, reason=_fingerprint(username)
    )


def _fingerprint(username: str) -> str:
    """Names are not stored: people type passwords into the wrong field."""
    return salted_hmac("authserver.throttle", username.casefold()).hexdigest()


def _address(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
