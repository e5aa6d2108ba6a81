"""Forks processes from one that has read the libraries: ``python -m tests.nursery FD``.

Run by tests/processes.py, at the other end of the socket. What is a project's own is
read after the fork, as always, in the environment that the new process was given.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import warnings
from contextlib import suppress
from typing import Any

OURS = ("authserver", "photos_api", "printshop", "__main__", "sitecustomize", "tests")
WORKER = "django_tasks_db.management.commands.db_worker"
SHELL = "django.core.management.commands.shell"
FDS = 4  # its input, output and errors, and where to tell its number and how it ended


class Nursery:
    """Forks whenever it is asked to, and tells how each child ended."""

    def __init__(self, asked: socket.socket) -> None:
        self.asked = asked
        self.known: set[str] = set()  # projects whose libraries have been read
        self.told: dict[int, int] = {}  # where it is told how a child ended
        self.woken, self.wake = os.pipe()
        for end in (self.woken, self.wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self.wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def work(self) -> dict[str, Any] | None:
        """Until nobody asks any more; in each child, what it has to become."""
        while True:
            ready, _, _ = select.select([self.asked.fileno(), self.woken], [], [])
            if self.woken in ready:
                os.read(self.woken, 4096)
                self.reap()
            if self.asked.fileno() in ready:
                size, fds, _, _ = socket.recv_fds(self.asked, 4, FDS)
                if not size:
                    return None
                wanted = self.read(int.from_bytes(size))
                if self.fork(wanted, *fds):
                    return wanted

    def read(self, size: int) -> dict[str, Any]:
        """The rest of a question."""
        with self.asked.makefile("rb", buffering=0) as file:
            content = b""
            while len(content) < size:
                content += file.read(size - len(content)) or b""
        wanted: dict[str, Any] = json.loads(content)
        return wanted

    def fork(self, wanted: dict[str, Any], *fds: int) -> bool:
        """Is this the child?"""
        project = wanted["command"][1]
        if project not in self.known:
            names = libraries(project, wanted["environment"])
            self.known |= {project} if names else set()
            read(names)
        *standard, told = fds
        pid = os.fork()
        if not pid:
            self.leave()
            for number, fd in enumerate(standard):
                os.dup2(fd, number)
            os.closerange(3, 3 + max(fds))
            return True
        for fd in standard:
            os.close(fd)
        os.write(told, b"%d\n" % pid)
        self.told[pid] = told
        return False

    def leave(self) -> None:
        """In a child: whatever is the nursery's own is none of its business."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.asked.detach()

    def reap(self) -> None:
        """Tell of the dead; by then nobody finds them any more."""
        with suppress(ChildProcessError):
            while (dead := os.waitpid(-1, os.WNOHANG))[0]:
                told = self.told.pop(dead[0])
                with suppress(BrokenPipeError):  # nobody wants to know
                    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(dead[1]))
                os.close(told)


def libraries(project: str, environment: dict[str, str]) -> list[str]:
    """What a project reads that is not its own: tried out in a child."""
    here, there = os.pipe()
    if not (pid := os.fork()):
        os.environ.update(environment, DJANGO_SETTINGS_MODULE=f"{project}.settings")
        with suppress(Exception), os.fdopen(there, "w") as file:
            importlib.import_module("django").setup()
            for name in (f"{project}.urls", "serving", WORKER, SHELL):
                importlib.import_module(name)
            found = (name for name in sys.modules if name.split(".")[0] not in OURS)
            json.dump(list(found), file)
        os._exit(0)
    os.close(there)
    with os.fdopen(here) as file:
        names = file.read()
    os.waitpid(pid, 0)
    return list(json.loads(names or "[]"))


def read(names: list[str]) -> None:
    """Import what can be without the settings of a project."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            with suppress(Exception):
                importlib.import_module(name)
    gc.collect()
    gc.freeze()


def become(wanted: dict[str, Any]) -> None:
    """Be what was asked for, from here on."""
    if wanted["own_session"]:
        os.setsid()
    os.environ.clear()
    os.environ.update(wanted["environment"])
    if path := os.environ.get("PYTHONPATH"):
        sys.path[1:1] = path.split(os.pathsep)
        sys.modules.pop("sitecustomize", None)
        with suppress(ModuleNotFoundError):
            importlib.import_module("sitecustomize")
    if hashers := sys.modules.get("django.contrib.auth.hashers"):
        argon2 = hashers.Argon2PasswordHasher  # nobody guesses passwords here
        argon2.time_cost, argon2.memory_cost, argon2.parallelism = 1, 8, 1
    sys.argv = wanted["command"]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__" and (
    wanted := Nursery(socket.socket(fileno=int(sys.argv[1]))).work()
):
    become(wanted)
