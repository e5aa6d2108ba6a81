"""The rows are the truth: whatever they say is due gets a wake-up call.

Run when a worker starts and every 30 s. The queue itself never tries again, and a
task whose worker was killed would stay RUNNING for ever.
"""

import logging
import os
import socket
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from printshop.cancelling import refund
from printshop.checkout import settle
from printshop.fulfilment import fulfil_order, steps
from printshop.mails import tell
from printshop.models.orders import Order, OrderStage
from printshop.models.payments import Payment
from printshop.models.selections import Selection
from printshop.orders_api.placing import finish_draft, unfinished
from printshop.orders_api.rebilling import amend
from printshop.selections import copy_selection
from printshop.sweeping import sweep

LONGEST_TASK = timedelta(minutes=30)  # on a machine we cannot look into
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
    sweep()


def _due() -> Iterator[tuple[Task[[str], None], str]]:
    for selection in Selection.objects.due():
        yield copy_selection, str(selection.pk)
    for payment in Payment.objects.unanswered():
        yield settle, str(payment.idempotency_key)
    for payment in Payment.objects.owed():
        yield refund, str(payment.idempotency_key)
    for payment in Payment.objects.amended():
        yield amend, str(payment.idempotency_key)
    for draft in unfinished():
        yield finish_draft, draft.number
    for order in Order.objects.due(steps()):
        yield fulfil_order, order.number
    untold = OrderStage.objects.due().order_by("order__number")
    for number in untold.values_list("order__number", flat=True).distinct():
        yield tell, number


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
