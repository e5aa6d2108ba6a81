"""Rows that count: INSERT or add to what is there, which bulk_create cannot do."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection

Value = str | int | date  # a datetime is a date


def execute(sql: str, parameters: Sequence[Value]) -> int:
    """How many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _prepared(parameters))
        touched: int = cursor.rowcount
        return touched


def execute_each(sql: str, rows: Iterable[Sequence[Value]]) -> None:
    """The same for one row after another."""
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_prepared(row) for row in rows])


def _prepared(parameters: Sequence[Value]) -> list[Value | None]:
    """As the ORM would store them: SQLite knows no times."""
    return [_stored(value) for value in parameters]


def _stored(value: Value) -> Value | None:
    match value:
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
    return value
