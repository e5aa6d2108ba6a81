"""Django's sessions in the database, for keys that Django itself could have made.

A cookie may hold any bytes; a NUL among them would be an error of the database.
"""

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(DatabaseSessions):
    """Found by Django under this name."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and KEY.fullmatch(key))
