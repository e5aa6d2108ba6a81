"""The demo, started for the tests as people start it: three servers, three workers."""

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from demo.checks import is_ready
from demo.projects import PROJECTS, Place
from tests import processes
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
STARTED = re.compile(r"^(\w+) (web|worker) +\| started as process (\d+)$", re.MULTILINE)


class DidNotStart(Exception):
    """The demo ended, or was not ready in time; the message is its log."""


@dataclass
class Town:
    """A running demo: where its three sites are, what it logged, how to disturb it."""

    place: Place
    environment: Mapping[str, str]
    log_file: Path
    process: subprocess.Popen[bytes]

    @property
    def shop(self) -> str:
        """The address of printshop."""
        return f"http://localhost:{self.place.port}"

    @property
    def issuer(self) -> str:
        """The address of authserver."""
        return f"http://localhost:{self.place.port + 1}"

    @property
    def photos(self) -> str:
        """The address of photos_api."""
        return f"http://localhost:{self.place.port + 2}"

    def log(self) -> str:
        """Everything that any of the processes has printed so far."""
        return self.log_file.read_text(errors="replace")

    def has_started(self, project: str, role: str) -> bool:
        """Has there been a process for this?"""
        return (project, role) in {(p, r) for p, r, _ in STARTED.findall(self.log())}

    def pid(self, project: str, role: str) -> int:
        """The process that is, or was last, the web server or worker of a project."""
        found = [
            pid
            for p, r, pid in STARTED.findall(self.log())
            if (p, r) == (project, role)
        ]
        return int(found[-1])

    def kill(self, project: str, role: str) -> None:
        """End a process as a power cut would; return when another one was started."""
        before = self.pid(project, role)
        os.kill(before, signal.SIGKILL)
        eventually(lambda: self.pid(project, role) != before)

    def is_ready(self, project: str) -> bool:
        """Does the project say that it can really serve?"""
        [wanted] = [p for p in PROJECTS if p.name == project]
        return is_ready(self.place, wanted)

    def manage(self, project: str, *command: str) -> str:
        """What ``./manage.py PROJECT COMMAND`` prints, with the demo's settings."""
        [wanted] = [p for p in PROJECTS if p.name == project]
        manage = ("manage.py", project, *command)
        environment = self.place.environment(wanted, self.environment)
        return processes.run(manage, environment).stdout

    def wait_until_open(self, seconds: float = 300) -> None:
        """Return when all three are ready; raises DidNotStart with the log."""
        deadline = time.monotonic() + seconds
        while "The print shop is open" not in self.log():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise DidNotStart(self.log())
            time.sleep(0.05)

    def stop(self) -> int:
        """Stop as Ctrl-C does; the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)


def start(data: Path, environment: Mapping[str, str]) -> Town:
    """Start the demo on free ports; it is not ready yet."""
    data.mkdir(parents=True, exist_ok=True)
    port = free_ports(len(PROJECTS))
    log_file = data.parent / f"{data.name}.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", f"--port={port}", f"--data={data}"],
            cwd=ROOT,
            env=dict(environment),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return Town(Place(port, "127.0.0.1", data), environment, log_file, process)


def eventually(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until it is."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Variables for fresh databases: none on SQLite, three new ones on PostgreSQL."""
    server = os.environ.get("TEST_POSTGRES_URL")
    if not server:
        yield {}
        return
    mark = uuid.uuid4().hex[:8]
    names = {p.name: f"story_{mark}_{p.name}" for p in PROJECTS}
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names.values():
            connection.execute(
                sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            )
        base = server.rpartition("/")[0]
        try:
            yield {f"{p.upper()}_DATABASE_URL": f"{base}/{n}" for p, n in names.items()}
        finally:
            drop = "DROP DATABASE IF EXISTS {} WITH (FORCE)"
            for name in names.values():
                connection.execute(sql.SQL(drop).format(sql.Identifier(name)))
