"""Django's sessions in the database, for keys that Django itself could have made.

A cookie may hold any bytes; a NUL among them would be an error of the database.
"""

import re

from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils.crypto import get_random_string

KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(DatabaseSessions):
    """Found by Django under this name."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and KEY.fullmatch(key))

    def _get_new_session_key(self) -> str:
        """165 bits: asking if it is taken is left to the row that is created."""
        return get_random_string(32, VALID_KEY_CHARS)
