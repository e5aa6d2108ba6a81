"""make bench ARGS=photos_api: what it costs to check a token, beside a trivial view.

The same server, the same request with the same header: one view reads the token, the
other does not. One kept-alive connection, rounds taken in turn.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import load, photos_server, report
from bench.measure import Figures
from bench.photos_calls import Calls
from bench.postgresql import Postgresql
from bench.processes import processor_time

ROUNDS, COUNT, SECONDS = 9, 400, 3.0
TRIVIAL, KNOWN, FRESH = "trivial view", "known token", "fresh token"
CHECK = "token check"


def run(database: Postgresql) -> tuple[report.Results, list[report.Demand]]:
    """Half a minute."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database.database())
        signs = stack.enter_context(photos_server.issuer())
        variables = photos_server.environment(url, work / "media", signs.url)
        variables["DJANGO_SETTINGS_MODULE"] = "bench.photos_settings"
        server = photos_server.served(variables, work / "tokens.log")
        port, pid = stack.enter_context(server)
        results = {(case, CHECK): Figures() for case in (TRIVIAL, KNOWN, FRESH)}
        for number in range(ROUNDS + 1):
            for case, requests in _cases(port, signs, variables, number).items():
                report.progress(f"{CHECK}, {case}")
                job = load.Job(port, requests, COUNT, SECONDS, 1, repeat=True)
                before = processor_time(pid)
                outcome = load.run(job)
                if number:  # the first is there to warm up
                    used = processor_time(pid) - before
                    results[case, CHECK].add(case, outcome, used)
    return results, [_demand(results)]


def _cases(
    port: int, signs: photos_server.Issuer, variables: dict[str, str], number: int
) -> dict[str, list[str]]:
    """Requests by what their view does."""

    def ask(path: str, **claims: object) -> str:
        return Calls(port, signs.token(**claims), variables, signs.url).get(path)

    return {
        TRIVIAL: [ask("/bench/trivial")],
        KNOWN: [ask("/bench/verified")],
        FRESH: [ask("/bench/verified", jti=f"{number} {n}") for n in range(COUNT)],
    }


def _demand(results: report.Results) -> report.Demand:
    """How much of a trivial view the check takes on top of it.

    Of a token that was seen before, as all but one in five minutes are.
    """
    without = results[TRIVIAL, CHECK].percentile(50)
    extra = (results[KNOWN, CHECK].percentile(50) - without) / without
    return report.Demand(f"{CHECK}: × {TRIVIAL}", extra, 0.4, at_most=True)
