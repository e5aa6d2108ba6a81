"""Logs for machines: one JSON object a line, without anything that opens something.

No token, code, secret, cookie or query string is written on purpose anywhere; this is
the net below. Whatever looks random and is long enough to be worth something is cut
out of every line, tracebacks and paths included.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

# 30 characters or more of which not all are small letters, as names in a traceback
# are. Ours are longer: session cookies have 32, codes, tokens and secrets 43 or more.
RANDOM = re.compile(r"(?<![\w-])(?=[a-z_]*[A-Z0-9-])[\w-]{30,}")


class Formatter(JsonFormatter):
    """Time, level, logger, message and traceback; of requests their parts."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
            reserved_attrs=[*RESERVED_ATTRS, "request"],  # it would show its query
        )

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        if record.name == "access" and isinstance(record.args, dict):
            return _request(record, record.args)
        return RANDOM.sub("…", super().format(record))


def _request(record: logging.LogRecord, seen: dict[str, Any]) -> str:
    """The parts of a request, as serving.py names them: most lines are this."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat()
    line = {"level": record.levelname, "logger": record.name, "at": at}
    return json.dumps(line | seen | {"path": RANDOM.sub("…", seen["path"])})
