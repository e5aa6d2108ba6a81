"""make bench ARGS=printshop: signing in, from the provider's answer to a session.

The process that is measured is the shop's: it asks for tokens, checks the ID token,
asks who that is, and starts a session. What the provider does takes no time of it.
"""

import tempfile
from contextlib import ExitStack
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from bench import load, printshop_server, report
from bench.measure import COUNTED, Figures, count_requests
from bench.postgresql import Postgresql
from bench.printshop_server import HOST, get
from bench.processes import processor_time

ROUNDS, COUNT, SECONDS, CONNECTIONS = 5, 150, 30.0, 4
PEOPLE = 50  # who sign in again and again
OURS, CALLBACK = "printshop", "callback"
MOST = 15  # milliseconds of processor time


def run(database: Postgresql) -> tuple[report.Results, list[report.Demand]]:
    """Half a minute."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database.database())
        issuer = stack.enter_context(printshop_server.provider(work))
        variables = printshop_server.environment(url, work / "media", issuer)
        printshop_server.manage(variables, "migrate", "-v0")
        server = printshop_server.served(variables, work / "shop.log")
        port, pid = stack.enter_context(server)
        figures = Figures()
        for number in range(ROUNDS + 1):
            report.progress(CALLBACK)
            job = load.Job(port, _answers(port, COUNT), COUNT, SECONDS, CONNECTIONS)
            before = processor_time(pid)
            outcome = load.run(job)
            if number:  # the first is there to warm up
                figures.add(CALLBACK, outcome, processor_time(pid) - before)
        counted = load.Job(port, _answers(port, COUNTED), COUNTED, SECONDS, 1)
        count_requests(database, url, counted, figures)
        asked = requests.get(f"{issuer}/counts", timeout=5).json()
    return {(OURS, CALLBACK): figures}, _demands(figures, asked)


def _demands(figures: Figures, asked: dict[str, int]) -> list[report.Demand]:
    processor = 1000 * figures.processor / len(figures.latencies)
    signed_in = f"{asked['/token']} sign-ins, {PEOPLE} people"
    return [
        report.Demand("callback: ms of processor time", processor, MOST, at_most=True),
        report.Demand(f"{signed_in}: key sets", asked["/jwks"], 1, at_most=True),
    ]


def _answers(port: int, count: int) -> list[str]:
    """So many browsers on their way back to the shop, each with its own session."""
    return [_answer(port, number % PEOPLE) for number in range(count)]


def _answer(port: int, person: int) -> str:
    left = requests.get(
        f"http://127.0.0.1:{port}/sign-in/",
        headers={"Host": HOST},
        allow_redirects=False,
        timeout=10,
    )
    cookie = SimpleCookie(left.headers["Set-Cookie"])
    cookies = "; ".join(f"{name}={one.value}" for name, one in cookie.items())
    asked = parse_qs(urlsplit(left.headers["Location"]).query)
    code = f"{asked['nonce'][0]}~customer-{person}"
    query = urlencode({"code": code, "state": asked["state"][0]})
    return get(f"/sign-in/callback/?{query}", f"Cookie: {cookies}")
