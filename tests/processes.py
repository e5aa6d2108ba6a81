"""Commands of the projects, as processes that start in a fifth of the time.

Most of a start is reading Django and other libraries. One process of each run of the
tests has read them (nursery.py), and forks for everybody who starts something here.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

ROOT = Path(__file__).parent.parent
_one_at_a_time = threading.Lock()


class Process:
    """What subprocess.Popen is, as far as anybody here needs it."""

    def __init__(self, told: int) -> None:
        self._told = os.fdopen(told)
        self.pid = int(self._told.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, or None."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended; raises subprocess.TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
            self.returncode = int(self._told.readline())
            self._told.close()
        return self.returncode

    def _signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdout: IO[Any] | int = 1,
    stderr: IO[Any] | int = 2,
    own_session: bool = False,
) -> Process:
    """Start ``manage.py PROJECT …`` in this environment, with nothing to read."""
    asked = {
        "command": [*map(str, command)],
        "environment": dict(environment),
        "own_session": own_session,
    }
    content = json.dumps(asked).encode()
    here, there = os.pipe()
    with Path(os.devnull).open() as nothing:
        standard = [_number(file) for file in (nothing, stdout, stderr)]
        with _one_at_a_time:
            nursery = _nursery()
            size = len(content).to_bytes(4)
            socket.send_fds(nursery, [size], [*standard, there])
            nursery.sendall(content)
    os.close(there)
    return Process(here)


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    timeout: float = 120,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run it to its end, like subprocess.run; what it printed is kept."""
    with TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        process = start(command, environment, stdout=output, stderr=errors)
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        for file in (output, errors):
            file.seek(0)
        done = subprocess.CompletedProcess(
            [*command], code, output.read(), errors.read()
        )
    if check and code:
        sys.stderr.write(done.stderr)
        done.check_returncode()
    return done


def _number(file: IO[Any] | int) -> int:
    return file if isinstance(file, int) else file.fileno()


@cache
def _nursery() -> socket.socket:
    """The one of this run; it ends when nobody can ask it any more."""
    ours, its = socket.socketpair()
    number = its.fileno()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.nursery", str(number)],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"},
        stdin=subprocess.DEVNULL,
        pass_fds=[number],
    )
    its.close()

    def end() -> None:
        ours.close()
        process.wait(10)

    atexit.register(end)
    return ours
