"""An OAuth client written out: what goes over the wire, and nothing hidden."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from requests import Response
from requests.adapters import HTTPAdapter

from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Fields, Visitor

PASSWORD = "print-shop-demo"
PICKER = "photospicker.mediaitems.readonly"
LIBRARY = "photoslibrary.readonly.appcreateddata"
CALLBACK = "http://localhost:9/callback"  # nobody listens: tests read the redirect


@dataclass
class Attempt:
    """One authorization request and the secrets that belong to it."""

    scope: str = f"openid profile email offline_access {PICKER} {LIBRARY}"
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """The S256 challenge of the verifier."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class _From(HTTPAdapter):
    """Connections from one of the addresses of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, source_address=(self._address, 0))


@dataclass
class Client:
    """A confidential client registered for the tests."""

    town: Town
    client_id: str
    client_secret: str
    redirect_uri: str = CALLBACK
    address: str = "127.0.0.1"  # it calls from there: guesses are counted by address

    @classmethod
    def register(cls, town: Town, name: str, *options: str) -> "Client":
        """Register by the operator's command, as its JSON says."""
        scopes = ["openid", "profile", "email", "offline_access", PICKER, LIBRARY]
        printed = town.manage(
            "authserver",
            "register_client",
            name,
            f"--redirect-uri={CALLBACK}",
            *(f"--scope={scope}" for scope in scopes),
            *options,
        )
        made = json.loads(printed[printed.index("{") :])
        return cls(town, made["client_id"], made.get("client_secret", ""))

    def authorization_url(self, attempt: Attempt, **changes: str | None) -> str:
        """The authorization request; None as a change leaves a parameter out."""
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": attempt.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        given = {k: v for k, v in parameters.items() if v is not None}
        return f"{self.town.issuer}/oauth/authorize?{urlencode(given)}"

    def code(self, visitor: Visitor, attempt: Attempt, username: str = "alice") -> str:
        """Sign in if asked, allow everything if asked; the code that comes back."""
        answer = self.allow(visitor, attempt, username)
        query = query_of(answer)
        assert query.get("state") == attempt.state, answer.headers
        return query["code"]

    def allow(self, visitor: Visitor, attempt: Attempt, username: str) -> Response:
        """The redirect that answers the authorization request."""
        page = visitor.get(self.authorization_url(attempt))
        page = visitor.follow(page, until=self.redirect_uri)
        if 'name="password"' in page.text:
            page = visitor.sign_in(page, username, PASSWORD)
            page = visitor.follow(page, until=self.redirect_uri)
        if page.is_redirect:
            return page
        wanted = attempt.scope.split()
        decision: Fields = {"scope": wanted, "decision": "allow"}
        page = visitor.submit(page, decision, having="decision")
        return visitor.follow(page, until=self.redirect_uri)

    def token_request(self, **parameters: str) -> Response:
        """The token endpoint, this client authenticated by client_secret_basic."""
        with requests.Session() as http:
            http.mount("http://", _From(self.address))
            return http.post(
                f"{self.town.issuer}/oauth/token",
                data=parameters,
                auth=(self.client_id, self.client_secret)
                if self.client_secret
                else None,
                timeout=TIMEOUT,
            )

    def exchange(self, code: str, attempt: Attempt, **changes: str) -> Response:
        """The token request for a code."""
        parameters = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": attempt.verifier,
            **changes,
        }
        return self.token_request(**parameters)

    def refresh(self, refresh_token: str, **changes: str) -> Response:
        """The token request for a refresh token."""
        return self.token_request(
            grant_type="refresh_token", refresh_token=refresh_token, **changes
        )

    def tokens(self, username: str = "alice", **changes: str) -> dict[str, Any]:
        """A person allows everything; the token answer."""
        attempt = Attempt(**changes)
        code = self.code(Visitor(self.town.issuer), attempt, username)
        answer = self.exchange(code, attempt)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def userinfo(self, access_token: str) -> Response:
        """Is this access token alive? 200 or 401."""
        return requests.get(
            f"{self.town.issuer}/oauth/userinfo",
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=TIMEOUT,
        )


def query_of(answer: Response) -> dict[str, str]:
    """The query of a redirect, each name once."""
    query = parse_qs(urlsplit(answer.headers["Location"]).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in query.values()), query
    return {name: values[0] for name, values in query.items()}
