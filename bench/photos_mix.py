"""Ten thousand requests of every kind, eight at a time: what a day may bring."""

import io
import json
import random
from collections.abc import Iterator

from PIL import Image

from bench import load, report
from bench.photos_calls import Calls, prepared
from bench.photos_server import SUB, URL

COUNT, SECONDS, CONNECTIONS = 10_000, 1200.0, 8
YEARS = range(2007, 2027)
SIDES = (480, 1280)  # of the pictures that pages show
Random = random.Random  # the same mix every time


def run(calls: Calls) -> None:
    """Send them all; stops if one is refused."""
    report.progress(f"{COUNT} mixed requests")
    shuffled = list(_requests(calls, Random(1)))
    Random(2).shuffle(shuffled)
    job = load.Job(calls.port, shuffled, COUNT, SECONDS, CONNECTIONS)
    outcome = load.run(job)
    wrong = {s: n for s, n in outcome.statuses.items() if s not in {"200", "304"}}
    if wrong or len(outcome.latencies) < COUNT:
        raise SystemExit(f"{outcome.statuses} in {outcome.seconds} s\n{outcome.sample}")


def _requests(calls: Calls, chance: Random) -> Iterator[str]:
    ids = json.loads(prepared(calls.environment, "ids", "2000", calls.iss, SUB))
    cookie = prepared(calls.environment, "cookie", calls.iss, SUB)
    items = calls.json(calls.list_items(100))["mediaItems"]
    # So many of each kind, together as many as there shall be.
    yield from (calls.list_items(chance.choice([0, 25, 100])) for _ in range(2000))
    yield from (calls.search(_filters(chance), 100) for _ in range(1500))
    for _ in range(1000):
        some = "&".join(f"mediaItemIds={i}" for i in chance.sample(ids, 50))
        yield calls.get(f"/library/v1/mediaItems:batchGet?{some}")
    for _ in range(1000):
        yield calls.get(f"/library/v1/mediaItems/{chance.choice(ids)}")
    for _ in range(1500):
        address = chance.choice(items)["baseUrl"].removeprefix(URL)
        yield calls.get(f"{address}={_wish(chance)}")
    for _ in range(1000):
        photo, side = chance.choice(ids), chance.choice(SIDES)
        yield calls.page(f"/photos/{photo}/picture/{side}/", cookie)
    yield from (calls.page("/", cookie) for _ in range(500))
    for _ in range(900):
        month = f"{chance.choice(YEARS)}-{chance.randint(1, 12):02}"
        yield calls.page(f"/months/?from={month}&to={month}", cookie)
    for _ in range(300):
        day = f"{chance.choice(YEARS)}-01-{chance.randint(1, 28):02}"
        yield calls.page(f"/photos/found/?since={day}&name=img", cookie)
    for _ in range(100):
        yield calls.post("/library/v1/albums", {"album": {"title": "A trip"}})
    yield from (calls.get("/library/v1/albums", pageSize=50) for _ in range(100))
    yield from (calls.upload(_picture(chance)) for _ in range(100))


def _filters(chance: Random) -> object:
    month = {"year": chance.choice(YEARS), "month": chance.randint(1, 12)}
    dates = {"dateFilter": {"dates": [{**month, "day": chance.randint(1, 28)}]}}
    year = {"dateFilter": {"dates": [{"year": chance.choice(YEARS)}]}}
    videos = {"mediaTypeFilter": {"mediaTypes": ["PHOTO"]}}
    return chance.choice([dates, year, videos, dates | videos])


def _wish(chance: Random) -> str:
    """A size; now and then the original."""
    width, height = chance.choice([256, 512, 1024, 1600]), chance.choice([256, 900])
    return chance.choice(
        [f"w{width}", f"w{width}-h{height}", f"w{width}-h{height}-c", "d"]
    )


def _picture(chance: Random) -> bytes:
    """A JPEG of nothing; each is another one."""
    file = io.BytesIO()
    Image.frombytes("RGB", (300, 300), chance.randbytes(270_000)).save(file, "JPEG")
    return file.getvalue()
