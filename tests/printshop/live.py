"""The shop as it runs: web processes and a worker, with a database of their own."""

import atexit
import os
import re
import shutil
import signal
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import requests
from provider import Person, Photo, PhotoService, Provider
from visitors import ADDRESS

from tests import processes
from tests.ports import free_ports
from tests.processes import Process

to_the_end = ExitStack()  # of this run
atexit.register(to_the_end.close)


class Shop:
    """Real processes, that may be killed at any time."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        provider: Provider,
        photos: PhotoService,
        variables: Mapping[str, str],
    ) -> None:
        port = free_ports()
        self.url = f"http://127.0.0.1:{port}"
        self.photos = photos
        self.log = folder / "log"
        self.mails = folder / "mails"
        self.trap: dict[str, str] = {}  # for what is started from now on: crashing/
        self._bind = f"127.0.0.1:{port}"
        self._environment = os.environ | {
            "PRINTSHOP_URL": self.url,
            "PRINTSHOP_ISSUER": provider.url,
            "PRINTSHOP_CLIENT_ID": provider.client[0],
            "PRINTSHOP_CLIENT_SECRET": provider.client[1],
            "PRINTSHOP_PHOTOS_URL": photos.url,
            "PRINTSHOP_DATABASE_URL": database_url,
            "PRINTSHOP_MEDIA": str(folder / "media"),
            "PRINTSHOP_PRESS_SECONDS": "0",
            "PRINTSHOP_EMAIL_URL": f"file:///{self.mails}",
            **variables,
        }
        self._running: list[Process] = []
        self._workers: list[Process] = []

    def run(self, *command: str) -> Process:
        """Start a process of the shop."""
        with self.log.open("ab") as log:
            process = processes.start(
                command,
                self._environment | self.trap,
                stdout=log,
                stderr=log,
                own_session=True,
            )
        self._running.append(process)
        return process

    def web(self, processes: int = 1) -> None:
        """Start serving; returns when the shop is ready."""
        serve = ("manage.py", "printshop", "serve", "--bind", self._bind)
        web = self.run(*serve, "--processes", str(processes))
        eventually(lambda: requests.get(f"{self.url}/readyz", timeout=5).ok)
        self._web = web

    def kill_web(self) -> None:
        """kill -9 of every web process."""
        self.kill(self._web)

    def worker(self) -> Process:
        """Start working."""
        self._workers.append(self.run("manage.py", "printshop", "worker"))
        return self._workers[-1]

    def pause(self) -> None:
        """End the workers."""
        while self._workers:
            self.kill(self._workers.pop())

    def rest(self) -> None:
        """End the workers, and begin with a new customer and no history."""
        self.pause()
        for server in (self.photos, self.photos.provider):
            server.requests.clear()
            server.before = lambda request: None
        self.photos.provider.person = Person(
            str(uuid.uuid4()), "Alice", "a@example.com"
        )

    def manage(self, *command: str) -> str:
        """What one of the shop's commands says."""
        manage = ("manage.py", "printshop", *command)
        return processes.run(manage, self._environment).stdout

    def charges(self, number: str) -> int:
        """How often the bank was paid for an order, by the shop's log."""
        return self.log.read_text().count(f"order {number}: payment approved")

    @staticmethod
    def kill(process: Process) -> None:
        """kill -9, with all its children."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        """End everything."""
        for process in self._running:
            self.kill(process)


class Visitor:
    """Somebody with a browser, who can press a button from several hands at once."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.http = requests.Session()
        self.get("/sign-in/")

    def get(self, path: str) -> requests.Response:
        """Open a page, wherever it leads."""
        return self.http.get(self.shop.url + path, timeout=20)

    def path(self, path: str) -> str:
        """Where a page leads."""
        return urlsplit(self.get(path).url).path

    def post(self, path: str, form: Mapping[str, str | list[str]]) -> requests.Response:
        """Send a form, as the page that carries it would."""
        token = self.http.cookies.get("printshop_csrf") or ""
        return requests.post(
            self.shop.url + path,
            {**form, "csrfmiddlewaretoken": token},
            cookies=self.http.cookies.get_dict(),
            headers={"Origin": self.shop.url},
            allow_redirects=False,
            timeout=20,
        )

    def choose(self) -> str:
        """Connect, pick everything and press Done; returns the selection's page."""
        self.get("/connect/")
        self.get("/choose/")
        page: str = self.post("/choose/", {}).headers["Location"]
        link = re.search(r'href="([^"]+/autoclose)"', self.get(page).text)
        assert link
        requests.get(link[1], timeout=5)
        return page

    def order(self) -> str:
        """Everything up to the payment; returns the order's number."""
        page = self.choose()
        eventually(lambda: self.path(page).endswith("/products/"))
        html = self.get(page).text
        form: dict[str, str | list[str]] = {
            "photo": re.findall(r'name="photo" value="(\d+)"', html),
            "product": "20x30",
            "copies": "1",
            "anyway": "on",
        }
        self.post(f"{page}products/", form)
        link = re.search(r'href="(/orders/[^/]+/address/)"', self.get("/cart/").text)
        assert link
        address = link[1]
        self.post(address, ADDRESS)
        return str(address.split("/")[2])

    def payment(self, number: str, card: str = "4242424242424242") -> dict[str, str]:
        """The payment form, filled in."""
        html = self.get(f"/orders/{number}/pay/").text
        cents = re.search(r'name="cents" value="(\d+)"', html)
        assert cents, html
        return {"card_number": card, "key": str(uuid.uuid4()), "cents": cents[1]}

    def stages(self, number: str) -> list[str]:
        """The stages an order has come through."""
        html = self.get(f"/orders/{number}/").text
        return re.findall(r'class="[^"]*done[^"]*"><span>([^<]+)<', html)


