"""How all three projects are served: ``./manage.py <project> serve --bind HOST:PORT``.

By granian, with threads: Django is synchronous here, so never an event loop. One
process starts the others and answers nothing; when it is gone, so are they.
"""

import argparse
import ctypes
import logging
import multiprocessing
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import StringIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote
from wsgiref.util import FileWrapper

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.http import HttpResponse
from environs import EnvError
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

PROCESSES = int(os.environ.get("WEB_CONCURRENCY", "1"))
THREADS = 8
PATIENCE = 4  # seconds between asking a process to finish and ending it
MOST_HEAPS, OWN_BLOCK = -8, -3  # glibc's M_ARENA_MAX and M_MMAP_THRESHOLD
LARGEST_HEAD = 64 * 1024  # bytes of a request without its body
BLOCK = 64 * 1024  # bytes of a file sent at a time, or of a request not read yet
LONGEST_LEFT = 16 * 1024 * 1024  # bytes of a request that are read after its answer
LONG = re.compile(r"[^/]{30,}")
AS_IS = "/:@=+$"  # in paths: to quote anything takes Python long
QUIET = ("/static/", "/readyz", "/healthz")  # browsers and machines ask by themselves

log = logging.getLogger("access")
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


def main(project: str, options: list[str]) -> None:
    """Read the command line and serve a project until told to stop."""
    parser = argparse.ArgumentParser(prog=f"./manage.py {project} serve")
    parser.add_argument(
        "--bind",
        type=address,
        default="127.0.0.1:8000",
        metavar="HOST:PORT",
        help="listen here (default: %(default)s)",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=PROCESSES,
        metavar="N",
        help=f"processes that answer, {THREADS} threads each (default: %(default)s)",
    )
    given = parser.parse_args(options)
    serve(f"{project}.settings", *given.bind, processes=given.processes)


def address(text: str) -> tuple[str, int]:
    """An IP address and a port: 127.0.0.1:8000, [::1]:8000."""
    host, _, port = text.rpartition(":")
    return str(ip_address(host.strip("[]"))), int(port)


def serve(settings: str, host: str, port: int, *, processes: int = PROCESSES) -> None:
    """Become the web server of the project with these settings."""
    prepare(settings)
    refuse_taken(host, port)
    Granian(
        settings,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,  # each keeps a connection to the database
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(max_buffer_size=LARGEST_HEAD),
        websockets=False,
        log_dictconfig={"loggers": {}},  # where the project's own lines go
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
    ).serve(target_loader=application, wrap_loader=False)


def prepare(settings: str) -> None:
    """Start only what passes its own checks: Django runs them for commands alone."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    try:
        django.setup()
        call_command("check", stdout=StringIO())
    except (EnvError, ImproperlyConfigured, SystemCheckError) as error:
        sys.exit(f"Not served: {error}")
    connections.close_all()  # no two processes may share one


def refuse_taken(host: str, port: int) -> None:
    """Say who cannot listen; two servers at one port would each get half of it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        why = os.strerror(error.errno or 0)
        sys.exit(f"Cannot listen at {host}, port {port}: {why}.")


def application() -> Application:
    """In each process that answers: what is asked."""
    give_memory_back()
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    return logged(get_wsgi_application())


def give_memory_back() -> None:
    """Large blocks go back to the system when they are free; glibc would keep them.

    It has a heap for each thread, and learns to keep there what pictures take.
    """
    with suppress(OSError, AttributeError):  # another C library does as it likes
        library = ctypes.CDLL(None)
        library.mallopt(MOST_HEAPS, 2)
        library.mallopt(OWN_BLOCK, 256 * 1024)


def end_with_the_parent() -> None:
    """Nobody else would tell us to stop when it was killed."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)


def logged(answer: Application) -> Application:
    """Say who asked for what, without the query: codes travel in there.

    Neither what is long in a path, such as the secret in the link of a mail.
    """

    def logging_application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        began, seen = time.perf_counter(), ""

        def start_response(status: str, headers: Any, *rest: Any) -> Any:
            nonlocal seen
            seen = status[:3]
            return start(status, headers, *rest)

        environ["REMOTE_ADDR"] = environ["REMOTE_ADDR"].removeprefix("::ffff:")
        environ["wsgi.file_wrapper"] = in_blocks
        body = whole(answer(environ, start_response))
        read_to_the_end(environ)
        if not environ["PATH_INFO"].startswith(QUIET):
            parts = {
                "method": environ["REQUEST_METHOD"],
                "path": LONG.sub("…", quote(environ["PATH_INFO"], safe=AS_IS)),
                "status": seen,
                "milliseconds": round((time.perf_counter() - began) * 1000),
            }
            log.info("%(method)s %(path)s %(status)s %(milliseconds)s ms", parts)
        return body

    return logging_application


def whole(body: Iterable[bytes]) -> Iterable[bytes]:
    """Hand over at once what is no stream; a stream is closed by who reads it."""
    if not isinstance(body, HttpResponse):
        return body
    try:
        return [body.content]
    finally:
        body.close()


def read_to_the_end(environ: dict[str, Any]) -> None:
    """Take what is left of a request that was answered before it was read.

    Otherwise its connection is closed in the middle of it, and a gateway or a client
    that still sends sees a broken network instead of a refusal. What is longer than a
    photo usually is, is not worth waiting for.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and 0 < int(length[:20]) <= LONGEST_LEFT:
        with suppress(OSError):  # nobody waits for the answer any more
            while environ["wsgi.input"].read(BLOCK):
                pass


def in_blocks(file: Any, _size: int) -> FileWrapper:
    """A file in fewer pieces than Django would make of it."""
    return FileWrapper(file, BLOCK)
