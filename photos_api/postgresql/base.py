"""Django's PostgreSQL backend with a health check that asks nothing.

Django sends SELECT 1 in each request that uses a kept connection. A server that went
away has closed its end, which the socket knows by itself.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection is usable unless it is closed, or says something unasked."""

    def is_usable(self) -> bool:
        """Nothing to read on an idle connection; does not notice a cut cable."""
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0)
