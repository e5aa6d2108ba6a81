"""A device without a keyboard asks, a person answers in a browser: RFC 8628 §3.

``begin`` makes the two codes; the page looks the typed one up with ``find``, keeps it
in this browser with ``keep``, and shows ``page``; ``allow`` and ``deny`` answer, once.
"""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from authserver import consent, scopes, tokens
from authserver.authorization_request import Granted, RequestGone
from authserver.authorization_response import remember
from authserver.consent import ConsentPage
from authserver.errors import OAuthError
from authserver.models import Client, DeviceGrant, Event, Session, User
from authserver.models.grants import fingerprint
from authserver.scopes import OFFLINE_ACCESS

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 §6.1: no vowels, so no words
LENGTH = 8  # 34 bits; together with the throttle more than enough (RFC 8628 §5.1)
FROM_ONE_ADDRESS = 100  # open requests: a hall full of kiosks shares one
KEPT = "devices"  # key of Django's session: grant → the code as it was typed


class TooManyDevices(OAuthError):
    """From one address; it passes."""

    error = "temporarily_unavailable"
    status = 429


@dataclass(frozen=True, slots=True)
class Codes:
    """One for the device, one for the person: each shown once, stored as a hash."""

    device_code: str
    user_code: str


def begin(
    client: Client, spelling: dict[str, str], resource: Iterable[str], place: str | None
) -> Codes:
    """A new request that waits for a person; raises TooManyDevices."""
    waiting = DeviceGrant.objects.open().filter(address=place)
    if waiting.count() >= FROM_ONE_ADDRESS:
        raise TooManyDevices("Too many devices wait at this address.")
    for _ in range(3):  # two user codes are hardly ever equal
        user_code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        codes = Codes(secrets.token_urlsafe(32), f"{user_code[:4]}-{user_code[4:]}")
        with suppress(IntegrityError), transaction.atomic():
            DeviceGrant.objects.create(
                device_code=fingerprint(codes.device_code),
                user_code=_fingerprint(user_code),
                client_id=client.client_id,
                expires=timezone.now() + DeviceGrant.LIFETIME,
                interval=DeviceGrant.INTERVAL,
                requested_scope=" ".join(spelling),
                scope_spelling=spelling,
                resource=list(resource),
                address=place,
            )
            return codes
    raise TooManyDevices("No code is free.")


def find(typed: str) -> DeviceGrant | None:
    """The grant that waits under this code, in whatever case and with any hyphens.

    Does not count: the caller throttles.
    """
    plain = _plain(typed)
    return DeviceGrant.objects.open().filter(user_code=_fingerprint(plain)).first()


def keep(request: HttpRequest, grant: DeviceGrant, typed: str) -> None:
    """Let this browser, and no other, answer this grant."""
    plain = _plain(typed)
    kept = dict(request.session.get(KEPT, {}))
    kept[str(grant.pk)] = f"{plain[:4]}-{plain[4:]}"
    request.session[KEPT] = dict(list(kept.items())[-10:])


def of(request: HttpRequest, pk: int) -> tuple[DeviceGrant, str]:
    """The grant whose code was typed in in this browser, and the code.

    Raises RequestGone: never typed here, too late, or answered by somebody else.
    """
    user_code = request.session.get(KEPT, {}).get(str(pk))
    if user_code is None:
        raise RequestGone
    grant = DeviceGrant.objects.filter(pk=pk).first()
    if grant is None:
        raise RequestGone
    if grant.decided_at is None and grant.expires <= timezone.now():
        raise RequestGone
    if grant.decided_at is not None and grant.user_id != request.user.pk:
        raise RequestGone
    return grant, user_code


def client_of(grant: DeviceGrant) -> Client:
    """Who asks; raises RequestGone."""
    client: Client | None = Client.objects.filter(client_id=grant.client_id).first()
    if client is None or not client.is_usable(None):
        raise RequestGone
    return client


def page(grant: DeviceGrant, client: Client, user: User) -> ConsentPage:
    """What the consent page would say; there is nowhere to return to."""
    asked, catalogue = grant.requested_scope.split(), scopes.catalogue()
    shown = [catalogue[name] for name in asked if name in catalogue]
    return ConsentPage(
        request_id="",
        client=client,
        returns_to="",
        rows=consent.scope_rows(shown, client, consent.granted_before(client, user)),
        cannot=tuple(dict.fromkeys(scope.cannot for scope in shown if scope.cannot)),
        lifetime=consent.lifetime(asked),
    )


def allow(
    request: HttpRequest, grant: DeviceGrant, session: Session, page: ConsentPage
) -> None:
    """Grant what is ticked on the page as it was sent; raises RequestGone."""
    asked = tuple(row.name for row in page.rows)
    granted = tuple(row.name for row in page.rows if row.ticked)
    user, client, told = session.user, page.client, " ".join(granted)
    with transaction.atomic():  # a decision that came too late remembers nothing
        authorization = remember(client, session, Granted(asked), Granted(granted))
        handed_on = _handed_on(grant, session, granted)
        if not DeviceGrant.objects.allow(
            grant.pk, authorization=authorization, **handed_on
        ):
            raise RequestGone
        Event.objects.record(
            Event.Kind.GRANTED, request, user=user, client=client, reason=told
        )


def _handed_on(
    grant: DeviceGrant, session: Session, granted: tuple[str, ...]
) -> dict[str, Any]:
    """What a code holds of a decision, the grant holds too."""
    return {
        "user": session.user,
        "session": session,
        "scope": " ".join(granted),
        "resource": tokens.audience(frozenset(granted), tuple(grant.resource)),
        "auth_time": session.auth_time,
        "acr": session.acr,
        "offline": OFFLINE_ACCESS in granted,
    }


def deny(
    request: HttpRequest, grant: DeviceGrant, session: Session, client: Client
) -> None:
    """Say no; raises RequestGone."""
    user = session.user
    if not DeviceGrant.objects.deny(grant.pk, user):
        raise RequestGone
    Event.objects.record(Event.Kind.DENIED, request, user=user, client=client)


def _plain(typed: str) -> str:
    """RFC 8628 §6.1: case and punctuation do not matter."""
    return "".join(character for character in typed.upper() if character.isalnum())


def _fingerprint(user_code: str) -> str:
    """Keyed: 34 bits could be guessed from a bare hash."""
    hashed = salted_hmac("authserver.user_code", user_code, algorithm="sha256")
    return hashed.hexdigest()
