"""What must be so before the demo starts: loopback, free ports, one at a time."""

import fcntl
import http.client
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from demo.projects import PROJECTS, Place, Project


class CannotStart(Exception):
    """The demo would not work; the message says why and what to do."""


def refuse_strangers(host: str, *, exposed: bool) -> None:
    """Demo accounts and secrets are public knowledge: loopback, unless told."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError as error:
        raise CannotStart(f"--host wants an IP address, not {host!r}.") from error
    if not loopback and not exposed:
        raise CannotStart(
            f"At {host} others could reach the demo, and its passwords and secrets are"
            " public. If that is what you want (inside a container or a virtual"
            " machine, say), add --expose."
        )


def refuse_taken_ports(place: Place) -> None:
    """Say which ports are taken, before anything is started."""
    taken = [p for p in PROJECTS if _is_taken(place.host, place.port_of(p))]
    if not taken:
        return
    which = " and ".join(f"{place.port_of(p)} (for {p.title})" for p in taken)
    free = next(
        n
        for n in range(place.port + 1000, 65000, 10)
        if not any(_is_taken(place.host, n + p.offset) for p in PROJECTS)
    )
    raise CannotStart(
        f"Port {which} is taken by another program; perhaps the demo runs already"
        f" in another window.\nStop that program, or choose other ports:"
        f' make demo ARGS="--port {free}"   (uses {free}, {free + 1} and {free + 2})'
    )


def _is_taken(host: str, port: int) -> bool:
    """Would a browser that asks for localhost meet somebody else here?"""
    for address in {host, "127.0.0.1", "::1"}:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with suppress(OSError), socket.create_connection((address, port), 0.2):
            return True
        if address == host and not _can_listen(family, address, port):
            return True
    return False


def _can_listen(family: socket.AddressFamily, address: str, port: int) -> bool:
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address, port))
        except OSError:
            return False
    return True


@contextmanager
def only_one_in(place: Place) -> Iterator[None]:
    """Hold the data folder; a second demo there would write other addresses into it."""
    place.data.mkdir(parents=True, exist_ok=True)
    with (place.data / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(
                f"Another demo is using {place.data}. Stop it, or choose another"
                ' folder: make demo ARGS="--data elsewhere"'
            ) from error
        yield


def is_ready(place: Place, project: Project) -> bool:
    """Does the project say that it can really serve?"""
    address = "127.0.0.1" if place.host == "0.0.0.0" else place.host  # noqa: S104  # compared, not listened on
    connection = http.client.HTTPConnection(address, place.port_of(project), timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
