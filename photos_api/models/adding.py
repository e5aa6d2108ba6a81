"""Rows that count: INSERT or add to what is there, which bulk_create cannot do."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection


def execute(sql: str, parameters: Sequence[object]) -> int:
    """How many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _prepared(parameters))
        return cursor.rowcount


def execute_each(sql: str, rows: Iterable[Sequence[object]]) -> None:
    """The same for one row after another."""
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_prepared(row) for row in rows])


def _prepared(parameters: Sequence[object]) -> list[object]:
    """As the ORM would store them: SQLite knows no times."""
    return [_stored(value) for value in parameters]


def _stored(value: object) -> object:
    match value:
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
    return value
