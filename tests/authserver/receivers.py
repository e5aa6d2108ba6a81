"""Clients' back-channel logout endpoints: real HTTP servers on the loopback address."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.authserver.parties import claims_of

Answer = int | Callable[["Handler"], None]


@dataclass
class Received:
    """A request that came in."""

    path: str
    headers: dict[str, str]
    form: dict[str, list[str]]

    @property
    def logout_token(self) -> str:
        [token] = self.form["logout_token"]
        return token

    @property
    def claims(self) -> dict[str, Any]:
        return claims_of(self.logout_token)


@dataclass
class Receiver:
    """Where it listens, what came in, what it answers next; the last one stays."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=lambda: [200])

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    receiver: Receiver

    def do_POST(self) -> None:  # the name http.server asks for
        """Note it, then answer as told."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        came = Received(self.path, dict(self.headers), parse_qs(body))
        self.receiver.received.append(came)
        answer = self.receiver.next_answer()
        if callable(answer):
            answer(self)
            return
        self.send_response(answer)
        self.send_header("Location", f"{self.receiver.url}elsewhere/")
        self.end_headers()

    def do_GET(self) -> None:  # the name http.server asks for
        """Where a redirect would lead."""
        self.receiver.received.append(Received(self.path, {}, {}))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Quiet(ThreadingHTTPServer):
    """A server whose callers may hang up."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def receiver(wrap: Callable[[Any], Any] | None = None) -> Iterator[Receiver]:
    """An endpoint that listens; ``wrap`` puts TLS around its socket."""
    found = Receiver()
    handler = type("Handler", (Handler,), {"receiver": found})
    with Quiet(("127.0.0.1", 0), handler) as server:
        if wrap:
            server.socket = wrap(server.socket)
        scheme = "https" if wrap else "http"
        found.url = f"{scheme}://127.0.0.1:{server.server_port}/logout/"
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield found
        server.shutdown()
