"""Uploads over real connections: in chunks, cut off, at once, and very large."""

import hashlib
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from photo_cast import Issuer
from photo_server import Server, prepared, started
from strangers import photo

PATH = "/library/v1/uploads"
MEGABYTE = 1024**2
PIECE = 4 * MEGABYTE
LARGE = photo("BMP", (2400, 2000))  # 14,400,054 bytes
MOST_MEMORY = 120  # megabytes that a process may grow by, whatever is sent


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer
) -> Iterator[Server]:
    """One process, so that we know which one to weigh."""
    with prepared(tmp_path_factory.mktemp("uploads"), issuer) as server:
        process = started(server, count=1)
        try:
            yield replace(server, group=process.pid)
        finally:
            process.terminate()
            process.wait(30)
    assert server.was_quiet()


def headers(server: Server, command: str = "", offset: int = 0) -> dict[str, str]:
    told = {"Authorization": f"Bearer {server.token()}"}
    if command:
        told["X-Goog-Upload-Command"] = command
        told["X-Goog-Upload-Offset"] = str(offset)
    return told


def begun(server: Server, size: int) -> str:
    """The address of a resumable upload."""
    told = headers(server, "start") | {"X-Goog-Upload-Raw-Size": str(size)}
    answer = requests.post(server.url + PATH, headers=told, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.headers["X-Goog-Upload-URL"]


def received(server: Server, address: str) -> int:
    """What has arrived of it."""
    answer = requests.post(address, headers=headers(server, "query"), timeout=20)
    assert answer.headers["X-Goog-Upload-Status"] == "active", answer.text
    return int(answer.headers["X-Goog-Upload-Size-Received"])


def sha256(server: Server, token: str) -> str:
    """What the server has made of it."""
    code = "from photos_api.models import Upload; "
    return str(server.run(f"{code}told = Upload.objects.get(pk={token!r}).original_id"))


def in_chunks(content: bytes, size: int) -> Iterator[bytes]:
    """As a client that does not know the end; requests sends no length then."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.spec("RFC 9112 §7.1")
@pytest.mark.parametrize("size", [1000, 65_536, 5 * MEGABYTE])
def test_a_file_in_chunks_arrives_whole(server: Server, size: int) -> None:
    content = LARGE if size > 1000 else photo("JPEG", (600, 400))
    answer = requests.post(
        server.url + PATH,
        data=in_chunks(content, size),
        headers=headers(server),
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    assert sha256(server, answer.text) == hashlib.sha256(content).hexdigest()


def test_pieces_in_chunks_arrive_whole(server: Server) -> None:
    address = begun(server, len(LARGE))
    half = 8 * MEGABYTE
    for command, start, end in (
        ("upload", 0, half),
        ("upload, finalize", half, len(LARGE)),
    ):
        answer = requests.post(
            address,
            data=in_chunks(LARGE[start:end], 70_000),
            headers=headers(server, command, start),
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
    assert sha256(server, answer.text) == hashlib.sha256(LARGE).hexdigest()


@pytest.mark.parametrize("chunked", [True, False])
def test_a_cut_connection_loses_what_is_in_the_air_and_nothing_else(
    server: Server, chunked: bool
) -> None:
    address = begun(server, len(LARGE))
    with connected(server, address, chunked=chunked) as connection:
        cut = 9 * MEGABYTE
        framed = b"%x\r\n%b\r\n" % (cut, LARGE[:cut]) if chunked else LARGE[:cut]
        connection.sendall(framed)
    while received(server, address) < 2 * PIECE:
        pass
    token = resumed(server, address)
    assert sha256(server, token) == hashlib.sha256(LARGE).hexdigest()


def resumed(server: Server, address: str) -> str:
    """The token, once all that was missing is sent; the rest may still arrive."""
    for _ in range(5):
        arrived = received(server, address)
        answer = requests.post(
            address,
            data=LARGE[arrived:],
            headers=headers(server, "upload, finalize", arrived),
            timeout=60,
        )
        if answer.ok:
            return answer.text
    raise AssertionError(answer.text)


def connected(server: Server, address: str, *, chunked: bool) -> socket.socket:
    """A connection that has sent the head of a piece."""
    url = urlsplit(address)
    framing = "Transfer-Encoding: chunked"
    if not chunked:
        framing = f"Content-Length: {len(LARGE)}"
    head = [f"POST {url.path}?{url.query} HTTP/1.1", f"Host: {url.netloc}", framing]
    told = headers(server, "upload, finalize")
    head += [f"{name}: {value}" for name, value in told.items()]
    connection = socket.create_connection(("127.0.0.1", url.port or 80))
    connection.sendall("\r\n".join([*head, "", ""]).encode())
    return connection


def test_of_several_pieces_at_once_one_counts(server: Server) -> None:
    address = begun(server, len(LARGE))

    def send(number: int) -> int:
        answer = requests.post(
            address,
            data=LARGE[:PIECE],
            headers=headers(server, "upload"),
            timeout=60,
        )
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    assert statuses == [200] + [400] * 7
    assert received(server, address) == PIECE

    def end(number: int) -> str:
        return requests.post(
            address,
            data=LARGE[PIECE:],
            headers=headers(server, "upload, finalize", PIECE),
            timeout=60,
        ).text

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(end, range(4)))
    tokens = {answer for answer in answers if "error" not in answer}
    assert len(tokens) == 1
    assert sha256(server, tokens.pop()) == hashlib.sha256(LARGE).hexdigest()
    assert not [path for path in uploads_folder(server).rglob("*") if path.is_file()]


def uploads_folder(server: Server) -> Path:
    return Path(server.environment["PHOTOS_API_MEDIA"]) / "uploads"


def test_two_hundred_megabytes_do_not_stay_in_memory(server: Server) -> None:
    """Two photos of the largest size at once; the third is a byte too long."""
    head = photo("JPEG", (600, 400))
    size = 200 * MEGABYTE

    def body(length: int) -> Iterator[bytes]:
        yield head
        rest = length - len(head)
        for start in range(0, rest, MEGABYTE):
            yield bytes(min(MEGABYTE, rest - start))

    def send(length: int) -> int:
        answer = requests.post(
            server.url + PATH,
            data=body(length),
            headers=headers(server),
            timeout=120,
        )
        return answer.status_code

    before = memory(server)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, [size, size])) == [200, 200]
    assert send(size + 1) == 413
    assert memory(server) - before < MOST_MEMORY


def memory(server: Server) -> float:
    """The most that the process that answers ever had in memory, in megabytes."""
    answering = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == server.group:
                answering.append(status.read_text())
        except OSError:
            continue
    peaks = [text.partition("VmHWM:")[2].split()[0] for text in answering]
    return max(int(peak) for peak in peaks) / 1024
