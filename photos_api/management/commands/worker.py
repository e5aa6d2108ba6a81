"""The worker: ./manage.py photos_api worker"""

import logging
import threading
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from photos_api import orphans, purge, renditions, storage, tasks, uploads
from photos_api.models import ReceivedLogout, Usage, Withdrawal

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Django's database worker, beside a thread that looks at the rows."""

    help = "Do what is due, and look every 30 seconds at what has become due."

    PAUSE = 30  # seconds between two looks
    # A task that runs longer has lost its worker: renditions take seconds.
    VANISHED = timedelta(minutes=5)
    KEPT = timedelta(days=1)  # how long a finished task is remembered
    SWEPT_EVERY = timedelta(days=1)  # it looks at every file there is

    swept_at = datetime.min.replace(tzinfo=UTC)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For tests and scripts."""
        parser.add_argument("--batch", action="store_true", help="stop when idle")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until somebody says stop."""
        self.reconcile()
        if not options["batch"]:
            threading.Thread(target=self._keep_reconciling, daemon=True).start()
        # Its command would log two lines for every picture, whatever we set.
        worker = Worker(
            queue_names=["*"],
            interval=1,
            batch=options["batch"],
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        worker.run()

    def _keep_reconciling(self) -> None:
        while True:
            threading.Event().wait(self.PAUSE)
            close_old_connections()
            try:
                self.reconcile()
            except DatabaseError:
                logger.exception("could not look at the rows; trying again")

    def reconcile(self) -> None:
        """Wake somebody for whatever the rows say is due, and tidy up."""
        now = timezone.now()
        finished = DBTaskResult.objects.finished().filter(
            finished_at__lt=now - self.KEPT
        )
        finished.delete()
        ReceivedLogout.objects.stale().delete()
        Usage.objects.over().delete()
        Withdrawal.objects.over().delete()
        SessionStore.clear_expired()
        uploads.forget_what_is_due()
        purge.forget_what_is_due()
        storage.tidy()
        renditions.drop_old()
        if now - self.swept_at > self.SWEPT_EVERY:
            orphans.sweep()
            self.swept_at = now
        DBTaskResult.objects.running().filter(
            started_at__lt=now - self.VANISHED
        ).update(status=TaskResultStatus.READY, started_at=None)
        if not DBTaskResult.objects.ready().exists():
            tasks.enqueue_what_is_due()
