"""How all three projects are served; gunicorn reads this file by itself."""

import re
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.management import call_command
from django.core.management.base import SystemCheckError
from gunicorn.glogging import Logger

LONG = re.compile(r"[^/]{30,}")


class PathsOnly(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """Logs who asked for what, without the query: codes travel in there.

    Neither what is long in a path, such as the secret in the link of a mail.
    """

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Leave out what a browser or a health check asks for by itself."""
        if req.path.startswith(("/static/", "/readyz", "/healthz")):
            return
        seen = {
            "m": req.method,
            "U": LONG.sub("…", quote(environ["PATH_INFO"])),
            "s": resp.status.split()[0],
            "M": round(request_time.total_seconds() * 1000),
        }
        self.access_log.info(access_log_format, seen)


def when_ready(server: Any) -> None:
    """Start only what passes its own checks: Django runs them for commands alone."""
    try:
        call_command("check", stdout=StringIO())
    except SystemCheckError as error:
        sys.exit(f"{error}")


logger_class = PathsOnly
loglevel = "warning"
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"

secure_scheme_headers: dict[str, str] = {}  # each project decides whom it believes

# Threads, never an event loop: Django is synchronous here. granian 2.8 (WSGI, as many
# threads) answers a fifth more token requests per second (refresh 421 : 342, code
# 337 : 293) and three times as many key sets (3930 : 1270), on two cores; what is
# above, it would have to be taught.
worker_class = "gthread"
threads = 8
preload_app = True
limit_request_line = 8190  # an authorization request may be long
graceful_timeout = 4
if Path("/dev/shm").is_dir():  # noqa: S108  # a place in memory, on Linux
    worker_tmp_dir = "/dev/shm"  # noqa: S108  # gunicorn's heartbeat, off the disk
