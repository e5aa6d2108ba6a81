"""The token endpoint and its sister for revocation: RFC 6749 §3.2, RFC 7009 §2.

A public client names itself and proves nothing (RFC 6749 §3.2.1); what it proves is
that it began the attempt (RFC 7636 §4.5), or that it holds the latest refresh token.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from printshop import wire
from printshop.desktop.authorization import Attempt, Return
from printshop.desktop.discovery import JSON, Server, unreachable
from printshop.desktop.failures import Unreachable
from printshop.desktop.registration import CLIENT_ID

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
LONGEST = 16 * 1024  # characters of a token: more is no token


class Refused(Exception):
    """The server refused, and says why: RFC 6749 §5.2."""

    def __init__(self, error: str) -> None:
        super().__init__(repr(error[:100]))
        self.error = error


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token response already checked: RFC 6749 §5.1."""

    access_token: str = field(repr=False)
    expires_at: float  # seconds of this process's monotonic clock
    refresh_token: str = field(repr=False)  # empty: none was lent
    id_token: str = field(repr=False)  # empty: none came
    scope: str  # empty: as asked for

    @classmethod
    def parse(cls, document: Mapping[str, object]) -> Self:
        """Read a token response; raises Unreachable for what is none."""
        access_token = _text(document, "access_token")
        if not access_token or _text(document, "token_type").lower() != "bearer":
            raise Unreachable("The server answered without a token we can use.")
        seconds = document.get("expires_in", 60)
        if not isinstance(seconds, int) or not 0 <= seconds <= 366 * 86_400:
            raise Unreachable("The server gave a token for a time that makes no sense.")

        return cls(
            access_token=access_token,
            expires_at=time.monotonic() + seconds,
            refresh_token=_text(document, "refresh_token"),
            id_token=_text(document, "id_token"),
            scope=_text(document, "scope"),
        )


def redeem(server: Server, answer: Return, attempt: Attempt, resource: str) -> Tokens:
    """A code against tokens: RFC 6749 §4.1.3. Raises Refused or Unreachable."""
    form = {
        "grant_type": "authorization_code",
        "code": answer.code,
        "redirect_uri": attempt.redirect_uri,
        "code_verifier": attempt.code_verifier,  # RFC 7636 §4.5
    }
    return _request(server, form, resource)


def poll(server: Server, device_code: str, resource: str) -> Tokens:
    """A device code against tokens: RFC 8628 §3.4. Raises Refused or Unreachable."""
    form = {"grant_type": DEVICE_CODE, "device_code": device_code}
    return _request(server, form, resource)


def refresh(server: Server, refresh_token: str, resource: str) -> Tokens:
    """The next pair of tokens: RFC 6749 §6. Raises Refused or Unreachable.

    The one that was sent is spent, whether the answer arrives or not: the caller lets
    no two runs do it at once (RFC 9700 §4.14.2). Does not read an ID token that comes.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _request(server, form, resource)


def revoke(server: Server, refresh_token: str) -> None:
    """Give it back, with all that came of it: RFC 7009 §2.1. Raises Unreachable."""
    if not server.revocation_endpoint:
        raise Unreachable(f"{server.issuer} takes no tokens back.")
    form = {
        "token": refresh_token,
        "token_type_hint": "refresh_token",
        "client_id": CLIENT_ID,
    }
    answer = _call(server.revocation_endpoint, form)
    if answer.status != 200:  # noqa: PLR2004 # RFC 7009 §2.2
        raise Unreachable(f"{server.issuer} answered {answer.status}.")


def _request(server: Server, form: Mapping[str, str], resource: str) -> Tokens:
    """For one service alone: RFC 8707 §2.2."""
    sent = {**form, "client_id": CLIENT_ID, "resource": resource}
    answer = _call(server.token_endpoint, sent)
    document = _json(answer)
    match answer.status, document.get("error"):
        case 200, None:
            return Tokens.parse(document)
        case 400 | 401, str(error):
            raise Refused(error)
    raise Unreachable(f"{server.issuer} answered {answer.status}. Try again later.")


def _call(endpoint: str, form: Mapping[str, str]) -> wire.Answer:
    try:
        return wire.call("POST", endpoint, headers=JSON, form=form)
    except wire.Unreachable as error:
        raise unreachable(endpoint, error) from error


def _json(answer: wire.Answer) -> Mapping[str, object]:
    try:
        return answer.json()
    except wire.Unreachable as error:
        raise unreachable(answer.url, error) from error


def _text(document: Mapping[str, object], name: str) -> str:
    match document.get(name, ""):
        case str(value) if len(value) <= LONGEST and value.isprintable():
            return value
    raise Unreachable(f"The server answered with a {name} that makes no sense.")
