"""One process of the demo: ``python -m demo.child {web,worker} PROJECT [ADDRESS]``.

Web migrates and seeds, then serves, in one process: starting Python and Django
once instead of three times is most of the time that a start takes. Both kinds
end when the supervisor is gone, however it ended: their standard input is a
pipe that only the supervisor holds open.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import django
from django.core.management import call_command, execute_from_command_line
from django.db import connections
from gunicorn.app.wsgiapp import WSGIApplication

from demo.projects import PROJECTS, Project


def main(role: str, name: str, address: str) -> None:
    """Become the web server or the worker of the project called ``name``."""
    project = next(project for project in PROJECTS if project.name == name)
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{name}.settings"
    if role == "web":
        prepare(project)
        sys.argv = ["gunicorn", f"{name}.wsgi", "--bind", address]
        Server(prog="gunicorn").run()
    else:
        end_with_the_supervisor(lambda: os.kill(os.getpid(), signal.SIGTERM))
        execute_from_command_line([f"manage.py {name}", "worker"])


def prepare(project: Project) -> None:
    """Bring database and seed up to date; both change nothing the second time."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed", *project.seed)
    connections.close_all()  # the server forks: no connection may be shared


class Server(WSGIApplication):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn as gunicorn.conf.py says, and gone when the supervisor is."""

    def load_config(self) -> None:
        """Watch from the process that serves: a thread would not survive the fork."""
        super().load_config()
        self.cfg.set("post_worker_init", self._watch)

    @staticmethod
    def _watch(worker: Any) -> None:
        def stop() -> None:
            if os.getppid() == worker.ppid:  # else it is gone, its number another's
                os.kill(worker.ppid, signal.SIGTERM)

        end_with_the_supervisor(stop)


def end_with_the_supervisor(stop: Callable[[], None]) -> None:
    """Call ``stop`` when nobody holds our standard input open any more."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        stop()

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
