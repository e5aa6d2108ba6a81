"""kill -9 at any moment: what was acknowledged is there, what was not is not seen.

On SQLite, and on PostgreSQL with TEST_POSTGRES_URL.
"""

import hashlib
import io
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from photo_cast import Issuer, jpeg
from photo_server import Server, kill, prepared, started
from PIL import Image
from strangers import photo

UPLOADS = "/library/v1/uploads"
CREATE = "/library/v1/mediaItems:batchCreate"
MEGABYTE = 1024**2
PIECE = 4 * MEGABYTE
LARGE = photo("BMP", (2400, 2000))
ROUNDS = 5  # kills at moments nobody chose

BOOKS = """
from photos_api.models import *
photos = Photo.objects.select_related("original")
told = {
    "photos": {p.pk: p.original_id for p in photos},
    "originals": list(Original.objects.values_list("pk", flat=True)),
    "counted": sum(PhotoMonth.objects.values_list("photos", flat=True)),
}
"""


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer
) -> Iterator["Running"]:
    """It dies often, but its database and its files are the same throughout."""
    with prepared(tmp_path_factory.mktemp("kill"), issuer) as server:
        running = Running(server)
        try:
            yield running
        finally:
            running.kill()
        assert server.was_quiet()


class Running:
    """A server that can be killed and started again."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.process = started(server, count=1)

    def kill(self) -> None:
        """All its processes, at this moment."""
        kill(self.process)

    def start(self) -> None:
        """As an operator would, without a look at what there is."""
        self.process = started(self.server, count=1)

    @property
    def media(self) -> Path:
        return Path(self.server.environment["PHOTOS_API_MEDIA"])

    def ask(self, path: str, *, method: str = "POST", **more: Any) -> requests.Response:
        """One call as the print shop."""
        headers = {"Authorization": f"Bearer {self.server.token()}"}
        headers |= more.pop("headers", {})
        address = path if path.startswith("http") else self.server.url + path
        return requests.request(method, address, headers=headers, timeout=60, **more)


def command(name: str, offset: int = 0) -> dict[str, str]:
    return {"X-Goog-Upload-Command": name, "X-Goog-Upload-Offset": str(offset)}


def received(running: Running, address: str) -> int:
    answer = running.ask(address, headers=command("query"))
    assert answer.headers["X-Goog-Upload-Status"] == "active", answer.text
    return int(answer.headers["X-Goog-Upload-Size-Received"])


@pytest.mark.parametrize("stored", [0, 2])
def test_an_upload_goes_on_where_a_killed_server_stopped(
    running: Running, stored: int
) -> None:
    """It dies with a piece on its way, of which none, one or two parts are stored."""
    size = {"X-Goog-Upload-Raw-Size": str(len(LARGE))}
    answer = running.ask(UPLOADS, headers=command("start") | size)
    address = answer.headers["X-Goog-Upload-URL"]
    with sending(running, address, LARGE[: stored * PIECE + MEGABYTE]):
        while len(pieces(running)) < stored:
            time.sleep(0.01)
        running.kill()
    running.start()
    arrived = received(running, address)
    assert arrived in {(stored - 1) * PIECE, stored * PIECE}  # counted, or not yet
    answer = running.ask(
        address, data=LARGE[arrived:], headers=command("upload, finalize", arrived)
    )
    assert answer.status_code == 200, answer.text
    item = created(running, [answer.text])[0]
    content = downloaded(running, item)
    assert hashlib.sha256(content).digest() == hashlib.sha256(LARGE).digest()
    assert pieces(running) == []


def sending(running: Running, address: str, part: bytes) -> socket.socket:
    """A connection with a piece on its way."""
    url = urlsplit(address)
    told = command("upload, finalize") | {
        "Host": url.netloc,
        "Authorization": f"Bearer {running.server.token()}",
        "Content-Length": str(len(LARGE)),
    }
    lines = [f"{name}: {value}" for name, value in told.items()]
    head = [f"POST {url.path}?{url.query} HTTP/1.1", *lines, "", ""]
    connection = socket.create_connection(("127.0.0.1", url.port or 80))
    connection.sendall("\r\n".join(head).encode() + part)
    return connection


def pieces(running: Running) -> list[Path]:
    return [p for p in (running.media / "uploads").rglob("*") if p.is_file()]


def created(running: Running, tokens: list[str]) -> list[dict[str, Any]]:
    """The media items of these uploads."""
    items = [{"simpleMediaItem": {"uploadToken": token}} for token in tokens]
    answer = running.ask(CREATE, json={"newMediaItems": items})
    assert answer.status_code in {200, 207}, answer.text
    return [result["mediaItem"] for result in answer.json()["newMediaItemResults"]]


def downloaded(running: Running, item: dict[str, Any]) -> bytes:
    answer = running.ask(f"{item['baseUrl']}=d", method="GET")
    assert answer.status_code == 200, answer.text
    return answer.content


class Client(threading.Thread):
    """Uploads and creates until it is told to stop; remembers every promise."""

    def __init__(self, running: Running, number: int) -> None:
        super().__init__(daemon=True)
        self.running, self.number, self.count = running, number, 0
        self.tokens: dict[str, str] = {}  # upload token: SHA-256
        self.items: dict[str, str] = {}  # media item id: SHA-256
        self.stopped = threading.Event()

    def run(self) -> None:
        """Whatever the network says: the server may be dead at the moment."""
        while not self.stopped.is_set():
            try:
                self.once()
            except requests.RequestException:
                time.sleep(0.05)

    def once(self) -> None:
        """Two uploads, and a call that makes photos of both."""
        tokens = []
        for _ in range(2):
            self.count += 1
            content = jpeg(seed=1000 * self.number + self.count)
            answer = self.running.ask(UPLOADS, data=content)
            if answer.status_code == 200:
                sha256 = hashlib.sha256(content).hexdigest()
                self.tokens[answer.text] = sha256
                tokens.append(answer.text)
        items = [{"simpleMediaItem": {"uploadToken": token}} for token in tokens]
        answer = self.running.ask(CREATE, json={"newMediaItems": items})
        if answer.status_code == 200:
            for result in answer.json()["newMediaItemResults"]:
                sha256 = self.tokens[result["uploadToken"]]
                self.items[result["mediaItem"]["id"]] = sha256


def test_every_promise_outlives_a_killed_server(running: Running) -> None:
    """Killed again and again while apps upload and create."""
    clients = [Client(running, number) for number in range(3)]
    for client in clients:
        client.start()
    chance = random.Random(0)  # noqa: S311 # not a secret
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(0.5, 2))
        running.kill()
        running.start()
    for client in clients:
        client.stopped.set()
    for client in clients:
        client.join(30)
    tokens = {t: sha for client in clients for t, sha in client.tokens.items()}
    items = {i: sha for client in clients for i, sha in client.items.items()}
    assert len(tokens) >= len(items) > ROUNDS
    books = running.server.run(BOOKS)
    # Every item that was promised is there, as what was sent.
    assert items.items() <= books["photos"].items()
    assert books["counted"] == len(books["photos"])
    # Every photo has its file, whole, and so has every other name in the storage.
    files = {p.name: p for p in (running.media / "originals").rglob("*") if p.is_file()}
    assert set(books["photos"].values()) <= set(books["originals"]) <= set(files)
    for name, path in files.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == name
    # Every token that was promised is still good, and makes the same photo.
    unused = dict(list(tokens.items())[-20:])
    made = created(running, list(unused))
    assert [books_of(running)[item["id"]] for item in made] == list(unused.values())


def books_of(running: Running) -> dict[str, str]:
    photos = running.server.run(BOOKS)["photos"]
    assert isinstance(photos, dict)
    return photos


@pytest.mark.parametrize("delay", [0.05, 0.15, 0.3])
def test_no_half_picture_is_ever_shown(running: Running, delay: float) -> None:
    """Killed while a large photo is scaled, in the server and in the worker."""
    # Different bytes each time: else the picture would be there already.
    content = photo("JPEG", (4000, 3000), exif=b"", comment=str(delay))
    token = running.ask(UPLOADS, data=content).text
    (item,) = created(running, [token])

    def ask() -> None:
        try:
            running.ask(f"{item['baseUrl']}=w1200-h1000", method="GET")
        except requests.RequestException:
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    time.sleep(delay)
    running.kill()
    asking.join(10)
    for path in (running.media / "renditions").rglob("*.jpg"):
        with Image.open(path) as picture:
            picture.load()
    running.start()
    answer = running.ask(f"{item['baseUrl']}=w1200-h1000", method="GET")
    assert answer.status_code == 200, answer.text
    with Image.open(io.BytesIO(answer.content)) as picture:
        picture.load()
        assert picture.size == (1200, 900)
