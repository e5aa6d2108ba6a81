"""Who saw my photos: written down as it happens, at the price of hardly anything.

That an app got a photo is in the database before the bytes leave. That it got the same
once more within a minute, and what it was told in lists, is added up here and written a
second later, and when the process ends.
"""

import logging
import threading
import time
from collections.abc import Hashable, Mapping
from functools import cache
from multiprocessing.util import Finalize
from typing import Generic, TypeVar, cast

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from rest_framework.request import Request

from photos_api.access_tokens import AccessToken
from photos_api.authentication import PhotosRequest
from photos_api.memory import Memory
from photos_api.models import Listing, Reading
from photos_api.models.readings import Listed, Read

logger = logging.getLogger(__name__)
Row = TypeVar("Row", Read, Listed)


class Sums(Generic[Row]):
    """Rows that wait, added up by name; the caller holds a lock."""

    MOST = 10_000  # while the database is away

    def __init__(self) -> None:
        self._rows: dict[Hashable, Row] = {}

    def add(self, name: Hashable, row: Row) -> None:
        """To what waits under that name already."""
        known = self._rows.get(name)
        if known is not None:
            self._rows[name] = known.plus(row)
        elif len(self._rows) < self.MOST:
            self._rows[name] = row

    def take(self) -> dict[Hashable, Row]:
        """All of them; nothing waits any more."""
        taken, self._rows = self._rows, {}
        return taken

    def give_back(self, taken: dict[Hashable, Row]) -> None:
        """They could not be written."""
        later, self._rows = self._rows, taken
        for name, row in later.items():
            self.add(name, row)


class Log:
    """What one process has still to write down; safe for its threads.

    With ``alone`` nobody writes behind the answers: whoever has it calls `flush`.
    """

    PAUSE = 1.0  # seconds between two writings
    AGAIN = 60.0  # seconds within which the same reading can wait

    def __init__(self, *, alone: bool = False) -> None:
        self._alone = alone
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._read: Sums[Read] = Sums()
        self._listed: Sums[Listed] = Sums()
        self._lately: Memory[bool] = Memory(Sums.MOST)
        self._writer: threading.Thread | None = None
        self._over = threading.Event()

    def read(self, photo_id: str, client_id: str, what: str) -> None:
        """An app gets the bytes of a photo now."""
        now = timezone.now()
        row = Read(client_id, what, now, now, 1, photo_id)
        name = (photo_id, client_id, what)
        if not self._lately.get(name):
            Reading.objects.add_up([row])
            self._lately.put(name, True, until=time.time() + self.AGAIN)
            return
        with self._lock:
            self._read.add(name, row)
            self._wake()

    def listed(self, token: AccessToken, surface: str, items: int) -> None:
        """An app is told of so many photos of somebody now."""
        now = timezone.now()
        who = (token.iss, token.sub)
        row = Listed(token.client_id, surface, now.date(), now, 1, items, *who)
        with self._lock:
            self._listed.add((*who, token.client_id, surface, row.day), row)
            self._wake()

    def flush(self) -> None:
        """Write what waits; what cannot be written waits on."""
        with self._writing:
            with self._lock:
                read, listed = self._read.take(), self._listed.take()
            if not read and not listed:
                return
            try:
                with transaction.atomic():
                    Reading.objects.add_up(read.values())
                    Listing.objects.add_up(listed.values())
            except DatabaseError:
                logger.warning("the reading log cannot be written; trying again")
                with self._lock:
                    self._read.give_back(read)
                    self._listed.give_back(listed)

    def _wake(self) -> None:
        """Have somebody write soon, and at the end: granian's processes end so too."""
        if self._writer is None and not self._alone:
            self._writer = threading.Thread(target=self._keep_writing, daemon=True)
            self._writer.start()
            Finalize(None, self.stop, exitpriority=100)

    def _keep_writing(self) -> None:
        while not self._over.wait(self.PAUSE):
            close_old_connections()
            self.flush()
        connection.close()

    def stop(self) -> None:
        """Write what still waits; nobody writes behind the answers any more."""
        self._over.set()
        if self._writer:
            self._writer.join()
        self.flush()
        connection.close()


@cache
def of_process() -> Log:
    """The one of this process."""
    return Log()


def told(request: Request, answer: Mapping[str, object]) -> None:
    """Note how many photos an answer of the API tells an app of, if any."""
    items = _photos_in(answer)
    if not items or request.auth is None:
        return
    surface = "picker" if request.path.startswith("/picker/") else "library"
    token = cast("PhotosRequest", request).auth
    of_process().listed(token, surface, items)


def _photos_in(answer: Mapping[str, object]) -> int:
    """One, or those of a page, or those of a batch."""
    if "mediaMetadata" in answer:
        return 1
    items = answer.get("mediaItems")
    if isinstance(items, list):
        return len(items)
    results = answer.get("mediaItemResults")
    return sum("mediaItem" in r for r in results) if isinstance(results, list) else 0
