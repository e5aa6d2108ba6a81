"""Django's PostgreSQL backend with a health check that asks nothing, and kept plans.

Django sends SELECT 1 in each request that uses a kept connection. A server that went
away has closed its end, which the socket knows by itself.

Django puts the values into the text of each statement, so that the database plans it
anew, and gets text back. What is asked all the time takes longer to plan than to
answer, and numbers and times take longer to read than to fetch.
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


class Kept(psycopg.Cursor[Any]):
    """A cursor for one statement after the other, which learns types but once.

    The next statement takes away what is left of the last one's rows. Not Django's own
    cursor, which binds no values.
    """

    def close(self) -> None:
        """It stays open, as its connection does."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection is usable unless it is closed, or says something unasked."""

    _kept: Kept | None = None
    KEPT_AFTER = 5  # times that a connection was asked the same

    def get_connection_params(self) -> dict[str, Any]:
        """Plans are kept unless the operator's address has another number for it."""
        parameters: dict[str, Any] = super().get_connection_params()
        if parameters["prepare_threshold"] is None:
            parameters["prepare_threshold"] = self.KEPT_AFTER
        return parameters

    def planned_cursor(self) -> CursorWrapper:
        """A cursor whose statements are planned once, and answered in binary."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            if self._kept is None or self._kept.connection is not self.connection:
                self._kept = Kept(self.connection)
                self._kept.format = psycopg.pq.Format.BINARY
            return self._prepare_cursor(self._kept)  # type: ignore[attr-defined,no-any-return] # the stub lacks it

    def is_usable(self) -> bool:
        """Nothing to read on an idle connection; does not notice a cut cable."""
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0)
