"""What a visit was lent: sealed while something needs it, given back as soon as nothing
does. RFC 6749 §6, RFC 7009 §2.1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from printshop import id_token, token_endpoint
from printshop.failures import Failure, NotConnected, ProviderUnavailable
from printshop.models.stations import StationVisit
from printshop.token_endpoint import Refused, Tokens

EARLY = timedelta(seconds=60)  # a token is refreshed so long before it ends


class TurnLost(Exception):
    """The visit was ended while something was asked for it, or it took too long."""


@dataclass(slots=True)
class Turn:
    """The right to ask something for a visit; one at a time has it."""

    visit: StationVisit
    until: datetime

    def write(self, **changes: object) -> None:
        """Write what came of it; raises TurnLost."""
        if not StationVisit.objects.advance(self.visit, self.until, **changes):
            raise TurnLost
        self.learn(changes)

    def learn(self, changes: Mapping[str, object]) -> None:
        """What is in the row by now."""
        for name, value in changes.items():
            setattr(self.visit, name, value)

    def prolong(self) -> None:
        """Another question follows; raises TurnLost."""
        until = timezone.now() + StationVisit.TURN
        self.write(next_at=until)
        self.until = until


def keep(turn: Turn, tokens: Tokens, **changes: object) -> None:
    """Store what the provider made: the visit's, even if the turn is not ours any more.

    Raises TurnLost when the visit is over, and gives it back.
    """
    changes |= {
        "access_token": tokens.access_token,
        "access_token_expires_at": tokens.expires_at,
        "refresh_token": tokens.refresh_token,
        "scope": tokens.scope,
    }
    if not StationVisit.objects.was_lent(turn.visit, **changes):
        give_back([tokens.refresh_token, tokens.access_token])
        raise TurnLost
    turn.learn(changes)


def access_token(turn: Turn, *, rejected: str = "") -> str:
    """One good for a minute yet; needs no lease of its own, as the turn is one.

    ``rejected``: the photo service has just refused it. Raises NotConnected, or
    ProviderUnavailable.
    """
    visit, soon = turn.visit, timezone.now() + EARLY
    ends = visit.access_token_expires_at
    if visit.access_token and visit.access_token != rejected and ends and ends > soon:
        return str(visit.access_token)
    if not visit.refresh_token:
        raise NotConnected("the access token has ended, and nothing refreshes it")
    tokens = _refreshed(visit)
    keep(turn, tokens)
    _check_same_person(visit, tokens)
    return tokens.access_token


def _refreshed(visit: StationVisit) -> Tokens:
    try:
        return token_endpoint.refresh(
            visit.refresh_token,
            asked=visit.scope,
            resource=settings.RESOURCE,
            public=settings.STATION_CLIENT_ID,
        )
    except Refused as refused:
        raise NotConnected(f"refresh refused: {refused}") from refused


def _check_same_person(visit: StationVisit, tokens: Tokens) -> None:
    """A refreshed ID token names the same person: OIDC Core §12.2."""
    if not (tokens.id_token and visit.customer):
        return
    try:
        who = verified(tokens.id_token, tokens.access_token)
    except ProviderUnavailable:
        raise
    except Failure as failure:
        raise NotConnected(f"refreshed with a bad ID token: {failure}") from failure
    if (who.iss, who.sub) != (visit.customer.iss, visit.customer.sub):
        raise NotConnected("refreshed for somebody else")


def verified(text: str, token: str) -> id_token.Identity:
    """Every check of an ID token, but for a nonce, of which this grant has none."""
    client_id = settings.STATION_CLIENT_ID
    return id_token.verify(text, nonce=None, access_token=token, client_id=client_id)


def end(visit: StationVisit, problem: str = "") -> None:
    """Empty the row, then give back what was in it: whatever the server says to that,
    nothing is left here.
    """
    give_back(StationVisit.objects.end(visit, problem))


def give_back(tokens: Iterable[str]) -> None:
    """Revoke them; a server that cannot be told lets them run out."""
    for token in filter(None, tokens):
        token_endpoint.revoke(token, public=settings.STATION_CLIENT_ID)
