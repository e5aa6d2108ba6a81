"""Back-channel logout: telling clients that a session is over.

OIDC Back-Channel Logout §2.5. Whom to tell was written down when the session ended
(models.LogoutDelivery); here it is sent, by any number of workers at once. No
transaction is open while a client is being called.
"""

import time
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from authserver import outgoing
from authserver.keys import Purpose, signer
from authserver.models import Event, LogoutDelivery

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = timedelta(minutes=2)  # OIDC Back-Channel Logout §2.4: at most
AT_ONCE = 8  # so that one client that hangs does not make the others wait
ARRIVED = {200, 204}  # OIDC Back-Channel Logout §2.8


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery that this worker has claimed, ready to go."""

    delivery: LogoutDelivery
    number: int
    uri: str
    logout_token: str

    @classmethod
    def of(cls, delivery: LogoutDelivery) -> "Attempt":
        """With a token of its own: each lives for two minutes only."""
        uri = delivery.client.backchannel_logout_uri
        token = logout_token(delivery)
        return cls(delivery, delivery.attempts + 1, uri, token)

    def send(self) -> str:
        """Call the client; returns what was wrong, or "". Asks the database nothing."""
        try:
            status = outgoing.post(self.uri, {"logout_token": self.logout_token})
        except outgoing.Unreachable as problem:
            return str(problem)
        return "" if status in ARRIVED else f"It answered with status {status}."


def send_due() -> int:
    """Send what is due until nothing is; returns how many clients acknowledged."""
    arrived = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while rows := _due():
            attempts = [Attempt.of(row) for row in _claimed(rows)]
            for attempt, problem in zip(
                attempts, pool.map(Attempt.send, attempts), strict=True
            ):
                arrived += _settle(attempt, problem)
    return arrived


def logout_token(delivery: LogoutDelivery) -> str:
    """OIDC Back-Channel Logout §2.4; never with a ``nonce``, so that it cannot pass
    for an ID token.
    """
    now = int(time.time())
    claims = {
        "iss": settings.URL,
        "sub": str(delivery.sub),
        "aud": delivery.client.client_id,
        "iat": now,
        "exp": now + LIFETIME // timedelta(seconds=1),
        "jti": str(uuid.uuid4()),
        "sid": str(delivery.sid),
        "events": {EVENT: {}},
    }
    algorithm = delivery.client.id_token_signed_response_alg
    return signer(Purpose.ID_TOKEN, algorithm).sign(claims, typ="logout+jwt")


def _due() -> list[LogoutDelivery]:
    due = LogoutDelivery.objects.due().select_related("client", "user")
    return list(due.order_by("due_at", "pk")[:AT_ONCE])


def _claimed(rows: Iterable[LogoutDelivery]) -> list[LogoutDelivery]:
    """Those that no other worker took a moment earlier."""
    return [row for row in rows if LogoutDelivery.objects.claim(row.pk, row.attempts)]


def _settle(attempt: Attempt, problem: str) -> bool:
    """Write down how it went; whether the client acknowledged."""
    row, told = attempt.delivery, LogoutDelivery.objects
    with transaction.atomic():
        if not problem:
            if told.delivered(row.pk):
                _record(Event.Kind.LOGOUT_SENT, row)
            return True
        told.failed(row.pk, attempt.number, problem)
        if row.is_hopeless and told.abandon(row.pk):
            _record(Event.Kind.LOGOUT_FAILED, row, problem)
    return False


def _record(kind: Event.Kind, row: LogoutDelivery, reason: str = "") -> None:
    Event.objects.record(kind, user=row.user, client=row.client, reason=reason)
