"""make bench ARGS=printshop: own copies of 2,000 photos, beside their bare download."""

import json
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from PIL import Image

from bench import printshop_server, report
from bench.postgresql import Postgresql
from bench.processes import free_port, running

COUNT, ROUNDS = 2_000, 3
PIXELS = (4032, 3024)  # of a telephone's camera
OVERHEAD = 1.3


def run(database: Postgresql) -> tuple[report.Results, list[report.Demand]]:
    """A minute or two, and some gigabytes on the disk for as long."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database.database())
        photo = draw(work / "photo.jpg")
        port = free_port()
        module = [sys.executable, "-m", "bench.printshop_photos"]
        serve = [*module, str(port), str(photo), str(COUNT)]
        stack.enter_context(running(serve, {}, port, work / "photos.log"))
        variables = printshop_server.environment(url, work / "media", "http://nobody")
        variables["PRINTSHOP_PHOTOS_URL"] = f"http://127.0.0.1:{port}"
        report.progress(f"copying {COUNT} photos")
        said = printshop_server.inside(
            variables, "printshop_copies", str(COUNT), str(ROUNDS)
        )
    return {}, _demands(json.loads(said.splitlines()[-1]))


def draw(path: Path) -> Path:
    """A photo with as much detail as one takes: some 3 MB."""
    bands = [Image.effect_noise((PIXELS[0] // 4, PIXELS[1] // 4), 40) for _ in "RGB"]
    small = Image.merge("RGB", bands)
    small.resize(PIXELS, Image.Resampling.BICUBIC).save(path, quality=90)
    return path


def _demands(taken: list[tuple[float, float]]) -> list[report.Demand]:
    bare = statistics.median(one for one, _ in taken)
    own = statistics.median(one for _, one in taken)
    sentence = f"{COUNT} own copies ({own:.1f} s): × bare download ({bare:.1f} s)"
    return [report.Demand(sentence, own / bare, OVERHEAD, at_most=True)]
