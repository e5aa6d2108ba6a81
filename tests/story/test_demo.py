"""``./manage.py demo`` starts, mends and stops everything, and loses nothing."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from demo.projects import PROJECTS, without_projects
from tests.ports import free_ports
from tests.story.town import ROOT, Town, eventually, start

ROLES = [(p.name, role) for p in PROJECTS for role in ("web", "worker")]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: the photos are drawn once."""
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture
def own_town(data: Path) -> Iterator[Town]:
    """A demo that the test may break, on SQLite."""
    town = start(data, without_projects(os.environ))
    yield town
    town.stop()


def demo(*options: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to be refused."""
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def lives(pid: int) -> bool:
    """Is there such a process, other than as a zombie?"""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def family(town: Town) -> set[int]:
    """Every process of the demo but its supervisor."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    found = {town.process.pid}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {town.process.pid}


def test_a_taken_port_is_named_before_anything_starts(data: Path) -> None:
    port = free_ports(3)
    with socket.create_server(("127.0.0.1", port + 1)):
        refused = demo("--port", str(port), "--data", str(data))
    assert refused.returncode == 1
    assert f"Port {port + 1} (for Photos Account) is taken" in refused.stderr
    assert "--port" in refused.stderr
    assert not data.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104
def test_others_are_kept_out_unless_told(host: str) -> None:
    refused = demo("--host", host)
    assert refused.returncode == 1
    assert "--expose" in refused.stderr


@pytest.mark.parametrize(
    "options", [["--port", "0"], ["--port", "65534"], ["--port", "x"], ["--host", "x"]]
)
def test_an_impossible_place_is_refused_with_a_sentence(options: list[str]) -> None:
    refused = demo(*options)
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr


def test_everything_runs_until_it_is_told_to_stop(own_town: Town) -> None:
    own_town.wait_until_open()
    assert all(own_town.is_ready(p.name) for p in PROJECTS)
    for words in ("alice", "bob", "print-shop-demo", own_town.shop, own_town.issuer):
        assert words in own_town.log()

    # A second demo would write its own addresses into the same data.
    second = demo("--port", str(free_ports(3)), "--data", str(own_town.place.data))
    assert "Another demo is using" in second.stderr

    # Whatever dies comes back.
    for project, role in ROLES:
        eventually(partial(own_town.has_started, project, role))
        own_town.kill(project, role)
    eventually(lambda: all(own_town.is_ready(p.name) for p in PROJECTS))

    # Nothing is left when it stops.
    processes = family(own_town)
    assert len(processes) >= len(ROLES)
    assert own_town.stop() == 0
    eventually(lambda: not any(map(lives, processes)))


def test_what_cannot_start_stops_the_rest_and_says_why(tmp_path: Path) -> None:
    broken = {"PRINTSHOP_DATABASE_URL": "sqlite:////no/such/folder/db.sqlite3"}
    town = start(tmp_path / "data", without_projects(os.environ) | broken)
    assert town.process.wait(60) == 1
    assert "printshop did not start" in town.log()
    assert "unable to open database file" in town.log()
    assert not any(lives(town.pid(project.name, "web")) for project in PROJECTS)


def test_nothing_outlives_a_supervisor_that_was_killed(own_town: Town) -> None:
    own_town.wait_until_open()
    processes = family(own_town)
    own_town.process.kill()
    eventually(lambda: not any(map(lives, processes)))


def test_starting_again_keeps_the_data(data: Path) -> None:
    first = start(data, without_projects(os.environ))
    first.wait_until_open()
    people = count(first, "authserver", "User")
    create = "from authserver.models import User; User.objects.create_user('carol')"
    first.manage("authserver", "shell", "-c", create)
    assert first.stop() == 0
    second = start(data, without_projects(os.environ))
    second.wait_until_open()
    try:
        assert count(second, "authserver", "User") == people + 1
    finally:
        second.stop()


def count(town: Town, project: str, model: str) -> int:
    lines = f"from {project}.models import {model}; print({model}.objects.count())"
    return int(town.manage(project, "shell", "-v", "0", "-c", lines).split()[-1])
