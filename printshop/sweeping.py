"""Forgetting: what has run out, what nobody ordered, and what a crash left behind."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from printshop import storage
from printshop.models.attempts import Attempt
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.models.selections import Original, OriginalQuerySet, Selection
from printshop.models.sessions import ReceivedLogout
from printshop.station import visits

KEPT = timedelta(days=1)  # finished tasks, and files that no row names
logger = logging.getLogger("printshop.worker")


def sweep() -> None:
    """Forget what nobody may use any more."""
    Attempt.objects.stale().delete()
    ReceivedLogout.objects.stale().delete()
    SessionStore.clear_expired()
    over = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT)
    over.delete()
    visits.sweep()
    for selection in Selection.objects.unordered():
        _forget(selection, Original.objects.filter(selection=selection))
    for asset in Original.objects.unordered():
        _forget(asset, Original.objects.filter(pk=asset.pk))


def _forget(kept: Selection | Original, photos: OriginalQuerySet) -> None:
    """With the carts' items they lie on, unless somebody comes back for them now."""
    files = [name for both in photos.values_list("file", "proof") for name in both]
    try:
        with transaction.atomic():
            carts = Order.objects.filter(items__placements__original__in=photos)
            found = set(carts.values_list("pk", flat=True))
            if Order.objects.hold_forsaken(found, Selection.KEPT) != len(found):
                return
            OrderItem.objects.filter(placements__original__in=photos).delete()
            kept.delete()
    except IntegrityError:  # put into a cart, or ordered, since we looked
        return
    for name in files:
        _drop(name)


def sweep_files() -> None:
    """Drop files that no row names: what a crash left between writing and recording."""
    for folder, is_named in NAMED.items():
        for name in storage.older_than(folder, timezone.now() - KEPT):
            if not is_named(name):
                logger.info("%s belongs to nothing", name)
                _drop(name)


def _drop(name: str) -> None:
    """A file that cannot be deleted now is an orphan: another sweep finds it."""
    try:
        storage.drop(name)
    except OSError:
        logger.exception("%s cannot be deleted", name)


NAMED: dict[str, Callable[[str], bool]] = {
    "originals": lambda name: Original.objects.filter(file=name).exists(),
    "proofs": lambda name: Original.objects.filter(proof=name).exists(),
    "prints": lambda name: Placement.objects.filter(print_file=name).exists(),
    "orders": lambda name: Order.objects.filter(
        Q(print_file=name) | Q(job_ticket=name)
    ).exists(),
}
