"""make bench ARGS=printshop: pages, and what they ask the database, by its own log.

For a customer who has little and for one who has much: neither may need more.
"""

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import load, printshop_server, report
from bench.measure import COUNTED, Figures, count_requests
from bench.postgresql import Postgresql
from bench.printshop_server import get
from bench.processes import processor_time

ROUNDS, COUNT, SECONDS, WARM = 3, 40, 10.0, 10
# Statements, the session's and the customer's included, and one more that the log has:
# Django asks in each request whether its kept connection still lives.
MOST = 4 + 1
CUSTOMERS = {"little": (2, 2, 1), "much": (2_000, 300, 40)}  # photos, orders, things


def run(database: Postgresql) -> tuple[report.Results, list[report.Demand]]:
    """A minute."""
    results: report.Results = {}
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database.database())
        issuer = stack.enter_context(printshop_server.provider(work))
        variables = printshop_server.environment(url, work / "media", issuer)
        printshop_server.manage(variables, "migrate", "-v0")
        server = printshop_server.served(variables, work / "shop.log")
        port, pid = stack.enter_context(server)
        for customer, counts in CUSTOMERS.items():
            report.progress(f"a customer who has {customer}")
            stocked = printshop_server.inside(
                variables, "printshop_stock", customer, *map(str, counts)
            )
            said = json.loads(stocked.splitlines()[-1])
            for page, path in said["pages"].items():
                request = get(path, f"Cookie: {said['cookie']}")
                figures = results[f"printshop, {customer}", page] = Figures()
                _measure(port, pid, f"{page}, {customer}", request, figures)
                job = load.Job(port, [request], COUNTED, SECONDS, 1, repeat=True)
                count_requests(database, url, job, figures)
    return results, _demands(results)


def _measure(port: int, pid: int, name: str, request: str, figures: Figures) -> None:
    load.run(load.Job(port, [request], WARM, SECONDS, 1, repeat=True))
    for _ in range(ROUNDS):
        report.progress(name)
        before = processor_time(pid)
        outcome = load.run(load.Job(port, [request], COUNT, SECONDS, 1, repeat=True))
        if outcome.statuses.keys() != {"200"}:
            raise SystemExit(f"{name}: {outcome.statuses}\n{outcome.sample}")
        figures.add(name, outcome, processor_time(pid) - before)


def _demands(results: report.Results) -> list[report.Demand]:
    return [
        report.Demand(f"{page}: SQL statements", most, MOST, at_most=True)
        for page in dict.fromkeys(page for _, page in results)
        if (most := _most(results, page)) is not None
    ]


def _most(results: report.Results, page: str) -> float | None:
    """Of both customers; None if the log is not ours to read."""
    counted = [f.statements for (_, of), f in results.items() if of == page]
    return max((n for n in counted if n is not None), default=None)
