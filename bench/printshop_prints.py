"""``python -m bench.printshop_prints PHOTO COUNT own|bare``, with the shop's settings.

Makes an order of so many prints of a photo and renders it, from the copies in the
storage to the PDF; or only decodes, crops, scales and saves the same pictures with
Pillow. Says as JSON the seconds of processor time and the most megabytes it took.
"""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django
from PIL import Image

django.setup()

from django.conf import settings  # noqa: E402  # the models below need it set up
from django.core.management import call_command  # noqa: E402

from printshop import cart, fulfilment, storage  # noqa: E402
from printshop.crops import centre_crop  # noqa: E402
from printshop.models import Customer, Order, Original, Stage  # noqa: E402
from printshop.products import PRODUCTS, Finish, Size, pixels  # noqa: E402

SIZES = ("10x15", "13x18", "20x30")


def ordered(photo: Path, count: int) -> Order:
    """Paid for, and its photos are here."""
    customer = Customer.objects.create(iss=settings.ISSUER, sub="alice")
    with Image.open(photo) as image:
        width, height = image.size
    wanted = []
    for number in range(count):
        with photo.open("rb") as file:
            name = storage.keep("originals", "", file)
        original = Original.objects.create(
            customer=customer,
            filename=f"{number}.jpg",
            state=Original.State.HERE,
            file=name,
            width=width,
            height=height,
        )
        product = PRODUCTS[SIZES[number % len(SIZES)]]
        placed = [cart.Placed.on(product, original)]
        wanted.append(cart.Wanted(product, placed, Finish.GLOSSY))
    order = cart.add(customer, wanted)
    order.stages.create(stage=Stage.RECEIVED, at=datetime.now(tz=UTC))
    Order.objects.filter(pk=order.pk).update(stage=Stage.FETCHED)
    order.refresh_from_db()
    return order


def own(photo: Path, count: int) -> float:
    """All that the worker does in this step; seconds."""
    order = ordered(photo, count)
    began = time.process_time()
    if not fulfilment.render(order):
        raise SystemExit("it was not rendered")
    return time.process_time() - began


def bare(photo: Path, count: int) -> float:
    """The pictures and nothing else; seconds."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    began = time.process_time()
    for number in range(count):
        with Image.open(photo) as image:
            size = Size(*image.size)
            paper = PRODUCTS[SIZES[number % len(SIZES)]].lying_like(size)
            part = image.crop(centre_crop(size, paper).box)
            press = (pixels(paper.width), pixels(paper.height))
            scaled = part.resize(press, Image.Resampling.LANCZOS)
            scaled.save(folder / f"{number}.jpg", quality=95, subsampling=0)
    return time.process_time() - began


if __name__ == "__main__":
    photo, count = Path(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0)
    seconds = {"own": own, "bare": bare}[sys.argv[3]](photo, count)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = {"seconds": seconds, "megabytes": most / 1024}
    print(json.dumps(said))  # noqa: T201  # for whoever started it
