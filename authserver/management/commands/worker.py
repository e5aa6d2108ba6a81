"""./manage.py authserver worker"""

import logging
import threading
import time
from typing import Any

from django.db import DatabaseError, close_old_connections
from django_tasks_db.management.commands.db_worker import Command as DatabaseWorker

from authserver import tasks

log = logging.getLogger(__name__)


class Command(DatabaseWorker):
    """Run tasks, and twice a minute look whether one is due."""

    help = (
        "Run background tasks: the hourly clean-up, logout tokens to clients, mail. "
        "One worker is enough; several share the work."
    )

    def handle(self, **options: Any) -> None:
        """Until told to stop."""
        tasks.take_over()
        threading.Thread(target=self.look, daemon=True).start()
        super().handle(**options)

    def look(self) -> None:
        """Enqueue what is due; a database that is away is no reason to end."""
        while True:
            try:
                tasks.wake_up()
            except DatabaseError as problem:
                log.warning("could not look for due tasks: %s", problem)
            close_old_connections()
            time.sleep(tasks.LOOK.total_seconds())
