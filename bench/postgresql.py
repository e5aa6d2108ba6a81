"""A PostgreSQL for one run: made by initdb, or the one that BENCH_POSTGRES_URL names.

Its settings are those it comes with: fsync and synchronous_commit are on, so that what
was answered survives a power cut.
"""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench.processes import free_port

STATEMENT = re.compile(r"^bench@(\S*) LOG:  (?:statement|execute [^:]*): (.*)$", re.M)


@dataclass(frozen=True)
class Postgresql:
    """A server, and its log if it is our own."""

    url: str
    log: Path | None

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, gone afterwards."""
        name = f"bench_{secrets.token_hex(6)}"
        quoted = sql.Identifier(name)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        try:
            yield urlsplit(self.url)._replace(path=f"/{name}").geturl()
        finally:
            with psycopg.connect(self.url, autocommit=True) as connection:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                connection.execute(drop.format(quoted))

    @contextmanager
    def counting(self, database_url: str) -> Iterator[Counter[str]]:
        """Counts the statements that arrive meanwhile, by their first word, from the
        server's own log (log_statement=all); nothing if the log is not ours to read.
        """
        found: Counter[str] = Counter()
        if self.log is None:
            yield found
            return
        self._log_statements("all")
        before = self.log.stat().st_size
        try:
            yield found
        finally:
            self._log_statements("none")
            with self.log.open() as log:
                log.seek(before)
                text = log.read()
        name = urlsplit(database_url).path[1:]
        found.update(
            statement.split()[0].upper()
            for database, statement in STATEMENT.findall(text)
            if database == name
        )

    def _log_statements(self, which: str) -> None:
        """For every connection there is; they read the change when next asked."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            setting = sql.SQL("ALTER SYSTEM SET log_statement = {}")
            connection.execute(setting.format(sql.Literal(which)))
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("SELECT pg_sleep(0.3)")


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """A server that listens on 127.0.0.1."""
    if given := os.environ.get("BENCH_POSTGRES_URL"):
        yield Postgresql(given, None)
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with _started(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(folder: Path) -> Iterator[Postgresql]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(programs[-1]) if programs else shutil.which("initdb")
    if initdb is None:
        raise SystemExit("No initdb here. Set BENCH_POSTGRES_URL, or install it.")
    data, log, port = folder / "data", folder / "log", free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= "
    options += "-c max_connections=100 -c log_line_prefix=bench@%d\\ "
    pg_ctl = str(Path(initdb).with_name("pg_ctl"))
    if os.geteuid() == 0:  # initdb refuses to be run by root
        shutil.chown(folder, "postgres")
    _as_owner(
        *(initdb, "--pgdata", str(data), "--username=postgres", "--auth=trust"),
        "--encoding=UTF8",
    )
    _as_owner(
        *(pg_ctl, "--pgdata", str(data), "--log", str(log), "--wait"),
        *("--options", options, "start"),
    )
    try:
        yield Postgresql(f"postgres://postgres@127.0.0.1:{port}/postgres", log)
    finally:
        with suppress(subprocess.CalledProcessError):
            _as_owner(pg_ctl, "--pgdata", str(data), "-m", "immediate", "stop")


def _as_owner(*command: str) -> None:
    drop = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"]
    subprocess.run(  # noqa: S603  # PostgreSQL's own programs
        [*(drop if os.geteuid() == 0 else []), *command],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=120,
        cwd="/",
    )
