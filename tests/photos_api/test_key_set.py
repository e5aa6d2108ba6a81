"""How the issuer's keys are fetched and kept, against a real server that misbehaves."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from photo_cast import Issuer, as_jwk

from photos_api import key_set
from photos_api.key_set import Keys, KeySet, KeysUnavailable


class Server:
    """An authorization server that publishes metadata and keys, and does as told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                server.answers[self.path](self)

            def log_message(self, *args: object) -> None: ...

        return Handler

    def says(
        self, path: str, content: object, status: int = 200, **headers: str
    ) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            raw = (
                content if isinstance(content, bytes) else json.dumps(content).encode()
            )
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(raw)))
            handler.end_headers()
            with suppress(OSError):  # whoever asked has heard enough
                handler.wfile.write(raw)

        self.answers[path] = answer

    def drips(self, path: str) -> None:
        """One byte every tenth of a second, for a minute."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.end_headers()
            for _ in range(600):
                try:
                    handler.wfile.write(b" ")
                    handler.wfile.flush()
                except OSError:
                    return
                time.sleep(0.1)

        self.answers[path] = answer


METADATA = "/.well-known/openid-configuration"


@pytest.fixture
def server(issuer: Issuer) -> Iterator[Server]:
    server = Server()
    server.says(
        METADATA, {"issuer": server.issuer, "jwks_uri": f"{server.issuer}/jwks"}
    )
    server.says("/jwks", issuer.jwks)
    yield server
    server.http.shutdown()
    server.http.server_close()


def test_the_keys_are_found_through_the_metadata(server: Server) -> None:
    keys = key_set.download(server.issuer)
    assert set(keys) == {("es-1", "ES256"), ("rs-1", "RS256")}
    assert server.asked == [METADATA, "/jwks"]


@pytest.mark.rule("RS-02")
@pytest.mark.spec("OIDC Discovery §4.3")
@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "http://evil.example", "jwks_uri": "OURS"},
        {"issuer": None, "jwks_uri": "OURS"},
        {"jwks_uri": "OURS"},
        {},
        [],
        None,
    ],
)
def test_metadata_of_another_issuer_is_not_believed(
    server: Server, metadata: object
) -> None:
    # The keys are there and good: only the issuer's name is wrong.
    if isinstance(metadata, dict) and "jwks_uri" in metadata:
        metadata = {**metadata, "jwks_uri": f"{server.issuer}/jwks"}
    server.says(METADATA, metadata)
    with pytest.raises((ValueError, requests.RequestException)):
        key_set.download(server.issuer)
    assert server.asked == [METADATA]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b"[" * 100_000, 200),
        (b"\xff\xfe", 200),
        ({"keys": []}, 200),
        ({"keys": {}}, 200),
        ({"keys": [{}] * 60}, 200),
        ({"keys": ["text", 7, None, {"kty": "EC", "kid": "x", "crv": "P-256"}]}, 200),
        ({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "x"}]}, 200),
        ({"keys": []}, 500),
        (b"", 302),
    ],
)
def test_a_key_set_that_makes_no_sense_is_an_error(
    server: Server, content: object, status: int
) -> None:
    server.says("/jwks", content, status, Location=f"{server.issuer}/elsewhere")
    with pytest.raises((ValueError, RecursionError, requests.RequestException)):
        key_set.download(server.issuer)
    assert "/elsewhere" not in server.asked


def test_a_key_set_that_is_huge_is_not_read_to_its_end(
    server: Server, issuer: Issuer
) -> None:
    huge = json.dumps(issuer.jwks).encode() + b" " * 400_000
    server.says("/jwks", huge)
    with pytest.raises(ValueError, match="more than"):
        key_set.download(server.issuer)


def test_a_server_that_drips_is_left_after_three_seconds(server: Server) -> None:
    server.drips("/jwks")
    started = time.monotonic()
    with pytest.raises(ValueError, match="longer than"):
        key_set.download(server.issuer)
    assert time.monotonic() - started < 5


@pytest.mark.rule("RS-06")
@pytest.mark.spec("RFC 7518 §3.3")
def test_weak_and_unfit_keys_are_left_out(issuer: Issuer) -> None:
    good = as_jwk(issuer.key, "good")
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505  # that is the point
    other_curve = json.loads(
        json.dumps({**as_jwk(issuer.key, "curve"), "crv": "P-384"})
    )
    p384 = ec.generate_private_key(ec.SECP384R1())
    off_curve = {**good, "kid": "off-curve", "y": good["x"]}
    unfit = [
        {**good, "kid": "for-encryption", "use": "enc"},
        {**good, "kid": "other-alg", "alg": "ES512"},
        {k: v for k, v in good.items() if k != "kid"},
        {**good, "kid": 7},
        {**good, "kid": "no-y", "y": ""},
        as_jwk(weak, "weak"),
        {**as_jwk(p384, "p384"), "alg": "ES256"},
        off_curve,
        other_curve,
    ]
    assert set(key_set.parse({"keys": [*unfit, good]})) == {("good", "ES256")}


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Source:
    """What the issuer would answer, counted."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self.calls = 0
        self.down = False
        self.extra: list[dict[str, Any]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self) -> Keys:
        self.calls += 1
        self.gate.wait(5)
        if self.down:
            raise requests.ConnectionError("down")
        return key_set.parse({"keys": self.issuer.jwks["keys"] + self.extra})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(issuer: Issuer) -> Source:
    return Source(issuer)


