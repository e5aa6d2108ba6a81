"""An authorization server: it does what it should, until a test sets a switch."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus, urlencode

import jwt

from provider.grants import ALICE, DeviceGrant, Grant
from provider.keys import RSA_KEY, SIGNING_KEYS, public_jwk
from provider.server import Reply, Request, Server, bearer

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class Provider(Server):
    """An authorization server that signs in whoever ``person`` is."""

    def __init__(self, port: int = 0) -> None:
        self.person = ALICE
        self.sid: str | None = "session-1"  # of the one browser that signs in
        self.client = ("printshop", "a:b%c+d e&f/ü" + "s" * 20)
        self.client_authentication = ["client_secret_basic"]
        self.deny: set[str] = set()  # scopes that the person unticks
        self.error = ""  # answer this instead of a code
        self.algorithm = "RS256"  # of its ID tokens
        self.claims: dict[str, Any] = {}  # laid over the ID token's claims; None drops
        self.header: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any], dict[str, Any]], str] = self._sign
        self.metadata: dict[str, Any] = {}
        self.keys: list[dict[str, Any]] = [public_jwk(RSA_KEY, "k1")]
        self.userinfo: dict[str, Any] = {}
        self.answer_changes: dict[str, Any] = {}  # laid over the authorization answer
        self.token_changes: dict[str, Any] = {}  # laid over the token response
        self.lifetime = 300
        self.codes: dict[str, Grant] = {}
        self.refresh_tokens: dict[str, Grant] = {}
        self.access_tokens: dict[str, Grant] = {}
        self.device = "printshop-device"  # a public client
        self.devices: dict[str, DeviceGrant] = {}  # by device_code
        self.device_changes: dict[str, Any] = {}  # laid over the device's answer
        self.device_seconds, self.interval = 600, 5
        self.lock = threading.Lock()
        super().__init__(port)

    def answer(self, request: Request) -> Reply:  # noqa: C901, PLR0911 - a table
        """Route."""
        match request.path:
            case "/.well-known/openid-configuration":
                return Reply(self.document())
            case "/jwks":
                return Reply({"keys": self.keys})
            case "/authorize":
                return self.authorize(request)
            case "/token":
                with self.lock:
                    return self.token(request)
            case "/userinfo":
                return self.user_info(request)
            case "/device_authorization":
                return self.device_authorization(request)
            case "/revoke":
                return self.revoke(request)
            case "/logout":
                target = request.query["post_logout_redirect_uri"]
                state = urlencode({"state": request.query["state"]})
                return Reply(status=302, headers={"Location": f"{target}?{state}"})
        return Reply({"error": "not_found"}, 404)

    def document(self) -> dict[str, Any]:
        """The discovery document."""
        document: dict[str, Any] = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "revocation_endpoint": f"{self.url}/revoke",
            "end_session_endpoint": f"{self.url}/logout",
            "device_authorization_endpoint": f"{self.url}/device_authorization",
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata
        return {name: value for name, value in document.items() if value is not None}

    def authorize(self, request: Request) -> Reply:
        """The person is signed in and agrees; what they untick is in ``deny``."""
        asked = request.query
        code = secrets.token_urlsafe(16)
        scope = " ".join(s for s in asked["scope"].split() if s not in self.deny)
        self.codes[code] = Grant(
            self.person,
            asked["client_id"],
            asked["redirect_uri"],
            scope,
            asked["nonce"],
            asked["code_challenge"],
        )
        answer: dict[str, Any] = {
            "code": code,
            "state": asked["state"],
            "iss": self.url,
        }
        if self.error:
            del answer["code"]
            answer["error"] = self.error
        answer |= self.answer_changes
        query = urlencode({k: v for k, v in answer.items() if v is not None})
        return Reply(
            status=302, headers={"Location": f"{asked['redirect_uri']}?{query}"}
        )

    def token(self, request: Request) -> Reply:  # noqa: PLR0911 - a chain of guards
        """Codes and refresh tokens for tokens, with every check of a real one."""
        form = request.form
        public = self._client(request) == ("", "") and form.get("client_id")
        if self._client(request) != self.client and public != self.device:
            return Reply({"error": "invalid_client"}, 401)
        if form.get("grant_type") == DEVICE_CODE:
            return self.device_token(form)
        if form.get("grant_type") == "refresh_token":
            grant = self.refresh_tokens.get(form["refresh_token"])
            if grant is None or not grant.alive:
                return Reply({"error": "invalid_grant"}, 400)
            if grant.refresh_token != form["refresh_token"]:  # used before: a thief
                grant.alive = False
                return Reply({"error": "invalid_grant"}, 400)
            return Reply(self.tokens(grant, with_id_token=False))
        grant = self.codes.get(form.get("code", ""))
        verifier = form.get("code_verifier", "")
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if grant is None or grant.used or grant.code_challenge != challenge:
            return Reply({"error": "invalid_grant"}, 400)
        if grant.redirect_uri != form.get("redirect_uri"):
            return Reply({"error": "invalid_grant"}, 400)
        grant.used = True
        return Reply(self.tokens(grant, with_id_token=True))

    def device_authorization(self, request: Request) -> Reply:
        """Two codes: RFC 8628 §3.2."""
        if request.form.get("client_id") != self.device:
            return Reply({"error": "invalid_client"}, 401)
        device_code, number = secrets.token_urlsafe(24), len(self.devices)
        user_code = f"WDJB-MJH{'BCDFGHJKLMNPQRSTVWXZ'[number % 20]}"
        self.devices[device_code] = DeviceGrant(
            user_code,
            request.form["scope"],
            self.interval,
            time.time() + self.device_seconds,
        )
        answer = {
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": f"{self.url}/device",
            "verification_uri_complete": f"{self.url}/device?user_code={user_code}",
            "expires_in": self.device_seconds,
            "interval": self.interval,
        } | self.device_changes
        return Reply({name: v for name, v in answer.items() if v is not None})

    def device_token(self, form: dict[str, str]) -> Reply:
        """Not yet, too soon, no, too late, or tokens, once: RFC 8628 §3.5."""
        asked = self.devices.get(form.get("device_code", ""))
        if asked is None or (asked.grant and asked.grant.used):
            return Reply({"error": "invalid_grant"}, 400)
        too_soon = time.time() < asked.polled_at + asked.interval - 1  # networks vary
        asked.polled_at = time.time()
        if asked.denied:
            return Reply({"error": "access_denied"}, 400)
        if asked.ends <= time.time():
            return Reply({"error": "expired_token"}, 400)
        if asked.grant is None and too_soon:
            asked.interval += 5
            return Reply({"error": "slow_down"}, 400)
        if asked.grant is None:
            return Reply({"error": "authorization_pending"}, 400)
        asked.grant.used = True
        return Reply(self.tokens(asked.grant, with_id_token=True))

    def allow(self) -> None:
        """The person allows what the newest device asks for, but for ``deny``."""
        asked = list(self.devices.values())[-1]
        scope = " ".join(s for s in asked.scope.split() if s not in self.deny)
        asked.grant = Grant(self.person, self.device, "", scope, "", "")

    def tokens(self, grant: Grant, *, with_id_token: bool) -> dict[str, Any]:
        """A token response."""
        access_token, refresh_token = (secrets.token_urlsafe(24) for _ in range(2))
        self.access_tokens[access_token] = grant
        self.refresh_tokens[refresh_token] = grant
        grant.refresh_token = refresh_token
        response: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "refresh_token": refresh_token,
            "scope": grant.scope,
        }
        if with_id_token:
            response["id_token"] = self.id_token(grant, access_token)
        response |= self.token_changes
        return {name: value for name, value in response.items() if value is not None}

    def id_token(self, grant: Grant, access_token: str) -> str:
        """Who signed in, with whatever lies the test wants."""
        now = int(time.time())
        bits = 512 if self.algorithm in {"EdDSA", "Ed25519"} else 256
        digest = hashlib.new(f"sha{bits}", access_token.encode()).digest()
        half = digest[: len(digest) // 2]
        claims: dict[str, Any] = {
            "iss": self.url,
            "sub": grant.person.sub,
            "aud": grant.client_id,
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": grant.nonce or None,
            "sid": self.sid,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.sign(claims, {"kid": "k1", "alg": self.algorithm} | self.header)

    def logout_claims(self, **changes: Any) -> dict[str, Any]:
        """What a logout token says; what is changed to None is left out."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": "printshop",
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(16),
            "sub": self.person.sub,
            "sid": self.sid,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def logout_token(self, **changes: Any) -> str:
        """A logout token: good, if nothing is changed."""
        return self.sign(
            self.logout_claims(**changes),
            {"kid": "k1", "alg": self.algorithm, "typ": "logout+jwt"},
        )

    def _sign(self, claims: dict[str, Any], header: dict[str, Any]) -> str:
        header = {name: value for name, value in header.items() if value is not None}
        key = SIGNING_KEYS[self.algorithm]
        return jwt.encode(claims, key, algorithm=self.algorithm, headers=header)

    def user_info(self, request: Request) -> Reply:
        """Name and e-mail, for a live token."""
        grant = self.access_tokens.get(bearer(request))
        if grant is None:
            return Reply({"error": "invalid_token"}, 401)
        person = grant.person
        claims: dict[str, Any] = {
            "sub": person.sub,
            "name": person.name,
            "email": person.email,
        }
        claims |= self.userinfo
        return Reply({name: v for name, v in claims.items() if v is not None})

    def revoke(self, request: Request) -> Reply:
        """RFC 7009: the whole family of the token dies."""
        token = request.form["token"]
        grant = self.refresh_tokens.get(token) or self.access_tokens.get(token)
        if grant:
            grant.alive = False
        return Reply()

    def accepts(self, token: str) -> Grant | None:
        """The grant of a live access token."""
        grant = self.access_tokens.get(token)
        return grant if grant and grant.alive else None

    def _client(self, request: Request) -> tuple[str, str]:
        kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if not kind and "client_secret_post" in self.client_authentication:
            return request.form["client_id"], request.form["client_secret"]
        if kind != "Basic" or "client_secret_basic" not in self.client_authentication:
            return "", ""
        client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
        return unquote_plus(client_id), unquote_plus(secret)
