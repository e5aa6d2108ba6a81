"""The ``claims`` parameter of an authorization request: OIDC Core §5.5.

What we do not know is ignored, as the specification asks; so is a claim whose scope the
client did not register. Nothing that is missing in the end is an error, two things
excepted: a person other than the one who was asked for, and an essential ``acr`` that
we cannot reach.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from authserver import claims
from authserver.claims import Requested
from authserver.errors import InvalidRequest, UnmetAuthenticationRequirements
from authserver.models import Client

ACR = "password"  # the one authentication context class there is here
MEMBERS = ("userinfo", "id_token")


@dataclass(frozen=True, slots=True)
class Wish:
    """How one claim is asked for (OIDC Core §5.5.1)."""

    essential: bool = False
    values: tuple[Any, ...] = ()  # none: any value will do

    @classmethod
    def parse(cls, wish: Any) -> Self:
        """From ``null`` or an object; raises InvalidRequest."""
        if wish is None:
            return cls()
        if not isinstance(wish, dict):
            raise InvalidRequest("A claim is asked for by null or an object.")
        essential, values = wish.get("essential", False), wish.get("values", [])
        if not isinstance(essential, bool) or not isinstance(values, list):
            raise InvalidRequest("A claim has a boolean essential and an array values.")
        one = [wish["value"]] if "value" in wish else []
        return cls(essential, (*one, *values))


@dataclass(frozen=True, slots=True)
class ClaimsParameter:
    """What is asked for, as far as we can answer it."""

    requested: Requested
    essential: tuple[str, ...] = ()
    only_sub: tuple[frozenset[str], ...] = ()  # each names who will do

    @classmethod
    def parse(cls, text: str, client: Client) -> Self:
        """Raises InvalidRequest, UnmetAuthenticationRequirements."""
        asked = _wishes(text)
        _check_acr(asked["id_token"].get("acr", Wish()))
        known = {n for n, scope in claims.SCOPE_OF.items() if scope in client.scopes}
        everywhere = [pair for wishes in asked.values() for pair in wishes.items()]
        return cls(
            requested={
                where: {
                    n: list(wish.values) for n, wish in wishes.items() if n in known
                }
                for where, wishes in asked.items()
            },
            essential=tuple(
                sorted({n for n, wish in everywhere if n in known and wish.essential})
            ),
            only_sub=tuple(
                frozenset(map(str, wish.values))
                for n, wish in everywhere
                if n == "sub" and wish.values
            ),
        )


def _wishes(text: str) -> dict[str, dict[str, Wish]]:
    """Where → claim → how it is asked for; other members are ignored."""
    asked = _storable_json(text)
    if not isinstance(asked, dict):
        raise InvalidRequest("claims must be a JSON object.")
    given = {where: asked.get(where) for where in MEMBERS}
    found = {where: {} if it is None else it for where, it in given.items()}
    if not all(isinstance(member, dict) for member in found.values()):
        raise InvalidRequest("userinfo and id_token of claims must be JSON objects.")
    return {
        where: {name: Wish.parse(wish) for name, wish in member.items()}
        for where, member in found.items()
    }


def _storable_json(text: str) -> Any:
    """Parsed, if a database can keep it: no NUL, no half characters, no infinities."""
    try:
        asked = json.loads(text)
        again = json.dumps(asked, ensure_ascii=False, allow_nan=False)
        again.encode()
    except (ValueError, RecursionError):
        raise InvalidRequest("claims is not JSON.") from None
    if "\\u0000" in again:
        raise InvalidRequest("claims holds a NUL character.")
    return asked


def _check_acr(wish: Wish) -> None:
    """OIDC Core §5.5.1.1: an essential one of other values is a failure."""
    if wish.essential and wish.values and ACR not in wish.values:
        raise UnmetAuthenticationRequirements("The only acr here is password.")


def those_who_will_do(named: Iterable[frozenset[str]]) -> tuple[str, ...] | None:
    """Who fits every hint and claim that names somebody; None if nobody is named."""
    named = list(named)
    return tuple(sorted(frozenset.intersection(*named))) if named else None
