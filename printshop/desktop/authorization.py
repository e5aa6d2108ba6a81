"""The authorization request and its answer: RFC 6749 §4.1.1, RFC 6749 §4.1.2."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlencode

from printshop.desktop import pkce
from printshop.desktop.discovery import Server
from printshop.desktop.failures import Denied, Failure
from printshop.desktop.registration import CLIENT_ID, SCOPE

LONGEST = 4096  # characters of a parameter: more is no answer of our server


@dataclass(frozen=True, slots=True)
class Attempt:
    """One authorization request, and the secrets that belong to it."""

    redirect_uri: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    code_verifier: str = field(default_factory=pkce.code_verifier, repr=False)

    def url(self, server: Server, resources: Sequence[str]) -> str:
        """Where the browser goes: RFC 6749 §4.1.1, with what others added to it."""
        query = [
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", self.redirect_uri),
            ("scope", SCOPE),
            ("state", self.state),  # RFC 6749 §10.12
            ("nonce", self.nonce),  # OIDC Core §3.1.2.1
            ("code_challenge", pkce.code_challenge(self.code_verifier)),
            ("code_challenge_method", "S256"),  # RFC 7636 §4.3
            *(("resource", resource) for resource in resources),  # RFC 8707 §2.1
        ]
        endpoint = server.authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def is_meant(self, query: str) -> bool:
        """Whether an answer has our state; others anybody sends. RFC 6749 §10.12."""
        ours = self.state.encode()
        return any(
            name == "state" and secrets.compare_digest(value.encode(), ours)
            for name, value in parse_qsl(query, errors="replace")
        )


@dataclass(frozen=True, slots=True)
class Return:
    """An authorization response already checked; the token request takes no less."""

    code: str = field(repr=False)

    @classmethod
    def parse(cls, query: str, attempt: Attempt, server: Server) -> Self:
        """Check state, then iss, and only then read what it says.

        Raises Denied, or Failure for an answer that is not to be trusted.
        """
        if not attempt.is_meant(query):
            raise Failure("The answer belongs to another sign-in. Sign in again.")
        told = _single_values(query)
        iss = told.get("iss")
        if iss != server.issuer and (iss is not None or server.answers_with_iss):
            raise Failure(  # RFC 9207 §2.4
                "Another server answered than the one that was asked. Do not go on if "
                "you cannot explain that; else sign in again."
            )

        match told:  # read only now that we know who is speaking
            case {"error": "access_denied"}:
                raise Denied("You did not allow it, so you are not signed in.")
            case {"error": error}:  # RFC 6749 §4.1.2.1
                raise Failure(f"The server refused: {error[:100]!r}. Sign in again.")
            case {"code": code} if code:
                return cls(code)
        raise Failure("The answer says nothing. Sign in again.")


def _single_values(query: str) -> dict[str, str]:
    """Parameters, of which none may come twice: RFC 6749 §3.1."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    told = dict(pairs)
    if len(told) != len(pairs) or any(len(value) > LONGEST for _, value in pairs):
        raise Failure("The answer is garbled. Sign in again.")
    return told
