"""How many letters and accounts one may cause: pages that write to strangers.

Counted in the database, like refused sign-ins, so that several processes agree.
"""

from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from authserver import mail
from authserver.models import Event, User

WINDOW = timedelta(hours=1)
TO_ONE_ADDRESS = 3  # letters: whoever lost one asks again
FROM_ONE_PLACE = 20  # letters or accounts: whole offices share an address
Kind = Event.Kind


def may_sign_up(request: HttpRequest) -> Event | None:
    """Count an account before it is there; None if this place made too many lately."""
    event = Event.objects.record(Kind.SIGNED_UP, request)
    made = _lately(Kind.SIGNED_UP).filter(address=event.address)
    return event if _kept(event, made.count() <= FROM_ONE_PLACE) else None


def may_ask_for_password(request: HttpRequest, address: str, user: User | None) -> bool:
    """Count a letter to this address, whether or not it is somebody's; False if it is
    one too many.
    """
    kind, name = Kind.PASSWORD_FORGOTTEN, fingerprint(address)
    event = Event.objects.record(kind, request, user=user, reason=name)
    to_it = _lately(kind).filter(reason=name).count()
    from_here = _lately(kind).filter(address=event.address).count()
    return _kept(event, to_it <= TO_ONE_ADDRESS and from_here <= FROM_ONE_PLACE)


def may_confirm(request: HttpRequest, user: User) -> bool:
    """Count a letter that asks to confirm the address this person states, whoever else
    states it; False if it is one too many.
    """
    kind, name = Kind.EMAIL_ASKED, fingerprint(mail.pending_address(user))
    event = Event.objects.record(kind, request, user=user, reason=name)
    to_it = _lately(kind).filter(reason=name).count()
    asked = _lately(kind).filter(user=user).count()
    return _kept(event, max(to_it, asked) <= TO_ONE_ADDRESS)


def fingerprint(address: str) -> str:
    """Addresses that nobody has are not stored."""
    return salted_hmac("authserver.letters", address.casefold()).hexdigest()


def _kept(event: Event, allowed: bool) -> bool:
    """What is counted before it is judged: of two at once, not both get through."""
    if not allowed:
        event.delete()
    return allowed


def _lately(kind: Event.Kind) -> QuerySet[Event]:
    return Event.objects.filter(kind=kind, at__gt=timezone.now() - WINDOW)
