"""make bench ARGS=photos_api: pictures scaled, beside sharp; files by a gateway."""

import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import requests

from bench import load, photos_server, report
from bench.contestants import run as run_command
from bench.gateway import gateway
from bench.measure import CONNECTIONS, Figures
from bench.photos_server import CLIENT_ID, SUB
from bench.postgresql import Postgresql
from bench.processes import ROOT, processor_time

SHARP = ROOT / "tests" / "node_modules" / "sharp"
ROUNDS, TIMES = 5, 8  # of scaling; how often in each
FILE, SIZE = "200 kB file", 200_000  # bytes, more or less
HOST = photos_server.URL.partition("://")[2]
OK, NOT_MODIFIED = 200, 304
SECONDS, COUNT = 3.0, 4000
OURS = {"PHOTOS_API_DEMO": "1", "DJANGO_SETTINGS_MODULE": "photos_api.settings"}


def run(database: Postgresql) -> tuple[report.Results, list[report.Demand]]:
    """Both halves; a minute."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = work / "large.jpg"
        _prepared(OURS, "picture", str(file))
        demands = list(_scaling(file))
        results, more = _delivery(stack, database, work, file)
    return results, [*demands, *more]


def _prepared(environment: dict[str, str], *command: str) -> str:
    prepare = [sys.executable, "-m", "bench.prepare_photos"]
    return run_command([*prepare, *command], environment)


def _scaling(file: Path) -> Iterator[report.Demand]:
    """In turn, so that whatever else the machine does hits both alike."""
    ours = [sys.executable, "-m", "bench.scale", str(file), str(TIMES)]
    sharp = ["node", "bench/sharp.mjs", str(file), str(TIMES)]
    there = shutil.which("node") and SHARP.is_dir()
    found, theirs = [], []
    for _ in range(ROUNDS):
        report.progress("12 megapixels to two sizes")
        found.append(json.loads(run_command(ours, OURS)))
        if there:
            theirs += json.loads(run_command(sharp, {"SHARP": str(SHARP)}))[
                "milliseconds"
            ]
    times = statistics.median(t for one in found for t in one["milliseconds"])
    if theirs:
        peer = statistics.median(theirs)
        report.say(f"two sizes of 12 megapixels: {times:.1f} ms, sharp {peer:.1f} ms")
        yield report.Demand("two sizes: × sharp", times / peer, 0.75, at_most=True)
    else:
        report.loudly("sharp is not compared: node or its package is missing.")
    quality = min(one["psnr"] for one in found)
    yield report.Demand("two sizes: decibels from full decoding", quality, 35)
    grown = max(one["megabytes"] for one in found)
    yield report.Demand("two sizes: MB above idle", grown, 25, at_most=True)


def _delivery(
    stack: ExitStack, database: Postgresql, work: Path, file: Path
) -> tuple[report.Results, list[report.Demand]]:
    """The same file, sent by the gateway or by Django behind it, and once more."""
    url = stack.enter_context(database.database())
    signs = stack.enter_context(photos_server.issuer())
    plain = photos_server.environment(url, work / "media", signs.url)
    told = plain | {"PHOTOS_API_ACCEL_REDIRECT": "/media/"}
    stock = plain | {"DJANGO_SETTINGS_MODULE": "bench.photos_stock"}
    photos_server.manage(plain, "migrate", "-v0")
    photo = _prepared(plain, "photo", str(file), signs.url, SUB)
    wish = _prepared(plain, "wish", photo, str(SIZE))
    ports = [
        stack.enter_context(photos_server.served(environment, work / f"{name}.log"))
        for name, environment in (("told", told), ("plain", plain), ("stock", stock))
    ]
    front = stack.enter_context(gateway(work, *(port for port, _ in ports)))
    if front is None:
        report.loudly("No gateway is compared: neither caddy nor nginx is installed.")
        return {}, []
    path = _prepared(plain, "base_url", "picker", photo, CLIENT_ID)
    path = f"{path.removeprefix(photos_server.URL)}={wish}"
    headers = {"Host": HOST, "Authorization": f"Bearer {signs.token()}"}
    known = headers | {"If-None-Match": _etag(front.sending, path, headers)}
    sent, passed = f"sent by {front.name}", f"passed by {front.name}"
    stocked = f"{passed}, stock"
    asked = {
        (sent, FILE): (front.sending, ports[0][1], headers),
        (passed, FILE): (front.passing, ports[1][1], headers),
        (stocked, FILE): (front.streaming, ports[2][1], headers),
        (sent, "seen before"): (front.sending, ports[0][1], known),
    }
    results = {name: Figures() for name in asked}
    for _ in range(ROUNDS):
        for name, (port, pid, given) in asked.items():
            report.progress(", ".join(reversed(name)))
            _measure(port, pid, _request(path, given), results[name])
    rate = results[sent, FILE].rate
    ours, stock_rate = results[passed, FILE].rate, results[stocked, FILE].rate
    report.say(f"{FILE}: × what we send in one piece ourselves: {rate / ours:.2f}")
    faster = rate / stock_rate
    return results, [report.Demand(f"{FILE}: × Django's FileResponse", faster, 1.8)]


def _request(path: str, headers: dict[str, str]) -> str:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""])


def _etag(port: int, path: str, headers: dict[str, str]) -> str:
    """Of the answer, which must be of the size that is meant."""
    address = f"http://127.0.0.1:{port}{path}"
    answer = requests.get(address, headers=headers, timeout=10)
    if answer.status_code != OK or abs(len(answer.content) - SIZE) > SIZE / 10:
        raise SystemExit(f"{answer.status_code}, {len(answer.content)} bytes")
    known = headers | {"If-None-Match": answer.headers["ETag"]}
    again = requests.get(address, headers=known, timeout=10)
    if again.status_code != NOT_MODIFIED or again.content:
        raise SystemExit(f"Seen before, and {again.status_code} all the same")
    return answer.headers["ETag"]


def _measure(port: int, pid: int, request: str, figures: Figures) -> None:
    job = load.Job(port, [request], COUNT, SECONDS, CONNECTIONS, repeat=True)
    before = processor_time(pid)
    outcome = load.run(job)
    figures.add("pictures", outcome, processor_time(pid) - before)
