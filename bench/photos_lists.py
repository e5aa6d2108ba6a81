"""make bench ARGS=photos_api: lists, in a library of a million photos.

One kept-alive connection, rounds taken in turn: what is compared is how long one call
takes. Then a mix of everything, to see how large the process becomes.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from itertools import product
from pathlib import Path

from bench import load, photos_mix, photos_server, report
from bench.measure import Figures
from bench.photos_calls import Calls, prepared
from bench.photos_server import CLIENT_ID, SUB
from bench.postgresql import Postgresql
from bench.processes import most_memory, processor_time

ROUNDS, COUNT, SECONDS = 7, 60, 3.0
MANY, FEW = 1_000_000, 1000  # photos
SMALL = "bob"  # has few
PAGE, FAR = 25, 20_000  # photos on a page; the page that is far away
EVERYTHING = {
    "dateFilter": {
        "ranges": [
            {
                "startDate": {"year": 1990, "month": 1, "day": 1},
                "endDate": {"year": 2090, "month": 1, "day": 1},
            }
        ]
    }
}
LIST, SEARCH = "list", "search by date"
BARE, LARGE, FIRST = "only the token", "100 items", "25 items"
GALLERY = "gallery"
Case = tuple[str, str]  # what is asked, and how
SLOWEST = [  # what, in which case, compared with which, at most so many times as long
    (LIST, f"page {FAR}", "page 1", 1.2),
    (SEARCH, f"page {FAR}", "page 1", 1.2),
    (LIST, FIRST, BARE, 2.8),
    (LIST, LARGE, BARE, 4.3),
    (GALLERY, f"{MANY} photos", f"{FEW} photos", 1.2),
]


def run(database: Postgresql) -> tuple[report.Results, list[report.Demand]]:
    """A few minutes, of which filling the library takes one."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database.database())
        signs = stack.enter_context(photos_server.issuer())
        plain = photos_server.environment(url, work / "media", signs.url)
        photos_server.manage(plain, "migrate", "-v0")
        _fill(plain)
        with_bare = plain | {"DJANGO_SETTINGS_MODULE": "bench.photos_settings"}
        server = photos_server.served(with_bare, work / "lists.log")
        port, pid = stack.enter_context(server)
        calls = Calls(port, signs.token(), plain, signs.url)
        cases = {case: [request] for case, request in _cases(calls).items()}
        results = _compare(port, pid, cases | _fresh(calls, signs))
        demands = [_slower(results, *row) for row in SLOWEST]
        with photos_server.served(plain, work / "mix.log") as (port, pid):
            photos_mix.run(Calls(port, signs.token(), plain, signs.url))
            size = most_memory(pid)
    sentence = f"{photos_mix.COUNT} mixed requests: most MB of the process"
    return results, [*demands, report.Demand(sentence, size, 250, at_most=True)]


def _fill(environment: dict[str, str]) -> None:
    for person, photos in ((SUB, MANY), (SMALL, FEW)):
        report.progress(f"{photos} photos")
        whose = ["--person", person, "--app", CLIENT_ID, "--photos", str(photos)]
        photos_server.manage(environment, "make_million", *whose)


def _cases(calls: Calls) -> dict[Case, str]:
    """A request for each, by what is asked and in which case."""
    far, offset = f"page {FAR}", str((FAR - 1) * PAGE)
    later: Callable[[str], str] = lambda token: prepared(  # noqa: E731
        calls.environment, "later", token, offset, calls.iss, SUB
    )
    first = calls.json(calls.list_items(PAGE))
    found = calls.json(calls.search(EVERYTHING, PAGE))
    cases = {
        (LIST, "page 1"): calls.list_items(PAGE, first["nextPageToken"]),
        (LIST, far): calls.list_items(PAGE, later(first["nextPageToken"])),
        (SEARCH, "page 1"): calls.search(EVERYTHING, PAGE, found["nextPageToken"]),
        (SEARCH, far): calls.search(EVERYTHING, PAGE, later(found["nextPageToken"])),
    }
    for person, photos in ((SMALL, FEW), (SUB, MANY)):
        cookie = prepared(calls.environment, "cookie", calls.iss, person)
        cases[GALLERY, f"{photos} photos"] = calls.page("/", cookie)
    for case in ("page 1", far):
        there = len(calls.json(cases[LIST, case])["mediaItems"])
        if there != PAGE:
            raise SystemExit(f"{case}: {there} items")
    return cases


def _fresh(calls: Calls, signs: photos_server.Issuer) -> dict[Case, list[str]]:
    """With a token in each that was not seen before, since known ones cost less."""
    cases: dict[Case, list[str]] = {(LIST, c): [] for c in (BARE, FIRST, LARGE)}
    for number, case in product(range((ROUNDS + 1) * COUNT), cases):
        cases[case].append(signs.token(jti=f"{case}-{number}"))
    ask = {
        BARE: lambda one: one.get("/bench/verified"),
        FIRST: lambda one: one.list_items(PAGE),
        LARGE: lambda one: one.list_items(100),
    }
    return {
        (what, case): [ask[case](replace(calls, token=token)) for token in tokens]
        for (what, case), tokens in cases.items()
    }


def _compare(port: int, pid: int, cases: dict[Case, list[str]]) -> report.Results:
    results = {(case, what): Figures() for what, case in cases}
    for number, ((what, case), requests) in product(range(ROUNDS + 1), cases.items()):
        report.progress(f"{what}, {case}")
        some = requests[number * COUNT : (number + 1) * COUNT] or requests
        job = load.Job(port, some, COUNT, SECONDS, connections=1, repeat=True)
        before = processor_time(pid)
        outcome = load.run(job)
        if number:  # the first is there to warm up
            used = processor_time(pid) - before
            results[case, what].add(f"{what}, {case}", outcome, used)
    return results


def _slower(
    results: report.Results, what: str, case: str, other: str, limit: float
) -> report.Demand:
    """By the median of all calls."""
    ours, theirs = (results[one, what].percentile(50) for one in (case, other))
    sentence = f"{what}: {case} × {other}"
    return report.Demand(sentence, ours / theirs, limit, at_most=True)
