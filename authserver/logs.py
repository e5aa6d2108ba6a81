"""Logs for machines: one JSON object a line, without anything that opens something.

No token, code, secret, cookie or query string is written on purpose anywhere; this is
the net below. Whatever looks random and is long enough to be worth something is cut
out of every line, tracebacks and paths included.
"""

import logging
import re
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

# 30 characters or more of which not all are small letters, as names in a traceback
# are. Ours are longer: session cookies have 32, codes, tokens and secrets 43 or more.
RANDOM = re.compile(r"(?<![\w-])(?=[a-z_]*[A-Z0-9-])[\w-]{30,}")
ACCESS = {"m": "method", "U": "path", "s": "status", "M": "milliseconds"}


class Formatter(JsonFormatter):
    """Time, level, logger, message and traceback; of requests the parts as well."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
            reserved_attrs=[*RESERVED_ATTRS, "request"],  # it would show its query
        )

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],
    ) -> None:
        """What gunicorn knows of a request by letters gets names."""
        super().add_fields(log_data, record, message_dict)
        if record.name == "gunicorn.access" and isinstance(record.args, dict):
            log_data |= {name: record.args[key] for key, name in ACCESS.items()}

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        return RANDOM.sub("…", super().format(record))
