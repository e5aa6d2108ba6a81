"""Made once: what many ask for at the same moment, in whichever process they are.

Whoever holds the claim (a row) makes it, with no transaction open; the others look for
the file. It is stored before the claim is given back, so who then gets the claim and
looks again sees what there is. A claim whose holder died is taken over after a while.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

from photos_api import storage
from photos_api.models import Original, Rendition
from photos_api.problems import Unavailable

PATIENCE = 20  # seconds: longer than it takes until a dead one is given up
LOOKS = 0.05  # seconds between two looks


def ensure(
    original: Original, label: str, make: Callable[[], None], *, for_ever: bool = False
) -> str:
    """The name of the stored file, which ``make`` stores if it is not there.

    Raises what ``make`` raises, and Unavailable when others take too long.
    """
    name = storage.made_name(original.sha256, label)
    end = time.monotonic() + PATIENCE
    while not storage.exists(name):
        if Rendition.objects.claim(original, label):
            with given_back(original, [label], for_ever=for_ever):
                if not storage.exists(name):  # or somebody finished just before
                    make()
            return name
        if time.monotonic() > end:
            raise Unavailable("This picture is still being made.", retry_after=2)
        time.sleep(LOOKS)
    return name


@contextmanager
def given_back(
    original: Original, labels: Collection[str], *, for_ever: bool = False
) -> Iterator[None]:
    """Whatever happens, nobody waits for us afterwards.

    ``for_ever``: what was made stays as long as the original; no row speaks of it.
    """
    try:
        yield
    except BaseException:
        Rendition.objects.release(original, labels)
        raise
    give_back = Rendition.objects.release if for_ever else Rendition.objects.finish
    if give_back(original, labels) < len(labels):
        _drop_if_gone(original, labels)
    if not for_ever:
        drop(Rendition.objects.superfluous(original))


def _drop_if_gone(original: Original, labels: Collection[str]) -> None:
    """Nothing stays of an original that was deleted while something was made of it."""
    if not Original.objects.filter(pk=original.pk).exists():
        for label in labels:
            storage.drop(storage.made_name(original.sha256, label))


def drop(rows: Iterable[Rendition]) -> int:
    """Delete these files, unless somebody is at them now; how many there were.

    The file goes first and the row after it: until then who asks for it waits.
    """
    dropped = 0
    for row in rows:
        if Rendition.objects.take(row):
            storage.drop(storage.made_name(row.original_id, row.label))
            row.delete()
            dropped += 1
    return dropped
