"""make bench ARGS=printshop: the print shop, part by part, on durable PostgreSQL."""

from bench import (
    printshop_callback,
    printshop_copying,
    printshop_pages,
    printshop_rendering,
    report,
)
from bench.postgresql import postgresql

PARTS = (
    printshop_callback.run,
    printshop_pages.run,
    printshop_rendering.run,
    printshop_copying.run,
)


def run() -> report.Part:
    """Measure everything; some minutes."""
    results: report.Results = {}
    demands: list[report.Demand] = []
    with postgresql() as database:
        for part in PARTS:
            found, wanted = part(database)
            results |= found
            demands += wanted
    return report.Part("printshop", results, demands)
