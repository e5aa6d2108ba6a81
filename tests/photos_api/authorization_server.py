"""An authorization server that knows what its tokens mean, and can misbehave."""

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from photo_cast import ALICE, AUDIENCE, LIBRARY, NOTHING, PICKER

SECRET = "what: we + they know"  # its signs must survive the way


class AuthorizationServer:
    """Knows what its tokens mean, and how it was asked."""

    def __init__(self) -> None:
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.metadata: object = {
            "issuer": self.url,
            "introspection_endpoint": f"{self.url}/introspect",
        }
        self.meanings: dict[str, object] = {}
        self.asked: list[dict[str, str]] = []
        self.credentials: list[str] = []
        self.status = 200
        self.gate = threading.Event()
        self.gate.set()
        self.under_way = self.most_under_way = 0
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self, server.metadata, 200)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = parse_qs(self.rfile.read(length).decode())
                server.introspect(self, {k: v[0] for k, v in form.items()})

            def log_message(self, *args: object) -> None: ...

        return Handler

    def introspect(self, handler: Any, form: dict[str, str]) -> None:
        self.asked.append(form)
        self.credentials.append(handler.headers["Authorization"])
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        self.gate.wait(10)
        self.under_way -= 1
        meaning = self.meanings.get(form["token"], {"active": False})
        self.answer(handler, meaning, self.status)

    def answer(self, handler: Any, content: object, status: int) -> None:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        with suppress(OSError):  # whoever asked has heard enough
            handler.wfile.write(raw)

    def means(self, token: str, **changes: object) -> None:
        """What the server says of a token from now on."""
        now = int(time.time())
        said = {
            "active": True,
            "token_type": "Bearer",
            "iss": self.url,
            "sub": ALICE,
            "aud": [AUDIENCE],
            "client_id": "printshop",
            "scope": f"{PICKER} {LIBRARY}",
            "iat": now,
            "exp": now + 300,
            "jti": "j",
            "auth_time": now - 10,
            "acr": "password",
            **changes,
        }
        self.meanings[token] = {k: v for k, v in said.items() if v is not NOTHING}

    def revokes(self, token: str) -> None:
        """By its owner, a client, whomever."""
        self.meanings[token] = {"active": False}
