"""Signing in where no browser is at hand, as over SSH: RFC 8628.

The person types a code in on another device; the program asks until they have.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from printshop import wire
from printshop.desktop import tokens
from printshop.desktop.discovery import JSON, Server, is_safe, unreachable
from printshop.desktop.failures import Denied, Failure, TookTooLong, Unreachable
from printshop.desktop.registration import CLIENT_ID, SCOPE
from printshop.desktop.tokens import Refused, Tokens

INTERVAL = 5  # seconds between two polls, if the server names none (RFC 8628 §3.2)
SLOWEST = 120  # seconds between two polls: more helps nobody
LONGEST = 3600  # seconds that we wait for anybody
LONGEST_CODE = 40  # characters: more nobody types


@dataclass(frozen=True, slots=True)
class Codes:
    """A device authorization response already checked: RFC 8628 §3.2."""

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    expires_in: int
    interval: int

    @classmethod
    def parse(cls, document: Mapping[str, object]) -> Self:
        """Raises Unreachable for what is none."""
        match document:
            case {
                "device_code": str(device_code),
                "user_code": str(user_code),
                "verification_uri": str(uri),
            } if device_code and _is_typed(user_code) and is_safe(uri):
                return cls(
                    device_code,
                    user_code,
                    uri,
                    min(_seconds(document, "expires_in", None), LONGEST),
                    min(_seconds(document, "interval", INTERVAL), SLOWEST),
                )
        raise Unreachable("The server gave no code to sign in with.")


def _is_typed(user_code: str) -> bool:
    return 0 < len(user_code) <= LONGEST_CODE and user_code.isprintable()


def _seconds(document: Mapping[str, object], name: str, default: int | None) -> int:
    value = document.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise Unreachable(f"The server answered with a {name} that makes no sense.")
    return value


def begin(server: Server, resources: Sequence[str]) -> Codes:
    """Ask for a pair of codes: RFC 8628 §3.1; raises Failure."""
    endpoint = server.device_authorization_endpoint
    if not endpoint:
        raise Failure(
            "This server lets nobody sign in without a browser: run the command where "
            "there is one, or open the address of --no-browser there."
        )
    form = {"client_id": CLIENT_ID, "scope": SCOPE, "resource": resources}
    try:
        answer = wire.call("POST", endpoint, headers=JSON, form=form)
        document = answer.json()
    except wire.Unreachable as error:
        raise unreachable(endpoint, error) from error
    if answer.status != 200:  # noqa: PLR2004
        raise Failure(f"The server refused: {str(document.get('error'))[:100]!r}.")
    return Codes.parse(document)


def wait(server: Server, codes: Codes, resource: str, seconds: float) -> Tokens:
    """Poll until the person has answered: RFC 8628 §3.5; raises Failure."""
    until = time.monotonic() + min(codes.expires_in, seconds)
    interval = codes.interval
    while time.monotonic() + interval < until:
        time.sleep(interval)
        try:
            return tokens.poll(server, codes.device_code, resource)
        except Unreachable:
            # RFC 8628 §3.5: it may have too much to do already
            interval = min(2 * interval, SLOWEST)
        except Refused as refused:
            interval = min(interval + _patience(refused.error), SLOWEST)
    raise TookTooLong(EXPIRED)


def _patience(error: str) -> int:
    """Seconds to wait longer from now on; raises Failure when waiting is over."""
    match error:
        case "authorization_pending":
            return 0
        case "slow_down":
            return 5
        case "access_denied":
            raise Denied("You did not allow it, so you are not signed in.")
        case "expired_token":
            raise TookTooLong(EXPIRED)
    raise Failure(f"The server refused: {error[:100]!r}. Sign in again.")


EXPIRED = "The code was not typed in in time, and is no longer good. Sign in again."
