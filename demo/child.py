"""One process of the demo: ``python -m demo.child {web,worker} PROJECT [ADDRESS]``.

Web migrates and seeds, then serves, in one process: starting Python and Django
once instead of three times is most of the time that a start takes. Both kinds
end when the supervisor is gone, however it ended: their standard input is a
pipe that only the supervisor holds open. What web starts, ends with it.
"""

import os
import signal
import sys
import threading

import django
from django.core.management import call_command, execute_from_command_line

from demo.projects import PROJECTS, Project
from serving import address, serve


def main(role: str, name: str, listen: str) -> None:
    """Become the web server or the worker of the project called ``name``."""
    project = next(project for project in PROJECTS if project.name == name)
    os.environ["DJANGO_SETTINGS_MODULE"] = f"{name}.settings"
    end_with_the_supervisor()
    if role == "web":
        prepare(project)
        serve(f"{name}.settings", *address(listen))
    else:
        execute_from_command_line([f"manage.py {name}", "worker"])


def prepare(project: Project) -> None:
    """Bring database and seed up to date; both change nothing the second time."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed", *project.seed)


def end_with_the_supervisor() -> None:
    """Stop when nobody holds our standard input open any more."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
