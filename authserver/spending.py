"""A code or refresh token is spent, and what it pays for is stored: the SQL of both.

The only SQL that is written by hand here, made from the models once per process. What
it does in the ORM's words, and does in so many steps on SQLite, where nobody else
writes meanwhile:

    if not model.objects.filter(pk=pk, **unchanged).update(**changes):
        return False
    for row in rows:
        row.model(**row.values).save()
    return True

On PostgreSQL it is one statement: WITH spent AS (UPDATE …), made AS (INSERT … FROM
spent) INSERT … FROM made. A way to the database and back costs more than the rest.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    Model,
    TextField,
    UUIDField,
)
from django.utils import timezone

LINK = "access_token"  # in the second new row: the first
SAMPLES: dict[Any, Any] = {  # of what some databases take as it is
    (CharField, TextField): "text",
    BooleanField: True,
    DateTimeField: datetime(2012, 10, 13, tzinfo=UTC),
    UUIDField: UUID(int=6749),
}

Fields = tuple["Field[Any, Any]", ...]
Make = Callable[..., Any]


class New:
    """A row to store: fields by their names, the others by their defaults.

    Related rows are given as models. Nothing is validated; TypeError, when it is
    stored, for a name that the model does not have.
    """

    __slots__ = ("model", "values")

    def __init__(self, model: type[Model], **values: Any) -> None:
        self.model, self.values = model, values

    def parameters(self, without: str = "") -> list[Any]:
        """In the order of the columns, as the database takes them."""
        values = self.values
        return [
            make(values[name]) if name else make()
            for name, make in _plan(self.model, tuple(values), without)
        ]


def spend(
    model: type[Model], pk: int, changes: dict[str, Any], *rows: New, unless: str
) -> bool:
    """Change a row and store others; False, and nothing happened, if it was too late.

    ``unless`` names fields that are NULL until then. There is a row or two to store;
    their primary keys are not read back.
    """
    update, makers = _update(model, tuple(changes), unless)
    parameters = [make(changes[name]) for name, make in makers]
    parameters.append(pk)
    if connection.vendor != "postgresql":
        return _execute(update, parameters) == 1 and store(*rows)
    for row in rows:
        parameters += row.parameters(without=LINK if row is not rows[0] else "")
    return _execute(_at_once(update, *(row.model for row in rows)), parameters) == 1


def store(*rows: New) -> bool:
    """Store one or two new rows, the second of which points at the first."""
    made: Model | None = None
    for row in rows:
        if made:
            row.values[LINK] = made
        fields = _fields(row.model)
        sql = f"{_into(row.model, fields)} VALUES ({_marks(fields)}) RETURNING id"
        with connection.cursor() as cursor:
            cursor.execute(sql, row.parameters())
            [key] = cursor.fetchone()
        made = row.model(pk=key)
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
def _update(
    model: type[Model], names: tuple[str, ...], unless: str
) -> tuple[str, list[tuple[str, Make]]]:
    fields = _named(model, names)
    sets = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    empty = "".join(f" AND {_quoted(name)} IS NULL" for name in unless.split())
    sql = f"UPDATE {_table(model)} SET {sets} WHERE id = %s{empty}"  # noqa: S608
    return sql, [(field.name, _maker(field)) for field in fields]


def _into(model: type[Model], fields: Fields) -> str:
    columns = ", ".join(_quoted(field.column) for field in fields)
    return f"INSERT INTO {_table(model)} ({columns})"


@lru_cache
def _fields(model: type[Model], without: str = "") -> Fields:
    return tuple(
        field
        for field in model._meta.local_concrete_fields  # noqa: SLF001
        if not isinstance(field, AutoField) and field.name != without
    )


@lru_cache
def _plan(
    model: type[Model], given: tuple[str, ...], without: str
) -> list[tuple[str, Make]]:
    """For each column which value is made into what, or else what makes its default."""
    known = _named(model, given)
    return [
        (field.name, _maker(field)) if field in known else ("", _default(field))
        for field in _fields(model, without)
    ]


def _named(model: type[Model], names: tuple[str, ...]) -> Fields:
    """The fields of these names; TypeError, as of a model, if there is none."""
    found = tuple(field for field in _fields(model) if field.name in names)
    if unknown := set(names) - {field.name for field in found}:
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))}.")
    return found


@lru_cache
def _maker(field: "Field[Any, Any]") -> Make:
    """Makes of a value what this database takes."""
    if field.remote_field:
        return lambda related: related and related.pk
    make = partial(field.get_db_prep_save, connection=connection)
    for kind, sample in SAMPLES.items():
        if isinstance(field, kind) and make(sample) is sample:
            return _as_it_is
    return make


def _as_it_is(value: Any) -> Any:
    return value


def _default(field: "Field[Any, Any]") -> Make:
    make = _maker(field)
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return lambda: make(timezone.now())
    if field.has_default() and callable(field.default):
        return lambda: make(field.get_default())
    constant = field.get_db_prep_save(field.get_default(), connection)
    return lambda: constant


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