@pytest.fixture
def keys(source: Source, clock: Clock) -> KeySet:
    return KeySet(source, clock)


def settle() -> None:
    """Let a background download end."""
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.current_thread():
            thread.join(0.3)


def test_the_first_question_fetches_and_the_next_ones_do_not(
    keys: KeySet, source: Source
) -> None:
    for _ in range(50):
        assert keys.find("es-1", "ES256")
    assert source.calls == 1


@pytest.mark.rule("RS-18")
def test_thirty_threads_at_once_fetch_once(keys: KeySet, source: Source) -> None:
    source.gate.clear()
    with ThreadPoolExecutor(30) as crowd:
        answers = [crowd.submit(keys.find, "es-1", "ES256") for _ in range(30)]
        time.sleep(0.2)
        source.gate.set()
        assert all(answer.result() for answer in answers)
    assert source.calls == 1


@pytest.mark.rule("RS-18")
def test_old_keys_serve_while_new_ones_are_fetched(
    keys: KeySet, source: Source, clock: Clock
) -> None:
    keys.find("es-1", "ES256")
    clock.now += KeySet.FRESH + 1
    source.gate.clear()
    started = time.monotonic()
    assert keys.find("es-1", "ES256")
    assert time.monotonic() - started < 0.2
    source.gate.set()
    settle()
    assert source.calls == 2


@pytest.mark.rule("RS-18")
def test_an_outage_of_the_issuer_is_survived(
    keys: KeySet, source: Source, clock: Clock
) -> None:
    keys.find("es-1", "ES256")
    source.down = True
    for _ in range(20):
        clock.now += 3600
        assert keys.find("es-1", "ES256")
        settle()
    clock.now += 5 * 3600
    with pytest.raises(KeysUnavailable):
        keys.find("es-1", "ES256")
    source.down = False
    clock.now += 2
    assert keys.find("es-1", "ES256")


def test_a_new_key_is_fetched_when_a_token_names_it(
    keys: KeySet, source: Source, clock: Clock, issuer: Issuer
) -> None:
    keys.find("es-1", "ES256")
    source.extra = [as_jwk(issuer.stranger, "es-2")]
    clock.now += KeySet.PAUSE + 1
    assert keys.find("es-2", "ES256")
    assert source.calls == 2


@pytest.mark.rule("RS-18", "RS-04")
def test_a_flood_of_unknown_names_asks_once_in_ten_seconds(
    keys: KeySet, source: Source, clock: Clock
) -> None:
    keys.find("es-1", "ES256")
    clock.now += KeySet.PAUSE + 1
    for number in range(200):
        assert keys.find(f"unknown-{number}", "ES256") is None
    assert source.calls == 2
    clock.now += KeySet.PAUSE + 1
    keys.find("unknown", "ES256")
    assert source.calls == 3


@pytest.mark.rule("RS-18")
def test_with_nothing_at_all_it_says_so_and_tries_again_soon(
    keys: KeySet, source: Source, clock: Clock
) -> None:
    source.down = True
    for _ in range(10):
        with pytest.raises(KeysUnavailable):
            keys.find("es-1", "ES256")
    assert source.calls == 1
    source.down = False
    clock.now += 1.5
    assert keys.find("es-1", "ES256")


def test_a_download_that_never_ends_is_given_up(
    keys: KeySet, source: Source, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeySet, "PATIENCE", 0.1)
    source.gate.clear()
    with pytest.raises(KeysUnavailable):
        keys.find("es-1", "ES256")
    clock.now += key_set.Fetch.LONGEST + 1
    with pytest.raises(KeysUnavailable):
        keys.find("es-1", "ES256")
    assert source.calls == 2
    source.gate.set()
    settle()
    assert keys.find("es-1", "ES256")
