"""make bench ARGS=printshop: an order rendered, beside its crops by bare Pillow."""

import json
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import printshop_server, report
from bench.postgresql import Postgresql
from bench.printshop_copying import draw

PRINTS, MANY, ROUNDS = 20, 100, 3
OVERHEAD, MEGABYTES = 1.3, 250


def run(database: Postgresql) -> tuple[report.Results, list[report.Demand]]:
    """Two minutes."""
    own, bare = [], []
    with ExitStack() as stack:
        photo = draw(
            Path(stack.enter_context(tempfile.TemporaryDirectory())) / "photo.jpg"
        )
        for _ in range(ROUNDS):
            report.progress(f"rendering {PRINTS} prints")
            bare.append(_measured(database, photo, PRINTS, "bare"))
            own.append(_measured(database, photo, PRINTS, "own"))
        report.progress(f"rendering {MANY} prints")
        many = _measured(database, photo, MANY, "own")
    most = max(one["megabytes"] for one in own)
    taken = statistics.median(one["seconds"] for one in own)
    crops = statistics.median(one["seconds"] for one in bare)
    return {}, [
        report.Demand(
            f"{PRINTS} prints of 12 megapixels and their PDF ({taken:.1f} s):"
            f" × bare Pillow crops ({crops:.1f} s)",
            taken / crops,
            OVERHEAD,
            at_most=True,
        ),
        report.Demand(f"for {PRINTS} prints, MB", most, MEGABYTES, at_most=True),
        report.Demand(
            f"for {MANY} prints, MB", many["megabytes"], MEGABYTES, at_most=True
        ),
    ]


def _measured(
    database: Postgresql, photo: Path, count: int, what: str
) -> dict[str, float]:
    """In a process, a database and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, database.database() as url:
        variables = printshop_server.environment(url, Path(folder), "http://nobody")
        said = printshop_server.inside(
            variables, "printshop_prints", str(photo), str(count), what
        )
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    return found
