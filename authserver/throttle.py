"""Slows down whoever guesses: passwords, client secrets, user codes (RFC 6749 §10.10).

Failed attempts are counted in the database, as Events, so that several processes agree.
An attempt is written down before it is looked at and taken back if it was right: of
guesses sent at once no more get through than of guesses sent in turn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from http import HTTPStatus

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from authserver.client_authentication import Credentials
from authserver.errors import OAuthError
from authserver.models import Client, Event, User

WINDOW = timedelta(minutes=5)
LATELY = timedelta(days=30)
RETRY_AFTER = str(WINDOW // timedelta(seconds=1))
NEVER = 10**9
View = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts may fail within the window."""

    kind: Event.Kind
    target: str  # the field of Event that says whose secret is being guessed
    here: int  # the same target from the same address
    everywhere: int  # the same target from any address
    address: int  # any target from the same address: whole offices share one


# A name may be tried often from everywhere, or strangers could lock Alice out; and
# where she signed in lately, only what is tried there counts.
PASSWORDS = Limit(Event.Kind.SIGN_IN_FAILED, "reason", 10, 100, 100)
# A client is never locked out: its right secret is not counted (RFC 6749 §2.3.1).
SECRETS = Limit(Event.Kind.CLIENT_FAILED, "client", 10, NEVER, 100)
# Who has which name is for nobody to list; an office may still sign up.
NAMES = Limit(Event.Kind.NAME_TAKEN, "reason", NEVER, NEVER, 30)
# Each person has ten tries, wherever they are: RFC 8628 §5.1.
USER_CODES = Limit(Event.Kind.USER_CODE_FAILED, "user", 10, 10, 50)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Counted as failed until it is known to have been right."""

    event: Event

    def succeeded(self) -> None:
        """Take it back."""
        self.event.delete()


def sign_in(request: HttpRequest, username: str) -> Attempt | None:
    """Before a password is compared; None if there were too many just now.

    A name that nobody has is counted like any other: the answer tells nothing. Whoever
    has it sees it in the activity.
    """
    user = User.objects.filter(username=username).first()
    reason = _fingerprint(username)
    event = Event.objects.record(PASSWORDS.kind, request, user=user, reason=reason)
    return _judged(event, PASSWORDS)


def name(request: HttpRequest) -> Attempt | None:
    """Before it is said that a name is taken; None if there were too many just now."""
    return _judged(Event.objects.record(NAMES.kind, request), NAMES)


def user_code(request: HttpRequest, user: User) -> Attempt | None:
    """Before a user code is looked up; None if there were too many just now."""
    return _judged(
        Event.objects.record(USER_CODES.kind, request, user=user), USER_CODES
    )


def of_secrets(view: View) -> View:
    """Answer 429 to a client that failed to authenticate too often from there.

    Only failures are looked at: a right secret always works, and costs nothing here.
    """

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if response.status_code != HTTPStatus.UNAUTHORIZED or _failed(request):
            return response
        sentence = "Client authentication failed too often. Wait five minutes."
        body = {"error": "invalid_client", "error_description": sentence}
        return JsonResponse(
            body,
            status=HTTPStatus.TOO_MANY_REQUESTS,  # RFC 6585 §4
            headers={"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"},
        )

    return answer


def _failed(request: HttpRequest) -> bool:
    """Count a failed client authentication; False if it is one too many."""
    client = _client_meant(request)
    owner = client.user if client else None
    event = Event.objects.record(SECRETS.kind, request, client=client, user=owner)
    return _judged(event, SECRETS) is not None


def _client_meant(request: HttpRequest) -> Client | None:
    """Whose secret was being guessed, as far as the request tells."""
    form, header = request.POST, request.headers.get("Authorization", "")
    try:
        named = Credentials.parse(header, form.get("client_id", ""), "").client_id
    except OAuthError:
        return None
    found: Client | None = Client.objects.filter(client_id=named[:256]).first()
    return found


def _judged(event: Event, limit: Limit) -> Attempt | None:
    """Count an attempt among those before it; one too many leaves no trace."""
    same = Q(**{limit.target: getattr(event, limit.target)})
    address = Q(address=event.address)
    failed = Event.objects.filter(
        kind=limit.kind, at__gt=timezone.now() - WINDOW
    ).aggregate(
        here=Count("pk", filter=same & address),
        everywhere=Count("pk", filter=same),
        address=Count("pk", filter=address),
    )
    if (
        failed["here"] > limit.here
        or failed["address"] > limit.address
        or (failed["everywhere"] > limit.everywhere and not _at_home(event))
    ):
        event.delete()
        return None
    return Attempt(event)


def _at_home(event: Event) -> bool:
    """Whether a password is tried where this person signed in lately."""
    if event.kind != PASSWORDS.kind or not event.user_id or not event.address:
        return False
    home = {"user": event.user_id, "address": event.address}
    lately = timezone.now() - LATELY
    signed_in = Event.objects.filter(kind=Event.Kind.SIGNED_IN, at__gt=lately)
    return signed_in.filter(**home).exists()


def _fingerprint(username: str) -> str:
    """Names are not stored: people type passwords into the wrong field."""
    return salted_hmac("authserver.throttle", username.casefold()).hexdigest()
