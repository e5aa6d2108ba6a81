"""``python -m bench.printshop_copies COUNT ROUNDS``, with the shop's settings.

Says as JSON how many seconds the shop takes to have its own copies of so many picked
photos, and how many a bare download of the same photos over as many connections takes.
"""

import json
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import django
import requests

django.setup()

from django.conf import settings  # noqa: E402  # the models below need it set up
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from printshop import selections  # noqa: E402
from printshop.copying import HANDS  # noqa: E402
from printshop.models import Connection, Customer, Selection  # noqa: E402


def own(count: int) -> None:
    """From the moment when Done was pressed to the last recorded copy."""
    selection = Selection.objects.create(
        customer=Customer.objects.get(),
        stage=Selection.Stage.COPYING,
        picker_session="bench",
        picker_uri=f"{settings.PHOTOS_URL}/pick",
    )
    while selection.stage == Selection.Stage.COPYING:
        selections.copy(selection)
        selection.refresh_from_db()
    here = selection.originals.here().count()
    if here != count:
        raise SystemExit(f"{here} of {count} photos were copied")
    selection.delete()


def bare(count: int) -> None:
    """The same bytes into files of the same folder, and nothing else."""
    folder = Path(settings.MEDIA_ROOT) / "bare"
    folder.mkdir(parents=True, exist_ok=True)

    def fetch(numbers: Iterable[int]) -> None:
        with requests.Session() as session:
            for number in numbers:
                url = f"{settings.PHOTOS_URL}/media/{number}=d"
                with session.get(url, stream=True, timeout=60) as answer:
                    answer.raise_for_status()
                    with (folder / secrets.token_hex(16)).open("wb") as file:
                        for piece in answer.iter_content(64 * 1024):
                            file.write(piece)

    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(fetch, [range(n, count, HANDS) for n in range(HANDS)]))


def seconds(fetch: Callable[[int], None], count: int) -> float:
    """How long that takes; what it wrote is gone afterwards."""
    began = time.monotonic()
    fetch(count)
    taken = time.monotonic() - began
    shutil.rmtree(settings.MEDIA_ROOT)
    return taken


if __name__ == "__main__":
    count, rounds = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0)
    Connection.objects.create(
        customer=Customer.objects.create(iss=settings.ISSUER, sub="alice"),
        scope=settings.PICK_SCOPE,
        access_token="bench",  # noqa: S106  # of a service that lets everybody in
        access_token_expires_at=timezone.now() + timedelta(days=1),
    )
    taken = [(seconds(bare, count), seconds(own, count)) for _ in range(rounds)]
    print(json.dumps(taken))  # noqa: T201  # for whoever started it
