"""A real authorization server: migrated, seeded, as it is served.

For tests in which requests must truly meet. Its database is its own: SQLite, or
PostgreSQL with TEST_POSTGRES_URL.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests import processes
from tests.authserver.parties import CALLBACK, PASSWORD, VERIFIER, request_of_shop
from tests.ports import free_ports

ROOT = Path(__file__).parents[2]
SECRET = "demo-printshop-client-secret"
PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
for file in {files}:
    call_command("seed", file)
"""


@dataclass(frozen=True)
class Server:
    """Where it listens, and what it said so far."""

    url: str
    log: Path
    environment: dict[str, str]

    def manage(self, *command: str | Path) -> str:
        """What a management command says, beside the running server."""
        manage = ("manage.py", "authserver", *map(str, command))
        return processes.run(manage, self.environment).stdout

    @contextmanager
    def worker(self) -> Iterator[None]:
        """With a worker beside it, for what is sent later."""
        command = ("manage.py", "authserver", "worker")
        with self.log.open("a") as output:
            process = processes.start(
                command, self.environment, stdout=output, stderr=output
            )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)

    def code(self, **changes: str) -> str:
        """Alice signs in in a new browser and allows the print shop everything."""
        [code] = self.codes(1, **changes)
        return code

    def codes(self, count: int, **changes: str) -> list[str]:
        """The same several times, in one browser."""
        browser = requests.Session()
        return [self._code(browser, **changes) for _ in range(count)]

    def _code(self, browser: requests.Session, **changes: str) -> str:
        asked = request_of_shop(prompt="consent", **changes)
        page = browser.get(f"{self.url}/oauth/authorize?{urlencode(asked)}", timeout=30)
        consent = page
        if "/sign-in/" in page.url:
            signed_in = {"username": "alice", "password": PASSWORD, **csrf(page)}
            consent = browser.post(page.url, signed_in, timeout=30)
        scopes = asked["scope"].split()
        decided = {"decision": "allow", "scope": scopes, **csrf(consent)}
        answered = browser.post(consent.url, decided, allow_redirects=False, timeout=30)
        assert answered.status_code == 303, answered.text
        return parse_qs(urlsplit(answered.headers["Location"]).query)["code"][0]

    def exchange(self, code: str) -> requests.Response:
        form = {"grant_type": "authorization_code", "code": code}
        form |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return self.post("/oauth/token", form)

    def refresh(self, refresh_token: str) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.post("/oauth/token", form)

    def post(self, path: str, form: dict[str, str]) -> requests.Response:
        return requests.post(
            f"{self.url}{path}", form, auth=("printshop", SECRET), timeout=60
        )

    def userinfo(self, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{self.url}/oauth/userinfo"
        return requests.get(address, headers=headers, timeout=30).status_code


@contextmanager
def running(folder: Path, *registrations: Path, **variables: str) -> Iterator[Server]:
    """A server of two processes with eight threads each.

    It knows the demonstration's parties, and those of more ``registrations``.
    """
    port = free_ports()
    with _database(folder) as database:
        environment = os.environ | {
            "AUTHSERVER_DEMO": "1",
            "AUTHSERVER_URL": f"http://localhost:{port}",
            "AUTHSERVER_DATABASE_URL": database,
        }
        log = folder / "server.log"
        server = Server(f"http://localhost:{port}", log, environment | variables)
        files = [str(ROOT / "demo/registrations.toml"), *map(str, registrations)]
        server.manage("shell", "-v0", "-c", PREPARE.format(files=files))
        with log.open("w") as output:
            serve = ("serve", "--bind", f"127.0.0.1:{port}", "--processes", "2")
            command = ("manage.py", "authserver", *serve)
            process = processes.start(command, server.environment, stderr=output)
        try:
            _wait_for(f"{server.url}/readyz")
            yield server
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """A database nobody else uses."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        yield f"sqlite:///{folder}/authserver.sqlite3"
        return
    import psycopg  # noqa: PLC0415  # where it is needed

    name = f"authserver_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def csrf(page: requests.Response) -> dict[str, str]:
    """What a form on this page carries to be believed."""
    assert page.status_code == 200, page.text
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found, page.text
    return {"csrfmiddlewaretoken": found[1]}


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise TimeoutError(address)
