"""The authorization server as the photo pages meet it: a stage set, not a server."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import responses
from django.test import Client
from photo_cast import ALICE, ISSUER, NOTHING, Issuer

CALLBACK = "/sign-in/callback/"


class Provider:
    """Answers discovery, keys and the token endpoint; every answer can be changed."""

    def __init__(self, wire: responses.RequestsMock, issuer: Issuer) -> None:
        self.wire = wire
        self.issuer = issuer
        self.claims: dict[str, object] = {}
        self.token: dict[str, object] = {}
        self.userinfo: dict[str, object] = {"sub": ALICE, "name": "Alice Ferrand"}
        self.key: Any = issuer.rsa
        self.kid = "rs-1"
        self.metadata: dict[str, object] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/oauth/authorize",
            "token_endpoint": f"{ISSUER}/oauth/token",
            "jwks_uri": f"{ISSUER}/oauth/jwks",
            "userinfo_endpoint": f"{ISSUER}/oauth/userinfo",
            "end_session_endpoint": f"{ISSUER}/oauth/logout",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        wire.add_callback(
            "GET",
            f"{ISSUER}/.well-known/openid-configuration",
            self._json(lambda: self.metadata),
            content_type="application/json",
        )
        wire.add_callback(
            "GET",
            f"{ISSUER}/oauth/jwks",
            self._json(lambda: issuer.jwks),
            content_type="application/json",
        )
        wire.add_callback(
            "POST",
            f"{ISSUER}/oauth/token",
            self._json(self._token),
            content_type="application/json",
        )
        wire.add_callback(
            "GET",
            f"{ISSUER}/oauth/userinfo",
            self._json(lambda: self.userinfo),
            content_type="application/json",
        )
        self.nonce = ""

    def _json(self, content: Callable[[], object]) -> Any:
        def answer(request: Any) -> tuple[int, dict[str, str], str]:
            return 200, {}, json.dumps(content())

        return answer

    def _token(self) -> dict[str, object]:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": ISSUER,
            "sub": ALICE,
            "aud": "photos",
            "exp": now + 300,
            "iat": now,
            "nonce": self.nonce,
            "sid": "session-1",
            **self.claims,
        }
        claims = {k: v for k, v in claims.items() if v is not NOTHING}
        id_token = jwt.encode(claims, self.key, "RS256", headers={"kid": self.kid})
        answer: dict[str, object] = {
            "access_token": "not-for-us",
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": id_token,
            **self.token,
        }
        return {k: v for k, v in answer.items() if v is not NOTHING}

    def depart(self, browser: Client, onward: str = "/") -> dict[str, str]:
        """Follow the link to sign in; the parameters of the authorization request."""
        response = browser.get("/sign-in/", {"next": onward})
        assert response.status_code == 302, response.content
        url = urlsplit(response["Location"])
        assert f"{url.scheme}://{url.netloc}{url.path}" == f"{ISSUER}/oauth/authorize"
        question = {k: v[0] for k, v in parse_qs(url.query).items()}
        self.nonce = question["nonce"]
        return question

    def come_back(
        self, browser: Client, question: dict[str, str], **changes: Any
    ) -> Any:
        """Bring the authorization response to the callback."""
        answer = {
            "code": "a-code",
            "state": question["state"],
            "iss": ISSUER,
            **changes,
        }
        return browser.get(
            CALLBACK, {k: v for k, v in answer.items() if v is not NOTHING}
        )

    def sign_in(self, browser: Client, onward: str = "/") -> Any:
        """The whole way."""
        return self.come_back(browser, self.depart(browser, onward))

    def token_request(self) -> dict[str, str]:
        """What was sent to the token endpoint."""
        (call,) = [
            c for c in self.wire.calls if c.request.url == f"{ISSUER}/oauth/token"
        ]
        return {k: v[0] for k, v in parse_qs(str(call.request.body)).items()}
