"""make bench ARGS="rows --rows 5000000": many rows must not make a server slow.

A server with almost no rows and one with millions, asked in turn; then a million of
them expire and are cleaned up while the longest transaction that writes is watched.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import contestants, report
from bench.measure import Figures, measure
from bench.parties import Server
from bench.postgresql import Postgresql, postgresql
from bench.processes import ROOT

ROUNDS, COUNT, SECONDS = 5, 400, 4.0
EXPIRED = 1_000_000  # of the access tokens, at most half

# Copies of one prepared row, each with a key and a family of its own.
MANY = """
INSERT INTO authserver_{table} ({columns})
SELECT {values} FROM generate_series(1, {rows}) AS n,
(SELECT * FROM authserver_{table} ORDER BY id LIMIT 1) AS one
"""
OWN = {
    "token_checksum": "encode(sha256(convert_to('{table}' || n, 'UTF8')), 'hex')",
    "family": "gen_random_uuid()",
    "token_family": "gen_random_uuid()",
    "jti": "gen_random_uuid()",
    "access_token_id": "NULL",
    "source_refresh_token_id": "NULL",
}


@dataclass
class Longest:
    """The longest that a transaction which writes was seen open, in milliseconds."""

    milliseconds: float = 0.0


def run(rows: int) -> report.Part:
    """Half of the rows are access tokens, half are refresh tokens."""
    with ExitStack() as stack:
        database = stack.enter_context(postgresql())
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        many = ROUNDS * 8 + 50
        few, full = (
            stack.enter_context(contestants.authserver(database, work / name, many))
            for name in ("few", "full")
        )
        _fill(full.database, rows // 2)
        results = _measure([few, full])
        gone, seconds, longest = _clean_up(database, full, min(EXPIRED, rows // 2))
    slower = results["few rows", "refresh"].rate / results["many rows", "refresh"].rate
    report.say(f"clean-up: {gone} rows in {seconds:.0f} s")
    demands = [
        report.Demand(f"refresh: × slower with {rows} rows", slower, 1.2, at_most=True),
        report.Demand("clean-up: longest lock, ms", longest, 100, at_most=True),
    ]
    return report.Part("rows", results, demands)


def _fill(url: str, rows: int) -> None:
    """With live rows, and statistics as autovacuum would have made them."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("accesstoken", "refreshtoken"):
            report.progress(f"{rows} rows into {table}")
            found = connection.execute(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = %s AND column_name <> 'id'",
                [f"authserver_{table}"],
            )
            names = [name for (name,) in found]
            values = [OWN.get(n, f"one.{n}").format(table=table) for n in names]
            columns, made = ", ".join(names), ", ".join(values)
            sql = MANY.format(table=table, columns=columns, values=made, rows=rows)
            connection.execute(sql.encode())
            connection.execute(f"VACUUM ANALYZE authserver_{table}".encode())
        connection.execute("CHECKPOINT")


def _measure(servers: list[Server]) -> report.Results:
    names = ("few rows", "many rows")
    results = {(name, "refresh"): Figures() for name in names}
    for _ in range(ROUNDS):
        for name, server in zip(names, servers, strict=True):
            report.progress(f"refresh, {name}")
            measure(server, "refresh", results[name, "refresh"], COUNT, SECONDS)
    return results


def _clean_up(
    database: Postgresql, server: Server, rows: int
) -> tuple[int, float, float]:
    """How many rows went, in how many seconds, and the longest transaction in ms."""
    with psycopg.connect(server.database, autocommit=True) as connection:
        connection.execute(
            "UPDATE authserver_accesstoken SET expires = now() - interval '1 day' "
            "WHERE id IN (SELECT id FROM authserver_accesstoken ORDER BY id LIMIT %s)",
            [rows],
        )
        connection.execute("VACUUM ANALYZE authserver_accesstoken")
        connection.execute("CHECKPOINT")
    longest, over = Longest(), threading.Event()
    watch = threading.Thread(
        target=_watch, args=(database.url, server.database, longest, over)
    )
    watch.start()
    start = time.monotonic()
    environment = {**os.environ, **contestants.authserver_environment(server.database)}
    done = subprocess.run(
        [sys.executable, "manage.py", "authserver", "clean_up"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=3600,
    )
    seconds = time.monotonic() - start
    over.set()
    watch.join()
    [gone] = [line for line in done.stdout.splitlines() if "access tokens" in line]
    return int(gone.split()[-1]), seconds, longest.milliseconds


def _watch(url: str, database: str, longest: Longest, over: threading.Event) -> None:
    """Look two hundred times a second. Who has a transaction id has written."""
    name = database.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as connection:
        while not over.wait(0.005):
            [found] = connection.execute(
                "SELECT max(extract(epoch FROM clock_timestamp() - xact_start)) * 1000 "
                "FROM pg_stat_activity WHERE datname = %s AND backend_xid IS NOT NULL "
                "AND backend_type = 'client backend'",
                [name],
            )
            if found[0] is not None:
                longest.milliseconds = max(longest.milliseconds, float(found[0]))
