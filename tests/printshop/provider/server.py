"""A small HTTP server on a real wire, which says what a test wants it to say."""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit


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


def bearer(request: Request) -> str:
    """The token of a request: header only."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def query_of(url: str) -> dict[str, str]:
    """A URL's parameters, each once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
