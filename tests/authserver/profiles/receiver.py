"""Where relying parties listen: a real HTTP server that keeps what is posted to it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs

from tests.ports import free_ports


@dataclass(frozen=True)
class Delivery:
    """One POST, as it arrived."""

    path: str
    content_type: str
    form: dict[str, list[str]]


@dataclass
class Receiver:
    """What arrived, and how the next requests to a path are answered."""

    url: str
    deliveries: list[Delivery] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def listening(cls) -> Iterator[Self]:
        """On a free port of this machine, until the end."""
        port = free_ports()
        receiver = cls(f"http://localhost:{port}")
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(receiver))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield receiver
        finally:
            server.shutdown()
            server.server_close()

    def wait(self, enough: Callable[[list[Delivery]], bool]) -> list[Delivery]:
        """What arrived, as soon as it is enough."""
        deadline = time.monotonic() + 40  # longer than a worker looks away
        while not enough(self.deliveries):
            assert time.monotonic() < deadline, self.deliveries
            time.sleep(0.05)
        return list(self.deliveries)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = parse_qs(self.rfile.read(length).decode())
            kind = self.headers.get("Content-Type", "")
            receiver.deliveries.append(Delivery(self.path, kind, form))
            planned = receiver.answers.get(self.path)
            self.send_response(planned.pop(0) if planned else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests to themselves."""

    return Handler
