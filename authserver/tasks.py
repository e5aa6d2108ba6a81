"""Work in the background. A task is only a wake-up call; the rows are the truth."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from authserver import clean_up as rows
from authserver import logout_tokens
from authserver.models import LogoutDelivery

EVERY = timedelta(hours=1)
LOOK = timedelta(seconds=30)  # the worker looks that often for what is due


@task
def clean_up() -> dict[str, int]:
    """Delete what is over."""
    return rows.clean_up()


@task
def send_logouts() -> int:
    """Tell clients that sessions are over; soon again those that did not answer."""
    arrived = logout_tokens.send_due()
    due_at = LogoutDelivery.objects.due_before(timezone.now() + LOOK)
    if due_at and not _a_round_waits():
        send_logouts.using(run_after=due_at).enqueue()
    return arrived


def send_logouts_now() -> None:
    """Enqueue a round of logout tokens, called once their rows are committed."""
    send_logouts.enqueue()


def _a_round_waits() -> bool:
    """Whether a round of logout tokens is enqueued already: one for all is enough."""
    rounds = DBTaskResult.objects.filter(task_path=send_logouts.module_path)
    return rounds.filter(status=TaskResultStatus.READY).exists()


def wake_up() -> None:
    """Enqueue a clean-up if none waits or ran within the hour, and logouts if due."""
    if LogoutDelivery.objects.due().exists() and not _a_round_waits():
        send_logouts.enqueue()
    recent = DBTaskResult.objects.filter(
        task_path=clean_up.module_path, enqueued_at__gt=timezone.now() - EVERY
    )
    if not recent.exists():
        clean_up.enqueue()


def take_over() -> int:
    """Return tasks that a worker has left half done, or that one beside is doing:
    each may be done twice without harm.
    """
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return running.update(status=TaskResultStatus.READY)
