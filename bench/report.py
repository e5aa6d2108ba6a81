"""What is printed: a table, the demands, met or not."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.measure import Figures

HEAD = (
    f"{'operation':14}{'server':22}{'req/s':>8}{'p50 ms':>9}{'p99 ms':>9}"
    f"{'CPU ms':>8}{'load %':>8}{'SQL':>6}{'commits':>9}"
)
NOTE = """CPU ms: processor time of the server's process per request, the database's
not included. load %: of one core, taken by the load generator. SQL: statements without
BEGIN, COMMIT and ROLLBACK, counted in the log of the database (log_statement=all)."""

Results = dict[tuple[str, str], Figures]


@dataclass(frozen=True)
class Demand:
    """A number to reach."""

    sentence: str
    value: float
    limit: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is reached."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit

    def __str__(self) -> str:
        verdict = "met    " if self.is_met else "NOT MET"
        sign = "≤" if self.at_most else "≥"
        return f"{verdict}  {self.sentence}: {self.value:.2f} ({sign} {self.limit})"


@dataclass(frozen=True)
class Part:
    """The outcome of one part."""

    name: str
    results: Results
    demands: list[Demand]

    def print(self) -> None:
        """For people."""
        say(HEAD)
        for operation in dict.fromkeys(operation for _, operation in self.results):
            for (server, of), figures in self.results.items():
                if of == operation:
                    say(_line(operation, server, figures))
        say(NOTE)
        for demand in self.demands:
            say(str(demand))

    def as_json(self) -> dict[str, object]:
        """For --json."""
        figures = {f"{o}, {s}": f.as_json() for (s, o), f in self.results.items()}
        demands = [
            {"demand": d.sentence, "value": round(d.value, 3), "met": d.is_met}
            for d in self.demands
        ]
        return {"figures": figures, "demands": demands}


def demands(results: Results) -> list[Demand]:
    """The numbers that authserver is to reach, from one run."""
    return [*_ratios(results), *_counts(results)]


def _ratios(results: Results) -> Iterator[Demand]:
    wanted = [
        (operation, "authserver", other, limit)
        for operation in ("code", "refresh")
        for other, limit in (("oidc-provider", 0.3), ("toolkit, fast hash", 8.0))
    ]
    wanted += [(o, "authserver'", "bare view'", 0.8) for o in ("jwks", "metadata")]
    for operation, ours, other, limit in wanted:
        if (other, operation) in results:
            theirs = results[other, operation].rate
            value = results[ours, operation].rate / theirs
            yield Demand(f"{operation}: × {other.rstrip(chr(39))}", value, limit)


def _counts(results: Results) -> Iterator[Demand]:
    for operation, most in STATEMENTS.items():
        figures = results["authserver", operation]
        if figures.statements is not None:
            sentence = f"{operation}: SQL statements"
            yield Demand(sentence, figures.statements, most, at_most=True)
        if figures.commits:
            yield Demand(f"{operation}: commits", figures.commits, 1, at_most=True)


STATEMENTS = {
    "code": 6,
    "refresh": 6,
    "introspection": 2,
    "userinfo": 2,
    "jwks": 0,
    "metadata": 0,
}


def _line(operation: str, server: str, figures: Figures) -> str:
    shown: Callable[[float | None], str] = lambda n: "–" if n is None else f"{n:g}"  # noqa: E731
    found = figures.as_json()
    return (
        f"{operation:14}{server.rstrip(chr(39)):22}{figures.rate:8.0f}"
        f"{found['p50_ms']:9.2f}{found['p99_ms']:9.2f}{found['server_cpu_ms']:8.2f}"
        f"{100 * (found['load_cpu_share'] or 0):8.0f}"
        f"{shown(figures.statements):>6}{shown(figures.commits):>9}"
    )


def say(line: str) -> None:
    """To standard output."""
    sys.stdout.write(f"{line}\n")


def progress(what: str) -> None:
    """One line that is written over, if somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{what} …")
        sys.stderr.flush()


def loudly(what: str) -> None:
    """What a reader must not miss."""
    sys.stderr.write(f"\n!! {what}\n")
