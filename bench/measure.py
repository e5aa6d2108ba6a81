"""One operation of one server, several rounds; figures to compare."""

import statistics
from dataclasses import dataclass, field

from bench import load
from bench.parties import ONCE, Server
from bench.postgresql import Postgresql
from bench.processes import processor_time

CONNECTIONS = 8
COUNTED = 5  # requests in which statements are counted
TRANSACTION = {"BEGIN", "COMMIT", "ROLLBACK"}
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


@dataclass
class Figures:
    """What one operation of one server showed; the rounds are put together."""

    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    processor: float = 0.0  # seconds of the server's process, all rounds
    load_share: list[float] = field(default_factory=list)
    statements: float | None = None
    commits: float | None = None

    @property
    def rate(self) -> float:
        """Requests per second: the median of the rounds."""
        return statistics.median(self.rates) if self.rates else 0.0

    def add(self, name: str, outcome: load.Outcome, processor: float) -> None:
        """One more round."""
        if not outcome.statuses.keys() <= {"200", "302", "303", "304"}:
            raise SystemExit(f"{name}: {outcome.statuses}\n{outcome.sample}")
        self.processor += processor
        self.rates.append(len(outcome.latencies) / outcome.seconds)
        self.latencies += outcome.latencies
        self.load_share.append(outcome.own_cpu / outcome.seconds)

    def percentile(self, percent: int) -> float:
        """Milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] * 1000

    def as_json(self) -> dict[str, float | None]:
        """For --json."""
        return {
            "requests_per_second": round(self.rate, 1),
            "p50_ms": round(self.percentile(50), 2),
            "p99_ms": round(self.percentile(99), 2),
            "server_cpu_ms": round(1000 * self.processor / len(self.latencies), 3),
            "load_cpu_share": round(statistics.median(self.load_share), 3),
            "statements": self.statements,
            "commits": self.commits,
        }


def measure(
    server: Server, operation: str, figures: Figures, count: int, seconds: float
) -> None:
    """One round."""
    job = _job(server, operation, count, seconds, CONNECTIONS)
    before = processor_time(server.pid)
    outcome = load.run(job)
    processor = processor_time(server.pid) - before
    figures.add(f"{server.name}, {operation}", outcome, processor)


def count_statements(
    postgresql: Postgresql, server: Server, operation: str, figures: Figures
) -> None:
    """By the database's own log, on one warm connection."""
    load.run(_job(server, operation, CONNECTIONS * 2, 30, CONNECTIONS))
    job = _job(server, operation, COUNTED, 30, 1)
    count_requests(postgresql, server.database, job, figures)


def count_requests(
    postgresql: Postgresql, database: str, job: load.Job, figures: Figures
) -> None:
    """The statements of a job, for each of its requests.

    What is written where no transaction began is a commit by itself.
    """
    with postgresql.counting(database) as found:
        load.run(job)
    if found or postgresql.log:
        plain = sum(n for word, n in found.items() if word not in TRANSACTION)
        figures.statements = plain / job.count
        alone = 0 if found["BEGIN"] else sum(found[word] for word in WRITES)
        figures.commits = (found["COMMIT"] + alone) / job.count


def _job(
    server: Server, operation: str, count: int, seconds: float, connections: int
) -> load.Job:
    return load.Job(
        port=server.port,
        requests=server.requests(operation, count),
        count=count,
        seconds=seconds,
        connections=connections,
        repeat=operation not in ONCE,
        chains=server.chains(connections) if operation == "refresh" else [],
    )
