"""Django's PostgreSQL backend with a health check that asks nothing, and quick times.

Django sends SELECT 1 in each request that uses a kept connection. A server that went
away has closed its end, which the socket knows by itself.
"""

import select
from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql import base
from psycopg.abc import Buffer
from psycopg.adapt import Loader


class Time(Loader):
    """A time as ISO 8601 has it, which is how a connection of Django's tells it.

    psycopg reads any spelling, with a regular expression: a row of ours has six times.
    """

    timezone = UTC  # what Django compares with what it wants

    def load(self, data: Buffer) -> datetime:
        """Aware, in the zone it is told in; ValueError before year 1 or after 9999."""
        return datetime.fromisoformat(str(data, "ascii"))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection is usable unless it is closed, or says something unasked."""

    def get_new_connection(self, conn_params: Any) -> Any:
        """Django's connection, always in UTC, with one reader of ours."""
        connection = super().get_new_connection(conn_params)
        connection.adapters.register_loader("timestamptz", Time)
        return connection

    def is_usable(self) -> bool:
        """Nothing to read on an idle connection; does not notice a cut cable."""
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0)
