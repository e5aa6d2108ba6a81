"""A code or refresh token is spent, and what it pays for is stored: the SQL of both.

The only SQL that is written by hand here, made from the models once per process. What
it does in the ORM's words, and does in so many steps on SQLite, where nobody else
writes meanwhile:

    if not model.objects.filter(pk=pk, **unchanged).update(**changes):
        return False
    for row in rows:
        row.save()
    return True

On PostgreSQL it is one statement: WITH spent AS (UPDATE …), made AS (INSERT … FROM
spent) INSERT … FROM made. A way to the database and back costs more than the rest.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import AutoField, Field, Model

LINK = "access_token_id"  # of the second new row: the key of the first

Fields = tuple["Field[Any, Any]", ...]


def spend(
    model: type[Model], pk: int, changes: dict[str, Any], *rows: Model, unless: str
) -> bool:
    """Change a row and store others; False, and nothing happened, if it was too late.

    ``unless`` names fields that are NULL until then. There is a row or two to store;
    their primary keys are not read back.
    """
    named = {field.name: field for field in _fields(model)}
    fields = tuple(named[name] for name in changes)
    parameters = [*_prepared(fields, changes.values()), pk]
    update = _update(model, fields, unless)
    if connection.vendor != "postgresql":
        return _execute(update, parameters) == 1 and store(*rows)
    for row in rows:
        parameters += _values(row, without=LINK if row is not rows[0] else "")
    return _execute(_at_once(update, *map(type, rows)), parameters) == 1


def store(*rows: Model) -> bool:
    """Store one or two new rows, the second of which points at the first."""
    for row in rows:
        if row is not rows[0]:
            setattr(row, LINK, rows[0].pk)
        fields = _fields(type(row))
        sql = f"{_into(type(row), fields)} VALUES ({_marks(fields)}) RETURNING id"
        with connection.cursor() as cursor:
            cursor.execute(sql, _values(row))
            [row.pk] = cursor.fetchone()
    return True


@lru_cache
def _at_once(update: str, first: type[Model], second: type[Model] | None = None) -> str:
    fields = _fields(first)
    spent = f"WITH spent AS ({update} RETURNING 1)"
    made = f"{_into(first, fields)} SELECT {_marks(fields)} FROM spent"  # noqa: S608
    if second is None:
        return f"{spent} {made}"
    others = _fields(second, without=LINK)
    [link] = {*_fields(second)} - {*others}
    into = _into(second, (link, *others))
    made = f"made AS ({made} RETURNING id)"
    return f"{spent}, {made} {into} SELECT made.id, {_marks(others)} FROM made"  # noqa: S608


@lru_cache
def _update(model: type[Model], fields: Fields, unless: str) -> str:
    sets = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    empty = "".join(f" AND {_quoted(name)} IS NULL" for name in unless.split())
    return f"UPDATE {_table(model)} SET {sets} WHERE id = %s{empty}"  # noqa: S608


def _into(model: type[Model], fields: Fields) -> str:
    columns = ", ".join(_quoted(field.column) for field in fields)
    return f"INSERT INTO {_table(model)} ({columns})"


@lru_cache
def _fields(model: type[Model], without: str = "") -> Fields:
    return tuple(
        field
        for field in model._meta.local_concrete_fields  # noqa: SLF001
        if not isinstance(field, AutoField) and field.attname != without
    )


def _values(row: Model, without: str = "") -> list[Any]:
    fields = _fields(type(row), without)
    return _prepared(fields, [field.pre_save(row, True) for field in fields])


def _prepared(fields: Sequence["Field[Any, Any]"], values: Iterable[Any]) -> list[Any]:
    """As this database takes them."""
    pairs, this = zip(fields, values, strict=True), connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(value, this) for field, value in pairs]


def _execute(sql: str, parameters: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _marks(fields: Fields) -> str:
    return ", ".join(["%s"] * len(fields))


def _table(model: type[Model]) -> str:
    return _quoted(model._meta.db_table)  # noqa: SLF001


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
