"""printshop as it is served, and the provider it trusts: what its parts of the
benchmark ask.

Demo mode, since our provider has no certificate; nothing measured depends on it.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.contestants import django, run
from bench.processes import free_port, running

URL, CLIENT_ID = "http://shop.bench", "printshop"
HOST = URL.partition("://")[2]


@contextmanager
def provider(work: Path) -> Iterator[str]:
    """A process of its own, whose time is not the shop's; its issuer."""
    port = free_port()
    command = [sys.executable, "-m", "bench.printshop_provider", str(port)]
    with running(command, {}, port, work / "provider.log"):
        yield f"http://127.0.0.1:{port}"


def environment(database: str, folder: Path, issuer: str) -> dict[str, str]:
    """What an operator would set."""
    return {
        "DJANGO_SETTINGS_MODULE": "printshop.settings",
        "PRINTSHOP_DEMO": "1",
        "PRINTSHOP_URL": URL,
        "PRINTSHOP_ISSUER": issuer,
        "PRINTSHOP_CLIENT_ID": CLIENT_ID,
        "PRINTSHOP_DATABASE_URL": database,
        "PRINTSHOP_MEDIA": str(folder),
    }


def manage(variables: Mapping[str, str], *command: str) -> str:
    """A management command of printshop; its output."""
    return run([django(0)[0], "manage.py", "printshop", *command], variables)


def inside(variables: Mapping[str, str], module: str, *arguments: str) -> str:
    """What a module says that runs with the shop's settings."""
    return run([sys.executable, "-m", f"bench.{module}", *arguments], variables)


@contextmanager
def served(variables: Mapping[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """One process of it: its port and its process id."""
    port = free_port()
    with running(django(port), variables, port, log) as process:
        yield port, process.pid


def get(path: str, *headers: str) -> str:
    """A request of a browser."""
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {HOST}", *headers, "", ""])
