"""Make a 512 fit and a 256 square of a JPEG: python -m bench.scale FILE TIMES

Prints JSON: milliseconds of processor time of each, the most megabytes above the idle
process, and in decibels how far the pictures are from those of a full decoding.
"""

import io
import json
import math
import sys
import time
from pathlib import Path

import django
from PIL import Image, ImageChops, ImageOps, ImageStat

django.setup()

from photos_api import scaling  # noqa: E402 # the settings come first

FIT, SQUARE = 512, 256


def boxes(file: Path) -> list[scaling.Box]:
    """A server knows the size of its pictures."""
    with Image.open(file) as picture:
        width, height = picture.size
    part = FIT / max(width, height)
    fit = scaling.Box(round(width * part), round(height * part))
    return [fit, scaling.Box(SQUARE, SQUARE, crop=True)]


def both(file: Path, wanted: list[scaling.Box]) -> list[bytes]:
    """What it does for one upload."""
    with file.open("rb") as opened:
        return scaling.scaled(opened, wanted)


def memory(what: str) -> float:
    """Megabytes: VmRSS now, VmHWM at the most; 0 where Linux is not."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    [line] = [one for one in status.splitlines() if one.startswith(what)]
    return int(line.split()[1]) / 1024


def psnr(made: bytes, wanted: Image.Image) -> float:
    """Decibels between a JPEG and pixels that never were one."""
    with Image.open(io.BytesIO(made)) as picture:
        difference = ImageChops.difference(picture.convert("RGB"), wanted)
    squares = ImageStat.Stat(difference).sum2
    mean = sum(squares) / (3 * wanted.width * wanted.height)
    return 10 * math.log10(255**2 / mean) if mean else math.inf


def quality(file: Path, made: list[bytes]) -> float:
    """The worse of the two."""
    with Image.open(file) as picture:
        full = picture.convert("RGB")
    full.thumbnail((FIT, FIT), Image.Resampling.LANCZOS, reducing_gap=None)
    fit = psnr(made[0], full)
    with Image.open(file) as picture:
        square = ImageOps.fit(
            picture.convert("RGB"), (SQUARE, SQUARE), Image.Resampling.LANCZOS
        )
    return min(fit, psnr(made[1], square))


def main(file: Path, rounds: int) -> None:
    """Print what was found."""
    small = io.BytesIO()
    Image.new("RGB", (64, 64)).save(small, "JPEG")
    scaling.scaled(small, [scaling.Box(32, 32)])  # all is imported now
    wanted, times, idle = boxes(file), [], memory("VmRSS")
    for _ in range(rounds):
        start = time.process_time()
        made = both(file, wanted)
        times.append(1000 * (time.process_time() - start))
    grown = memory("VmHWM") - idle
    found = {"milliseconds": times, "megabytes": grown, "psnr": quality(file, made)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
