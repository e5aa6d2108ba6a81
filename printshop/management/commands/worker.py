"""./manage.py printshop worker: does the work the web server only promises."""

import logging
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections
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
        _try(sweep_files)
        _try(reconcile)
        if not options["batch"]:
            threading.Thread(target=_keep_reconciling, daemon=True).start()
        super().handle(**options)


def _keep_reconciling() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY):
        _try(close_old_connections)
        _try(reconcile)


def _try(look: Callable[[], None]) -> None:
    """A look at the rows that fails, for whatever reason, is made again later."""
    try:
        look()
    except Exception:
        logger.exception("%s failed", look.__name__)
