"""make bench ARGS=authserver: the authorization server, beside three others.

Durable PostgreSQL, one server process each, 8 kept-alive connections, rounds taken in
turn so that whatever else the machine does hits all of them alike.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path

from bench import contestants, report
from bench.measure import Figures, count_statements, measure
from bench.parties import OPERATIONS, Server
from bench.postgresql import Postgresql, postgresql

ROUNDS, COUNT, SECONDS = 3, 1200, 4.0
SLOW = "toolkit, as shipped"
Results = dict[tuple[str, str], Figures]


def run() -> report.Part:
    """Measure everything; a few minutes."""
    with ExitStack() as stack:
        database = stack.enter_context(postgresql())
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = list(_servers(stack, database, work))
        results = _measure(database, servers)
        results |= _documents(stack, work, servers[0])
    return report.Part("authserver", results, report.demands(results))


def _servers(stack: ExitStack, database: Postgresql, work: Path) -> Iterator[Server]:
    many = (ROUNDS + 1) * COUNT + 200
    yield stack.enter_context(contestants.authserver(database, work, many))
    yield stack.enter_context(
        contestants.authserver(database, work, many, algorithm="RS256")
    )
    for fast, enough in ((True, many), (False, 300)):
        yield stack.enter_context(
            contestants.toolkit(database, work, enough, fast=fast)
        )
    peer = stack.enter_context(contestants.oidc_provider(work, many))
    if peer:
        yield peer
    else:
        report.loudly("oidc-provider is not compared: node or its package is missing.")


def _measure(database: Postgresql, servers: list[Server]) -> Results:
    wanted = [
        (server, operation)
        for operation, server in product(OPERATIONS, servers)
        if operation in server.paths
    ]
    results = {(server.name, operation): Figures() for server, operation in wanted}
    for server, operation in wanted:
        if server.database:
            figures = results[server.name, operation]
            count_statements(database, server, operation, figures)
    for _ in range(ROUNDS):
        for server, operation in wanted:
            report.progress(f"{operation}, {server.name}")
            count = 24 if server.name == SLOW else COUNT
            measure(server, operation, results[server.name, operation], count, SECONDS)
    return results


def _documents(stack: ExitStack, work: Path, ours: Server) -> Results:
    """JWK Set and metadata beside a bare view that says as much, in turn."""
    results: Results = {}
    for operation in ("jwks", "metadata"):
        size = contestants.size_of(ours, operation)
        bare = stack.enter_context(contestants.bare(work, size))
        bare.paths[operation] = bare.paths["document"]
        for server in (ours, bare):
            results[f"{server.name}'", operation] = Figures()
        for _ in range(ROUNDS + 2):
            for server in (ours, bare):
                report.progress(f"{operation}, {server.name}")
                figures = results[f"{server.name}'", operation]
                measure(server, operation, figures, 4 * COUNT, SECONDS)
    return results
