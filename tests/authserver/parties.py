"""The cast: a browser, and the clients that call this server.

Mallory is anybody who uses them wrongly. All of them are registered by
demo/registrations.toml, as the demonstration's own parties are.
"""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from django.test import Client as DjangoClient

ISSUER = "http://localhost:8001"
SHOP = "http://localhost:8000"
PHOTOS = "http://localhost:8002"
CALLBACK = f"{SHOP}/connect/callback/"
PICKER = "photospicker.mediaitems.readonly"
LIBRARY = "photoslibrary.readonly.appcreateddata"
GOOGLE = "https://www.googleapis.com/auth/"
PASSWORD = "print-shop-demo"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, Appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
FORM = "application/x-www-form-urlencoded"

Response = Any  # Django's test response: a response and much more


def answer(response: Response) -> dict[str, str]:
    """What a redirect to a client carries."""
    assert response.status_code == 303, (response.status_code, response.content[:500])
    query = parse_qs(urlsplit(response["Location"]).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in query.values()), query
    return {name: values[0] for name, values in query.items()}


def claims_of(token: str) -> dict[str, Any]:
    """What a JWT says, unverified."""
    return jwt.decode(token, options={"verify_signature": False})


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def request_of_shop(**changes: str | None) -> dict[str, str]:
    """An authorization request of the print shop; None leaves a parameter out."""
    parameters: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "printshop",
        "redirect_uri": CALLBACK,
        "scope": f"openid {PICKER}",
        "state": "xyz",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    parameters |= changes
    return {name: value for name, value in parameters.items() if value is not None}


class Browser(DjangoClient):
    """A browser at the authorization server."""

    def __init__(self, **options: Any) -> None:
        super().__init__(SERVER_NAME="localhost", SERVER_PORT="8001", **options)

    def sign_in(self, username: str = "alice", at: str = "/sign-in/") -> Response:
        return self.post(at, {"username": username, "password": PASSWORD})

    def authorize(self, **changes: str | None) -> Response:
        """Arrive with an authorization request of the print shop."""
        return self.get("/oauth/authorize", request_of_shop(**changes))

    def allow(self, *scopes: str, **changes: str | None) -> Response:
        """Ask, and allow on the consent page with these boxes ticked."""
        response = self.authorize(**changes)
        assert urlsplit(response["Location"]).path.startswith("/consent/"), response
        return self.decide(response["Location"], "allow", *scopes)

    def decide(self, page: str, decision: str, *scopes: str) -> Response:
        return self.post(page, {"decision": decision, "scope": list(scopes)})

    def code(self, *scopes: str, **changes: str | None) -> str:
        """A fresh code for the print shop."""
        return answer(self.allow(*scopes, **{"prompt": "consent"} | changes))["code"]


class Caller:
    """A client's back channel."""

    def __init__(self, client_id: str = "printshop", secret: str | None = None) -> None:
        self.client_id = client_id
        self.secret = f"demo-{client_id}-client-secret" if secret is None else secret
        self.http = DjangoClient(SERVER_NAME="localhost", SERVER_PORT="8001")

    def post(self, path: str, form: Any, **headers: str) -> Response:
        body = form if isinstance(form, (str, bytes)) else urlencode(form, doseq=True)
        sent = {"authorization": self.basic()} | headers
        sent = {name: value for name, value in sent.items() if value}
        return self.http.post(path, body, FORM, headers=sent)

    def basic(self) -> str:
        if not self.secret:
            return ""
        pair = f"{self.client_id}:{self.secret}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    def exchange(self, code: str, **changes: Any) -> Response:
        """A code against tokens; None leaves a parameter out."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        } | changes
        return self.token(form)

    def refresh(self, refresh_token: str, **changes: Any) -> Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.token(form | changes)

    def token(self, form: dict[str, Any]) -> Response:
        given = {name: value for name, value in form.items() if value is not None}
        if not self.secret:
            given.setdefault("client_id", self.client_id)
        return self.post("/oauth/token", given)

    def userinfo(self, token: str) -> Response:
        headers = {"authorization": f"Bearer {token}"}
        return self.http.get("/oauth/userinfo", headers=headers)

    def revoke(self, token: str, **more: str) -> Response:
        return self.post("/oauth/revoke", {"token": token} | more)

    def introspect(self, token: str) -> Response:
        return self.post("/oauth/introspect", {"token": token})


def photos_api() -> Caller:
    """The resource server, as introspection knows it."""
    return Caller("photos_api", "demo-photos-api-introspection-secret")


def random_verifier() -> str:
    return secrets.token_urlsafe(48)
