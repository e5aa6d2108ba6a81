"""The server under all three projects, over real connections and with real signals."""

import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_ports
from tests.story.served import CONTENT
from tests.story.test_demo import lives
from tests.story.town import ROOT, eventually


@dataclass(frozen=True)
class Served:
    """The little project of served.py, and what its views noted."""

    port: int
    process: subprocess.Popen[str]
    notes: Path

    def ask(
        self, target: str, method: str = "GET", **more: object
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """One request on a connection of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(line):
            line.request(method, target, **more)  # type: ignore[arg-type]
            answer = line.getresponse()
            return answer, answer.read()

    def raw(self, *lines: str) -> str:
        """The status that a request written by hand gets."""
        head = "\r\n".join((*lines, "Connection: close", "", "")).encode()
        with self.line() as line, line.makefile("rb") as answer:
            line.sendall(head)
            return answer.readline().split()[1].decode()

    def line(self) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def noted(self, what: str) -> bool:
        """Has a view noted this?"""
        return self.notes.exists() and what in self.notes.read_text()

    def answers(self) -> bool:
        """Is somebody there?"""
        try:
            return self.ask("/told")[0].status == 200
        except OSError:
            return False

    @property
    def children(self) -> list[int]:
        """The processes that answer."""
        pid = self.process.pid
        return [*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Start it, wait until it answers, and end it."""
    port = free_ports()
    run = f"from serving import serve; serve('tests.story.served', '127.0.0.1', {port})"
    notes = folder / "notes"
    process = subprocess.Popen(
        [sys.executable, "-c", run],
        cwd=ROOT,
        env={**os.environ, "NOTES": str(notes)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    served = Served(port, process, notes)
    try:
        eventually(served.answers)
        yield served
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for the tests that do it no harm."""
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """One that the test may break."""
    with serving(tmp_path) as served:
        yield served


def test_the_application_is_told_who_asks_and_for_what(served: Served) -> None:
    headers = {"Host": "shop.example:8443", "X-Forwarded-For": "192.0.2.7"}
    said = json.loads(served.ask("/told?a=b%20c", headers=headers)[1])
    assert said["REMOTE_ADDR"] == "127.0.0.1"
    assert said["SERVER_PORT"] == str(served.port)
    assert said["HTTP_HOST"] == "shop.example:8443"
    assert said["HTTP_X_FORWARDED_FOR"] == "192.0.2.7"
    assert said["QUERY_STRING"] == "a=b%20c"
    assert said["wsgi.url_scheme"] == "http"
    assert said["wsgi.input_terminated"] is True


def test_the_gateway_drops_names_that_could_pass_for_others() -> None:
    """X_Forwarded_For is HTTP_X_FORWARDED_FOR too: only a gateway can tell them."""
    assert "\trequest_header -*_*\n" in (ROOT / "Caddyfile").read_text()


def test_the_gateway_takes_much_only_where_photos_arrive() -> None:
    caddyfile = (ROOT / "Caddyfile").read_text()
    photos = caddyfile.split("http://photos.localhost:8000 {")[1].split("\n}")[0]
    assert "@short not path /upload/* /library/v1/uploads\n" in photos
    assert "request_body @short {\n\t\tmax_size 1MB" in photos


@pytest.mark.parametrize(
    ("target", "header", "status"),
    [
        ("/told?" + "a" * 8000, "", "200"),
        ("/told", "a" * 8000, "200"),
        ("/told?" + "a" * 66_000, "", "414"),
        ("/told", "a" * 140_000, "431"),
    ],
)
def test_a_long_request_is_served_and_one_without_measure_refused(
    served: Served, target: str, header: str, status: str
) -> None:
    lines = (f"GET {target} HTTP/1.1", "Host: localhost", f"X-Long: {header}")
    assert served.raw(*lines) == status


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_arrives_whole(served: Served, chunked: bool) -> None:
    parts = (CONTENT for _ in range(4))
    sent: object = parts if chunked else CONTENT * 4
    _, said = served.ask("/body", "POST", body=sent, encode_chunked=chunked)
    length, digest = said.decode().split()
    assert int(length) == len(CONTENT) * 4
    assert digest == hashlib.sha256(CONTENT * 4).hexdigest()


def test_every_cookie_is_set(served: Served) -> None:
    answer, _ = served.ask("/cookies")
    names = [c.split("=")[0] for c in answer.headers.get_all("Set-Cookie", [])]
    assert names == ["first", "second"]


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [("HEAD", "/told", "200"), ("HEAD", "/file", "200"), ("GET", "/unchanged", "304")],
)
def test_an_answer_without_a_body_has_none(
    served: Served, method: str, target: str, status: str
) -> None:
    with served.line() as line, line.makefile("rb") as answer:
        end = "Host: x\r\nConnection: close\r\n\r\n"
        line.sendall(f"{method} {target} HTTP/1.1\r\n{end}".encode())
        said = answer.read()
    assert said.split()[1].decode() == status
    assert said.endswith(b"\r\n\r\n")


def test_a_file_is_sent_whole_and_closed(own: Served) -> None:
    answer, said = own.ask("/file")
    assert said == CONTENT
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    eventually(lambda: own.noted("closed"))


def test_a_stream_ends_when_nobody_listens(own: Served) -> None:
    with own.line() as line:
        line.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert line.recv(1000)
        assert not own.noted("closed")
    eventually(lambda: own.noted("closed"), 10)


def test_a_process_that_dies_is_replaced(own: Served) -> None:
    [before] = own.children
    os.kill(before, signal.SIGKILL)
    eventually(lambda: own.children not in ([before], []) and own.answers(), 10)


@pytest.mark.parametrize(("seconds", "finished"), [(1, True), (30, False)])
def test_asked_to_stop_it_finishes_what_it_can_in_time(
    own: Served, seconds: int, finished: bool
) -> None:
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(own.ask, f"/slow?seconds={seconds}")
        eventually(lambda: own.noted("began"), 10)
        children, began = own.children, time.monotonic()
        own.process.terminate()
        assert own.process.wait(10) == 0
        assert time.monotonic() - began < 5
        assert (asked.exception() is None) == finished
    assert not any(map(lives, children))


def test_nothing_outlives_the_process_that_was_started(own: Served) -> None:
    children = own.children
    own.process.kill()
    eventually(lambda: not any(map(lives, children)), 10)


def test_two_servers_cannot_share_a_port(served: Served) -> None:
    serve = ("manage.py", "printshop", "serve", "--bind", f"127.0.0.1:{served.port}")
    second = subprocess.run(
        [sys.executable, *serve],
        cwd=ROOT,
        env={
            **os.environ,
            "PRINTSHOP_DEMO": "1",
            "PRINTSHOP_DATABASE_URL": "sqlite://",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert "Cannot listen" in second.stderr
    assert "Traceback" not in second.stderr
