"""The load: a process of its own that keeps a few connections busy.

python -m bench.load reads one Job as JSON and prints one Outcome. One thread waits for
all sockets; requests are bytes made beforehand and answers are hardly looked at, so
that it takes little of the machine from the server. What it took is in the outcome.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
TOKEN = re.compile(rb'"refresh_token": ?"([^"]+)"')
SLOT = b"{refresh_token}"


@dataclass
class Job:
    """What to send, to 127.0.0.1 only. Ends after so many answers or seconds.

    ``requests`` are sent once each, or over and over if ``repeat``. With ``chains``,
    the single request is a pattern: each connection puts in a refresh token, and next
    time the one it was given.
    """

    port: int
    requests: list[str]
    count: int
    seconds: float
    connections: int = 8
    repeat: bool = False
    chains: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    """What came back."""

    seconds: float
    latencies: list[float]
    statuses: dict[str, int]
    own_cpu: float  # seconds of processor time of this process
    sample: str  # of an answer: shows what went wrong


def run(job: Job) -> Outcome:
    """In another process, which has an interpreter lock of its own."""
    done = subprocess.run(  # this very file
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        check=True,
        timeout=job.seconds + 60,
    )
    return Outcome(**json.loads(done.stdout))


class Connection:
    """One connection; a request is on its way or an answer has just come."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.missing: int | None = None  # bytes of the answer, once its head is here
        self.started = 0.0
        self.chain = b""

    def send(self, request: bytes) -> None:
        """A small request: it fits into the socket's buffer at once."""
        if self.chain:
            request = _with_token(request, self.chain)
        self.received, self.missing = b"", None
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Read what there is; whether it is all of an answer. EOFError if it ends."""
        found = self.socket.recv(262_144)
        if not found:
            raise EOFError(self.received[:300])
        if self.missing is not None:  # a large body is counted, not kept
            self.missing -= len(found)
            return self.missing <= 0
        self.received += found
        head, end, body = self.received.partition(HEAD_END)
        if not end:
            return False
        if head[9:12] == b"304":
            return True
        if length := LENGTH.search(head):
            self.missing = int(length[1]) - len(body)
            return self.missing <= 0
        return body.endswith(b"0\r\n\r\n")  # chunked

    def status(self) -> str:
        """Of the answer; and the token for the next request, if this is a chain."""
        if self.chain and (given := TOKEN.search(self.received)):
            self.chain = given[1]
        return self.received[9:12].decode()


def _with_token(request: bytes, token: bytes) -> bytes:
    """The pattern filled in, and its length."""
    head, _, body = request.replace(SLOT, token).partition(HEAD_END)
    length = f"Content-Length: {len(body)}".encode()
    return LENGTH.sub(b"\r\n" + length, head) + HEAD_END + body


def _to_send(job: Job) -> Iterator[bytes]:
    """Requests until the count or the time is reached."""
    end = time.perf_counter() + job.seconds
    encoded = [request.encode("latin-1") for request in job.requests]
    requests = cycle(encoded) if job.repeat else iter(encoded)
    for request in islice(requests, job.count):
        if time.perf_counter() > end:
            return
        yield request


def work(job: Job) -> Outcome:
    """Keep all connections busy as long as there is something to send."""
    connections = [Connection(job.port) for _ in range(job.connections)]
    for connection, token in zip(connections, job.chains, strict=False):
        connection.chain = token.encode()
    statuses: Counter[str] = Counter()
    latencies: list[float] = []
    selector = selectors.DefaultSelector()
    cpu, start, requests = time.process_time(), time.perf_counter(), _to_send(job)

    def start_next(connection: Connection) -> None:
        if request := next(requests, None):
            connection.send(request)
        else:
            selector.unregister(connection.socket)

    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        start_next(connection)
    while selector.get_map():
        for key, _ in selector.select(timeout=60):
            connection = key.data
            if connection.is_answered():
                latencies.append(time.perf_counter() - connection.started)
                statuses[connection.status()] += 1
                start_next(connection)
    seconds = time.perf_counter() - start
    sample = connections[0].received[-600:].decode("latin-1")
    own_cpu = time.process_time() - cpu
    return Outcome(seconds, latencies, dict(statuses), own_cpu, sample)


if __name__ == "__main__":
    outcome = work(Job(**json.load(sys.stdin)))
    json.dump(asdict(outcome), sys.stdout)
