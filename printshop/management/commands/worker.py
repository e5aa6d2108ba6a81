"""./manage.py printshop worker: does the work the web server only promises."""

import logging
import threading
from argparse import ArgumentParser
from typing import Any

from django.db import DatabaseError, close_old_connections
from django_tasks_db.management.commands import db_worker

from printshop.reconciliation import reconcile, worker_id
from printshop.sweeping import sweep_files

EVERY = 30.0  # seconds
logger = logging.getLogger("printshop.worker")


class Command(db_worker.Command):
    """django-tasks-db's worker, which also looks at the rows."""

    help = "Fetch photos, render prints, settle payments"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask the queue often: people are waiting for their photos."""
        super().add_arguments(parser)
        parser.set_defaults(interval=0.3, startup_delay=False, worker_id=worker_id())

    def handle(self, **options: Any) -> None:
        """Reconcile now, keep reconciling, and work."""
        sweep_files()
        reconcile()
        if not options["batch"]:
            threading.Thread(target=_keep_reconciling, daemon=True).start()
        super().handle(**options)


def _keep_reconciling() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY):
        close_old_connections()
        try:
            reconcile()
        except DatabaseError:
            logger.exception("reconciliation failed; again in %s s", EVERY)
