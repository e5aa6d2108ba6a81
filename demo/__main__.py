"""``./manage.py demo``: three servers and three workers, until Ctrl-C."""

import asyncio
import os
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from demo.checks import (
    CannotStart,
    is_ready,
    only_one_in,
    refuse_strangers,
    refuse_taken_ports,
)
from demo.console import Console
from demo.processes import Kept
from demo.projects import PROJECTS, ROOT, Place, Project

LAST_PORT = 65535 - len(PROJECTS) + 1


def main(options: Sequence[str]) -> int:
    """Run the demo; the exit status is 0 when it was stopped, 1 when it failed."""
    wanted = _arguments().parse_args(options)
    place = Place(wanted.port, wanted.host, wanted.data.resolve())
    try:
        refuse_strangers(place.host, exposed=wanted.expose)
        refuse_taken_ports(place)
        with only_one_in(place):
            return asyncio.run(Supervisor(place).run())
    except CannotStart as reason:
        sys.stderr.write(f"{reason}\n")
        return 1


def _arguments() -> ArgumentParser:
    parser = ArgumentParser(
        prog="./manage.py demo",
        description="Starts the three projects, migrated and seeded, until Ctrl-C.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT / "var",
        metavar="DIR",
        help="keep everything here, save what a project's own DATABASE_URL or MEDIA"
        " variable puts elsewhere (default: var)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=8000,
        metavar="N",
        help="the shop's port; N+1 and N+2 are used as well (default: %(default)s)",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="IP",
        help="listen here; what is not loopback needs --expose (default: %(default)s)",
    )
    parser.add_argument(
        "--expose",
        action="store_true",
        help="let others reach a demo whose passwords and secrets are public",
    )
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= LAST_PORT:
        return int(text)
    raise ArgumentTypeError(f"a number from 1 to {LAST_PORT}")


class Supervisor:
    """Owns every process of the demo; when it ends, they end."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.console = Console()
        self.kept: list[Kept] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.lifeline, self._held_open = os.pipe()

    async def run(self) -> int:
        """Start everything, say so, and wait for the end."""
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, partial(self._asked_to_stop, stop))
        life = asyncio.create_task(self._live())
        asked = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({life, asked}, return_when=asyncio.FIRST_COMPLETED)
            return life.result() if life.done() else 0
        finally:
            asked.cancel()
            life.cancel()
            await asyncio.gather(*(kept.stop() for kept in self.kept))
            for task in self.tasks:
                task.cancel()

    def _asked_to_stop(self, stop: asyncio.Event) -> None:
        """The first time, let everyone finish; the second time, end them at once."""
        if stop.is_set():
            for kept in self.kept:
                kept.end()
        else:
            self.console.write("\nStopping…")
            stop.set()

    async def _live(self) -> int:
        """Servers first, so that the first page comes early; workers after them."""
        started = asyncio.get_running_loop().time()
        servers = {p: self._keep(p, "web") for p in PROJECTS}
        await asyncio.gather(*(self._ready(p, kept) for p, kept in servers.items()))
        for project in PROJECTS:
            self._keep(project, "worker")
        seconds = asyncio.get_running_loop().time() - started
        self.console.welcome(self.place, seconds)
        await asyncio.gather(*self.tasks)
        return 1

    def _keep(self, project: Project, role: str) -> Kept:
        """Start one process of a project and keep it running."""
        listen = f"{self.place.host}:{self.place.port_of(project)}"
        if ":" in self.place.host:
            listen = f"[{self.place.host}]:{self.place.port_of(project)}"
        kept = Kept(
            [sys.executable, "-m", "demo.child", role, project.name, listen],
            self.place.environment(project, os.environ),
            self.lifeline,
            partial(self.console.line, f"{project.name} {role}", project.colour),
        )
        self.kept.append(kept)
        self.tasks.add(asyncio.create_task(kept.run()))
        return kept

    async def _ready(self, project: Project, kept: Kept) -> None:
        """Wait until a server can serve; raises CannotStart if it ends instead."""
        while not await asyncio.to_thread(is_ready, self.place, project):
            if kept.ends:
                raise CannotStart(
                    f"{project.name} did not start; the lines above say why."
                )
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
