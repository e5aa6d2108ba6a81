"""The rows are the truth: whatever they say is due gets a wake-up call.

Run when a worker starts and every 30 s. The queue itself never tries again, and a
task whose worker was killed would stay RUNNING for ever.
"""

import logging
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from printshop import storage
from printshop.cancelling import refund
from printshop.checkout import settle
from printshop.fulfilment import fulfil_order, steps
from printshop.models.attempts import Attempt
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order, Stage
from printshop.models.payments import Payment
from printshop.models.selections import Original, Selection
from printshop.models.sessions import ReceivedLogout
from printshop.selections import copy_selection

LONGEST_TASK = timedelta(minutes=30)  # on a machine we cannot look into
KEPT = timedelta(days=1)  # finished tasks, for whoever wonders
PROCESS = uuid.uuid4().hex[:12]
logger = logging.getLogger("printshop.worker")


def worker_id() -> str:
    """Who we are, so that others can tell whether we still are."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{PROCESS}"


def reconcile() -> None:
    """Return what a dead worker held, wake what is due, sweep what is over."""
    _return_orphans()
    waiting = {
        (task.task_path, *task.args_kwargs["args"])
        for task in DBTaskResult.objects.filter(
            status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
        )
    }
    for task, argument in _due():
        if (task.module_path, argument) not in waiting:
            logger.info("%s %s is due", task.name, argument)
            task.enqueue(argument)
    _sweep()


def _due() -> Iterator[tuple[Task[[str], None], str]]:
    for selection in Selection.objects.due():
        yield copy_selection, str(selection.pk)
    for payment in Payment.objects.unanswered():
        yield settle, str(payment.idempotency_key)
    for payment in Payment.objects.owed():
        yield refund, str(payment.idempotency_key)
    for order in Order.objects.due(steps()):
        yield fulfil_order, order.number


def _return_orphans() -> None:
    """RUNNING tasks of vanished workers are READY again."""
    for task in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        if _vanished(task):
            held = DBTaskResult.objects.filter(
                pk=task.pk, status=TaskResultStatus.RUNNING, worker_ids=task.worker_ids
            )
            held.update(status=TaskResultStatus.READY)
            logger.warning("task %s was left by a worker that died", task.task_name)


def _vanished(task: DBTaskResult[..., object]) -> bool:
    """Is the worker of a RUNNING task gone for good?"""
    host, pid, process = [*task.worker_ids[-1].split(":"), "", ""][:3]
    if host != worker_id().split(":")[0] or not pid.isdecimal():
        return bool(task.started_at < timezone.now() - LONGEST_TASK)
    if int(pid) == os.getpid():
        return bool(process != PROCESS)  # our number belonged to another before us
    try:
        os.kill(int(pid), 0)  # signal 0 only asks whether the process is there
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _sweep() -> None:
    """Forget what nobody may use any more."""
    Attempt.objects.stale().delete()
    ReceivedLogout.objects.stale().delete()
    SessionStore.clear_expired()
    over = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT)
    over.delete()
    for selection in Selection.objects.unordered():
        originals = selection.originals.values_list("file", "proof")
        files = [name for both in originals for name in both]
        with transaction.atomic():
            OrderItem.objects.filter(
                order__stage=Stage.DRAFT, placements__original__selection=selection
            ).delete()
            selection.delete()
        for name in files:
            storage.drop(name)


def sweep_files() -> None:
    """Drop files that no row names: what a crash left between writing and recording."""
    for folder, is_named in NAMED.items():
        for name in storage.older_than(folder, timezone.now() - KEPT):
            if not is_named(name):
                logger.info("%s belongs to nothing", name)
                storage.drop(name)


NAMED: dict[str, Callable[[str], bool]] = {
    "originals": lambda name: Original.objects.filter(file=name).exists(),
    "proofs": lambda name: Original.objects.filter(proof=name).exists(),
    "prints": lambda name: Placement.objects.filter(print_file=name).exists(),
    "orders": lambda name: Order.objects.filter(
        Q(print_file=name) | Q(job_ticket=name)
    ).exists(),
}
