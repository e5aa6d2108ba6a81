"""Events in a person's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from authserver import claims, scopes
from authserver.models import Event

Kind = Event.Kind
SENTENCES = {
    Kind.SIGNED_UP: "You created this account.",
    Kind.SIGNED_IN: "You signed in.",
    Kind.SIGN_IN_FAILED: "Somebody tried to sign in with a wrong password.",
    Kind.SIGNED_OUT: "You signed out.",
    Kind.SESSION_ENDED: "You were signed out of another browser.",
    Kind.LOGOUT_SENT: "{client} was told that you signed out.",
    Kind.LOGOUT_FAILED: "{client} could not be told that you signed out.",
    Kind.PASSWORD_CHANGED: "Your password was changed.",
    Kind.PASSWORD_FORGOTTEN: "Somebody asked for a new password.",
    Kind.PROFILE_CHANGED: "You changed what this account says about you.",
    Kind.EMAIL_ASKED: "A letter was sent to confirm your e-mail address.",
    Kind.EMAIL_VERIFIED: "Your e-mail address was confirmed.",
    Kind.GRANTED: "You gave {client} access.",
    Kind.DENIED: "You denied {client} access.",
    Kind.REMOVED: "You took back what {client} was allowed.",
    Kind.REFUSED: "A request of {client} was refused.",
    Kind.CODE_REPLAYED: "A one-time code of {client} was used twice. "
    "Everything that came of it was taken back.",
    Kind.TOKEN_REPLAYED: "A spent refresh token of {client} was used again. "
    "Everything that came of it was taken back.",
    Kind.TOKEN_REVOKED: "{client} gave back its access.",
    Kind.CLIENT_FAILED: "Somebody called as {client} without being able to prove it.",
    Kind.NAME_TAKEN: "You asked for a user name that somebody else has.",
    Kind.USER_CODE_FAILED: "A device code was typed in that nobody waits for.",
    Kind.CLIENT_REGISTERED: "You registered {client}.",
    Kind.CLIENT_CHANGED: "The registration of {client} was changed.",
    Kind.CLIENT_REMOVED: "You removed an app of yours.",
}
GROUPS = {  # what the activity page can be narrowed to: name → label and kinds
    "sign-ins": (
        "Sign-ins",
        (
            Kind.SIGNED_IN,
            Kind.SIGN_IN_FAILED,
            Kind.SIGNED_OUT,
            Kind.SESSION_ENDED,
            Kind.LOGOUT_SENT,
            Kind.LOGOUT_FAILED,
        ),
    ),
    "apps": (
        "Apps",
        (
            Kind.GRANTED,
            Kind.DENIED,
            Kind.REMOVED,
            Kind.TOKEN_REVOKED,
            Kind.USER_CODE_FAILED,
        ),
    ),
    "refusals": (
        "Refusals",
        (Kind.REFUSED, Kind.CODE_REPLAYED, Kind.TOKEN_REPLAYED, Kind.CLIENT_FAILED),
    ),
    "account": (
        "Account",
        (
            Kind.SIGNED_UP,
            Kind.PASSWORD_CHANGED,
            Kind.PASSWORD_FORGOTTEN,
            Kind.PROFILE_CHANGED,
            Kind.NAME_TAKEN,
            Kind.EMAIL_ASKED,
            Kind.EMAIL_VERIFIED,
        ),
    ),
    "developer": (
        "Developer",
        (Kind.CLIENT_REGISTERED, Kind.CLIENT_CHANGED, Kind.CLIENT_REMOVED),
    ),
}
GOOD = {Kind.SIGNED_UP, Kind.SIGNED_IN, Kind.GRANTED, Kind.EMAIL_VERIFIED}
BAD = {
    Kind.SIGN_IN_FAILED,
    Kind.LOGOUT_FAILED,
    Kind.REFUSED,
    Kind.CODE_REPLAYED,
    Kind.TOKEN_REPLAYED,
    Kind.CLIENT_FAILED,
    Kind.USER_CODE_FAILED,
}
FINGERPRINTS = {
    Kind.SIGN_IN_FAILED,
    Kind.PASSWORD_FORGOTTEN,
    Kind.EMAIL_ASKED,
    Kind.USER_CODE_FAILED,
}


@dataclass(frozen=True, slots=True)
class Line:
    """An event in a person's words; ``tone`` is "good", "bad" or nothing."""

    sentence: str
    details: tuple[str, ...]
    when: datetime
    address: str | None
    tone: str


def line_of(event: Event, catalogue: dict[str, scopes.Scope] | None = None) -> Line:
    """Say an event."""
    kind = Kind(event.kind)
    client = event.client.name if event.client else "an app"
    sentence = SENTENCES[kind].format(client=client)
    return Line(
        sentence[0].upper() + sentence[1:],
        tuple(_details(event, catalogue or {})),
        event.at,
        _network(event.address),
        "good" if kind in GOOD else "bad" if kind in BAD else "",
    )


def _network(address: str | None) -> str | None:
    """Events hold the network of an IPv6 address."""
    return f"{address}/64" if address and ":" in address else address


def said(names: Iterable[str], catalogue: dict[str, scopes.Scope]) -> list[str]:
    """Scopes and single claims in a person's words; what is unknown is left out."""
    by_name = {name: scope.sentence for name, scope in catalogue.items()}
    known = claims.SENTENCES | by_name
    return list(dict.fromkeys(known[name] for name in names if name in known))


def _details(event: Event, catalogue: dict[str, scopes.Scope]) -> list[str]:
    """What was granted, or why not; of what was typed in nothing that can be read."""
    if event.kind in FINGERPRINTS:
        return []
    if event.kind == Kind.GRANTED:
        return said(event.reason.split(), catalogue)
    return [event.reason] if event.reason else []
