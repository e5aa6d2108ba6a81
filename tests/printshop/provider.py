"""A small real provider and a small real photo service, on a real wire.

They do what they should, and on demand what they should not: a test sets a switch,
then talks to the shop.
"""

import base64
import hashlib
import io
import json
import secrets
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from PIL import Image

PICK = "photospicker.mediaitems.readonly"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
SIGNING_KEYS: dict[str, SigningKey] = {
    "RS256": RSA_KEY,
    "PS256": RSA_KEY,
    "ES256": EC_KEY,
    "EdDSA": ED_KEY,
    "Ed25519": ED_KEY,
}
jwt.register_algorithm("Ed25519", OKPAlgorithm())


@dataclass
class Reply:
    """What goes back over the wire."""

    body: bytes | str | dict[str, Any] = b""
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0  # seconds between two bytes

    def bytes(self) -> bytes:
        """The body as it is sent."""
        if isinstance(self.body, dict):
            return json.dumps(self.body).encode()
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass
class Request:
    """What came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Server(ABC):
    """An HTTP server in a thread; subclasses answer."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.replies: dict[str, Reply] = {}  # path → what to answer instead
        self.before: Callable[[Request], None] = lambda request: None
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._gone = False
        serve = threading.Thread(target=self._http.serve_forever, args=[0.01])
        serve.daemon = True
        serve.start()

    def stop(self) -> None:
        """Go away: connections are refused from now on, and open ones closed."""
        self._gone = True
        self._http.shutdown()
        self._http.server_close()

    @abstractmethod
    def answer(self, request: Request) -> Reply:
        """What a well-behaved server says."""

    def asked(self, path: str) -> list[Request]:
        """The requests that came for a path."""
        return [request for request in self.requests if request.path == path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one class
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each answer waits 40 ms for an ACK

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                parts = urlsplit(self.path)
                form = "urlencoded" in self.headers.get("Content-Type", "")
                request = Request(
                    self.command,
                    parts.path,
                    dict(parse_qsl(parts.query)),
                    dict(parse_qsl(body.decode())) if form else {},
                    dict(self.headers),
                    body,
                )
                if server._gone:
                    self.close_connection = True
                    return
                server.requests.append(request)
                server.before(request)
                reply = server.replies.get(parts.path) or server.answer(request)
                self.write(reply)

            do_GET = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 - its names

            def write(self, reply: Reply) -> None:
                content = reply.bytes()
                self.send_response(reply.status)
                headers = {"Content-Type": reply.content_type} | reply.headers
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                try:
                    if not reply.drip:
                        self.wfile.write(content)
                    for byte in content if reply.drip else b"":
                        self.wfile.write(bytes([byte]))
                        time.sleep(reply.drip)
                except OSError:
                    self.close_connection = True  # the shop had enough

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler


@dataclass
class Person:
    """Somebody with an account."""

    sub: str
    name: str
    email: str


ALICE = Person("5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60", "Alice Ferrand", "a@example.com")
BOB = Person("b0b7a9d4-2f3c-4d7e-8a61-90c4d2e7f1b3", "Bob Okafor", "b@example.com")


@dataclass
class Grant:
    """What a code stands for, and later a family of tokens."""

    person: Person
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    used: bool = False
    alive: bool = True
    refresh_token: str = ""


@dataclass
class DeviceGrant:
    """What a device asked for, and what became of it: RFC 8628 §3.2."""

    user_code: str
    scope: str
    interval: float
    ends: float
    grant: Grant | None = None  # whoever allowed it
    denied: bool = False
    polled_at: float = 0.0


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


@dataclass
class Photo:
    """A photo in the service."""

    id: str
    content: bytes
    width: int
    height: int
    filename: str = "photo.jpg"
    kind: str = "PHOTO"


class PhotoService(Server):
    """The Picker API, and the bytes."""

    def __init__(self, provider: Provider, port: int = 0) -> None:
        self.provider = provider
        self.picks: list[Photo] = []
        self.done: set[str] = set()
        self.sessions: dict[str, str] = {}  # id → sub
        self.page_size = 100
        self.required_scope = PICK
        super().__init__(port)

    def answer(self, request: Request) -> Reply:  # noqa: C901, PLR0911 - a table
        """Check the token, then route."""
        if request.path.startswith("/pick/"):
            self.done.add(request.path.split("/")[2])
            return Reply("<title>Picked</title>Done.", content_type="text/html")
        grant = self.provider.accepts(bearer(request))
        if grant is None:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            return Reply(
                {"error": {"status": "UNAUTHENTICATED"}}, 401, headers=challenge
            )
        if self.required_scope not in grant.scope.split():
            challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
            return Reply({"error": {}}, 403, headers=challenge)
        match request.path.strip("/").split("/"):
            case ["picker", "v1", "sessions"]:
                session_id = secrets.token_hex(8)
                self.sessions[session_id] = grant.person.sub
                return Reply(self.session(session_id))
            case ["picker", "v1", "sessions", session_id]:
                if self.sessions.get(session_id) != grant.person.sub:
                    return Reply({"error": {"status": "NOT_FOUND"}}, 404)
                if request.method == "DELETE":
                    return Reply({})
                return Reply(self.session(session_id))
            case ["picker", "v1", "mediaItems"]:
                return Reply(self.media_items(request))
            case ["media", photo_id]:
                found = [p for p in self.picks if f"{p.id}=d" == photo_id]
                return Reply(found[0].content, content_type="image/jpeg")
        return Reply({"error": {"status": "NOT_FOUND"}}, 404)

    def session(self, session_id: str) -> dict[str, Any]:
        """A PickingSession."""
        return {
            "id": session_id,
            "pickerUri": f"{self.url}/pick/{session_id}",
            "pollingConfig": {"pollInterval": "1s", "timeoutIn": "1800s"},
            "mediaItemsSet": session_id in self.done,
        }

    def media_items(self, request: Request) -> dict[str, Any]:
        """One page of what was picked."""
        start = int(request.query.get("pageToken", 0))
        size = min(int(request.query["pageSize"]), self.page_size)
        page: dict[str, Any] = {}
        if items := [self.item(p) for p in self.picks[start : start + size]]:
            page["mediaItems"] = items
        if start + size < len(self.picks):
            page["nextPageToken"] = str(start + size)
        return page

    def item(self, photo: Photo) -> dict[str, Any]:
        """A PickedMediaItem."""
        return {
            "id": photo.id,
            "type": photo.kind,
            "mediaFile": {
                "baseUrl": f"{self.url}/media/{photo.id}",
                "mimeType": "image/jpeg",
                "filename": photo.filename,
                "mediaFileMetadata": {"width": photo.width, "height": photo.height},
            },
        }


def bearer(request: Request) -> str:
    """The token of a request: header only."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def public_jwk(key: SigningKey, kid: str | None, alg: str = "RS256") -> dict[str, Any]:
    """A public key as the set carries it."""
    public: Any = key.public_key()
    kinds = {"RS": RSAAlgorithm, "PS": RSAAlgorithm, "ES": ECAlgorithm}
    kind: Any = kinds.get(alg[:2], OKPAlgorithm)
    jwk: dict[str, Any] = kind.to_jwk(public, as_dict=True)
    return jwk | {"use": "sig", "alg": alg} | ({"kid": kid} if kid else {})


def photo(
    name: str, size: tuple[int, int] = (1200, 900), orientation: int = 1
) -> Photo:
    """A drawn photo: red above, blue below, as it is held; sideways if told so."""
    image = Image.new("RGB", size, (200, 40, 40))
    image.paste((40, 60, 200), (0, size[1] // 2, size[0], size[1]))
    exif = Image.Exif()
    if orientation == 6:  # the camera was turned: stored lying, held upright
        image = image.rotate(90, expand=True)
        exif[0x0112] = 6
    written = io.BytesIO()
    image.save(written, "JPEG", quality=90, exif=exif)
    return Photo(name, written.getvalue(), *size, filename=f"{name}.jpg")


def query_of(url: str) -> dict[str, str]:
    """A URL's parameters, each once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
