"""Work in the background. A task is only a wake-up call; the rows are the truth."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from authserver import clean_up as rows

EVERY = timedelta(hours=1)


@task
def clean_up() -> dict[str, int]:
    """Delete what is over."""
    return rows.clean_up()


def wake_up() -> None:
    """Enqueue a clean-up if none waits or ran within the hour."""
    recent = DBTaskResult.objects.filter(
        task_path=clean_up.module_path, enqueued_at__gt=timezone.now() - EVERY
    )
    if not recent.exists():
        clean_up.enqueue()


def take_over() -> int:
    """Return tasks of a worker that vanished: there is one, and it starts now."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return running.update(status=TaskResultStatus.READY)
