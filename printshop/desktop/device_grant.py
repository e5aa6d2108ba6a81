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
LONGEST = 3600  # seconds that we wait for anybody


@dataclass(frozen=True, slots=True)
class Codes:
    """A device authorization response already checked: RFC 8628 §3.2."""

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    verification_uri_complete: str  # empty: there is none
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
                "expires_in": int(expires_in),
            } if device_code and user_code.isprintable() and is_safe(uri):
                complete = document.get("verification_uri_complete")
                is_usable = isinstance(complete, str) and is_safe(complete)
                interval = document.get("interval", INTERVAL)
                return cls(
                    device_code,
                    user_code,
                    uri,
                    str(complete) if is_usable else "",
                    min(expires_in, LONGEST),
                    interval if isinstance(interval, int) else INTERVAL,
                )
        raise Unreachable("The server gave no code to sign in with.")


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
    while time.monotonic() < until:
        time.sleep(interval)
        try:
            return tokens.poll(server, codes.device_code, resource)
        except Unreachable:
            interval *= 2  # RFC 8628 §3.5: it may have too much to do already
        except Refused as refused:
            interval += _patience(refused.error)
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
