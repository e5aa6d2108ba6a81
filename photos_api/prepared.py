"""Questions that are made into SQL once; what differs between calls are parameters.

To put a list together takes Django longer than to read a page of it and to tell it;
so does PostgreSQL's plan, which it keeps (`postgresql`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

# Samples of what will be asked, in whose places the values come. Nobody has such a name
# or has seen such a time.
ISS, SUB, CLIENT_ID, ALBUM_ID, ID = "<iss>", "<sub>", "<client>", "<album>", "<id>"
TIME, POSITION = datetime(1, 2, 3, 4, 5, 6, 7, UTC), -1234567890123456789


class Prepared:
    """A question with samples in the places of what will be asked."""

    def __init__(self, queryset: QuerySet[Any, Any], *samples: Any) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self._sql, self._parameters = compiler.as_sql()
        self._samples = {_adapted(sample): sample for sample in samples}
        self._converters = compiler.get_converters([s[0] for s in compiler.select])
        self._convert = compiler.apply_converters

    def ask(self, values: Mapping[Any, Any]) -> list[Any]:
        """The rows, with each value in the place of its sample."""
        given = {at: _adapted(values[sample]) for at, sample in self._samples.items()}
        parameters = [given.get(known, known) for known in self._parameters]
        with planned_cursor() as cursor:
            cursor.execute(self._sql, parameters)
            rows: list[Any] = cursor.fetchall()
        return list(self._convert(rows, self._converters)) if self._converters else rows


def planned_cursor() -> CursorWrapper:
    """For statements that are asked all the time: their plans are kept, if possible."""
    make = getattr(connection, "planned_cursor", connection.cursor)
    cursor: CursorWrapper = make()
    return cursor


def _adapted(value: Any) -> Any:
    """As the database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
