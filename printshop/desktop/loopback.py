"""The little server that takes the answer from the browser: RFC 8252 §7.3.

It listens on this machine's own address only, on a port that is free, for as long as
one attempt takes. The first request for the redirect URI that has the attempt's state
is the answer, and the last; what any page or program here can send is no answer.
"""

import base64
import hashlib
import html
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from string import Template
from typing import Any
from urllib.parse import urlsplit

from printshop.desktop.failures import Failure, TookTooLong
from printshop.desktop.registration import REDIRECT_PATH

HOST = "127.0.0.1"  # RFC 8252 §8.3: the address, which no resolver can turn elsewhere
IDLE_SECONDS = 5  # browsers open connections that they may never use
Judge = Callable[[str], None]  # raises Failure for a bad query


class Listener(ThreadingHTTPServer):
    """Takes one answer; whatever else is asked for is not there."""

    daemon_threads = True
    allow_reuse_address = False  # nobody else shall be able to listen beside us

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.is_meant: Callable[[str], bool] = lambda query: False
        self.judge: Judge = lambda query: None
        self.answers: queue.Queue[Failure | None] = queue.Queue()
        self._taking = threading.Lock()

    @property
    def redirect_uri(self) -> str:
        """With the port that was free: the server ignores it (RFC 8252 §7.3)."""
        return f"http://{HOST}:{self.server_port}{REDIRECT_PATH}"

    def take(self) -> bool:
        """The right to be the answer; it is given once."""
        return self._taking.acquire(blocking=False)

    def wait(self, seconds: float) -> None:
        """Until the answer was judged; raises what the judge said, or TookTooLong."""
        try:
            failure = self.answers.get(timeout=seconds)
        except queue.Empty:
            raise TookTooLong(
                f"Nobody came back from the browser within {seconds:.0f} seconds. Run "
                "the command again."
            ) from None
        if failure:
            raise failure

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is nothing to tell anybody about."""


@contextmanager
def listening(preferred: int = 0) -> Iterator[Listener]:
    """Listen on the preferred port, or on any other if somebody else has it."""
    try:
        listener = Listener(preferred)
    except OSError:
        listener = Listener(0)
    thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.shutdown()
        listener.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One connection of a browser, or of anybody on this machine."""

    server: Listener
    timeout = IDLE_SECONDS
    server_version, sys_version = "printshop", ""

    def do_GET(self) -> None:
        """The answer, if it comes by the name we gave, with our state, and first."""
        asked = urlsplit(self.path)
        if self.headers.get("Host") != f"{HOST}:{self.server.server_port}":
            return self._say(421, *OTHER_NAME)  # a name that somebody else resolves
        if asked.path != REDIRECT_PATH:
            return self._say(404, *NOTHING)
        if not self.server.is_meant(asked.query):
            return self._say(400, *NOT_OURS)
        if not self.server.take():
            return self._say(410, *OVER)
        failure: Failure | None = Failure("The answer could not be read. Try again.")
        try:
            self.server.judge(asked.query)
            failure = None
            self._say(200, *SIGNED_IN)
        except Failure as error:
            failure = error
            self._say(400, "You are not signed in", str(error))
        finally:
            self.server.answers.put(failure)
        return None

    def _say(self, status: int, title: str, sentence: str) -> None:
        """A page that repeats nothing of the address it came by."""
        body = page(title, sentence, is_good=status == 200)  # noqa: PLR2004
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Nothing: the address holds a code."""


SIGNED_IN = "You are signed in", "Go back to your terminal; you may close this page."
OVER = "That was answered before", "Go back to your terminal; you may close this page."
NOT_OURS = "This answers nobody here", "Print Shop for the desktop waits for its own."
NOTHING = "There is nothing here", "Print Shop for the desktop waits for an answer."
OTHER_NAME = "There is nothing here", "This is reached by its number only."
_FILES = resources.files(__package__)
_PAGE = Template(_FILES.joinpath("page.html").read_text("utf-8"))
_STYLE = _FILES.joinpath("page.css").read_text("utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    # The sheet is in the page: no second request would find anybody listening.
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}


def page(title: str, sentence: str, *, is_good: bool) -> bytes:
    """What the person sees in the browser."""
    filled = _PAGE.substitute(
        style=_STYLE,
        title=html.escape(title),
        sentence=html.escape(sentence),
        mark="M6 13l4 4 8-9" if is_good else "M7 7l10 10M17 7L7 17",
        kind="good" if is_good else "bad",
    )
    return filled.encode()