def eventually(true: Callable[[], Any], seconds: float = 40) -> None:
    """Wait until something is so.

    Of a page too: Playwright's own way looks once where a policy forbids it to go on.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise AssertionError("it never came to that")


@contextmanager
def opened(
    folder: Path, *picks: Photo, processes: int = 1, **variables: str
) -> Iterator[Shop]:
    """A shop without a worker, at a provider and a photo service that behave.

    ``variables`` are its settings without their PRINTSHOP_.
    """
    provider = Provider()
    photos = PhotoService(provider)
    photos.picks = [*picks]
    named = {f"PRINTSHOP_{name}": value for name, value in variables.items()}
    with database(folder) as url:
        shop = Shop(folder, url, provider, photos, named)
        try:
            shop.web(processes)
            yield shop
        finally:
            shop.stop()
            photos.stop()
            provider.stop()


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """An empty database: SQLite, or PostgreSQL when TEST_POSTGRES_URL is set.

    It is a copy of one that was migrated for all.
    """
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        shutil.copy(migrated_file(folder.parent), folder / "shop.sqlite3")
        yield f"sqlite:///{folder}/shop.sqlite3"
        return

    with database_like(url, migrated_database(url)) as copy:
        yield copy


@contextmanager
def database_like(url: str, template: str) -> Iterator[str]:
    """A database on this PostgreSQL that begins as another."""
    name = f"printshop_live_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield f"{url.rpartition('/')[0]}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def migrated_file(folder: Path) -> Path:
    """An SQLite database that nobody writes to any more."""
    migrate(f"sqlite:///{folder}/migrated.sqlite3")
    return folder / "migrated.sqlite3"


@cache
def migrated_database(url: str) -> str:
    """The same on PostgreSQL; it goes with this run."""
    template = to_the_end.enter_context(database_like(url, "template1"))
    migrate(template)
    return template.rpartition("/")[2]


def migrate(url: str) -> None:
    """Make the shop's tables."""
    environment = os.environ | {"PRINTSHOP_DATABASE_URL": url}
    processes.run(("manage.py", "printshop", "migrate", "-v0"), environment)
