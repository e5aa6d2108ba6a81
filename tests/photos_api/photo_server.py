"""A real photos_api: migrated, in two processes, with an issuer whose keys it fetches.

For tests in which requests must truly meet. Its database is its own: SQLite, or
PostgreSQL with TEST_POSTGRES_URL.
"""

import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from photo_cast import EVERYTHING, Issuer

from tests import processes
from tests.ports import free_ports
from tests.processes import Process


@dataclass(frozen=True)
class Server:
    """Where it listens, whom it trusts, and what it said so far."""

    url: str
    issuer_url: str
    issuer: Issuer
    log: Path
    environment: dict[str, str]
    group: int = 0  # of its processes, where a test has to find them

    def manage(self, *command: str) -> str:
        """What a management command says, beside the running server."""
        manage = ("manage.py", "photos_api", *command)
        return processes.run(manage, self.environment).stdout

    def run(self, code: str) -> Any:
        """What code in the server's own Django leaves in ``told``, through JSON."""
        printed = f"{code}\nimport json; print(json.dumps(told))"
        return json.loads(self.manage("shell", "-v0", "--no-imports", "-c", printed))

    def token(self, **claims: object) -> str:
        """A good access token of Alice's for the print shop, with changes."""
        wanted: dict[str, Any] = {"scope": EVERYTHING}
        wanted |= {"iss": self.issuer_url, "aud": self.url}
        return self.issuer.token(**wanted | claims)

    def post(self, path: str, body: object, **claims: object) -> requests.Response:
        """POST JSON as the print shop."""
        bearer = {"Authorization": f"Bearer {self.token(**claims)}"}
        return requests.post(f"{self.url}{path}", json=body, headers=bearer, timeout=60)

    def was_quiet(self) -> bool:
        """Whether it never stumbled."""
        said = self.log.read_text()
        return "Traceback" not in said and "Internal Server Error" not in said


@contextmanager
def running(folder: Path, issuer: Issuer, **variables: str) -> Iterator[Server]:
    """A server of two processes with eight threads each."""
    with prepared(folder, issuer, **variables) as server:
        process = started(server)
        try:
            yield server
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def prepared(folder: Path, issuer: Issuer, **variables: str) -> Iterator[Server]:
    """What a server needs, before it is started."""
    port = free_ports()
    with _database(folder) as database, _published(issuer) as issuer_url:
        url = f"http://localhost:{port}"
        environment = os.environ | {
            "PHOTOS_API_DEMO": "1",
            "PHOTOS_API_URL": url,
            "PHOTOS_API_ISSUER": issuer_url,
            "PHOTOS_API_DATABASE_URL": database,
            "PHOTOS_API_MEDIA": str(folder / "media"),
        }
        log = folder / "server.log"
        server = Server(url, issuer_url, issuer, log, environment | variables)
        server.manage("migrate", "-v0")
        yield server


def started(server: Server, count: int = 2) -> Process:
    """Its processes, a group of their own; they answer already."""
    address = f"127.0.0.1:{urlsplit(server.url).port}"
    serve = ("serve", "--bind", address, "--processes", str(count))
    with server.log.open("a") as output:
        process = processes.start(
            ("manage.py", "photos_api", *serve),
            server.environment,
            stdout=output,
            stderr=output,
            own_session=True,
        )
    _wait_for(f"{server.url}/readyz")
    return process


def kill(process: Process) -> None:
    """kill -9, all of them at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def _published(issuer: Issuer) -> Iterator[str]:
    """The issuer's keys, where anybody can fetch them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            documents = {
                "/.well-known/openid-configuration": {
                    "issuer": url,
                    "jwks_uri": f"{url}/jwks",
                },
                "/jwks": issuer.jwks,
            }
            content = json.dumps(documents.get(self.path, {})).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        url = f"http://127.0.0.1:{httpd.server_address[1]}"
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield url
        httpd.shutdown()


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """A database nobody else uses."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        yield f"sqlite:///{folder}/photos_api.sqlite3"
        return
    import psycopg  # noqa: PLC0415  # where it is needed

    name = f"photos_api_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise TimeoutError(address)
