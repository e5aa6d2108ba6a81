"""Queries that every token request makes, compiled by the ORM once per process.

Django builds each SELECT anew, which takes it longer than the database takes to answer.
Here it builds it once; what it says stays the models' business, on both databases. Only
the parameter of a request is put in afterwards.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


class Parameter(Expression):
    """Stands in a filter where each request puts its own value."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Itself, for One to find among the parameters."""
        return "%s", [self]


PARAMETER = Parameter()


class One(Generic[M]):
    """The one row of a queryset that has PARAMETER in filters on unique columns."""

    def __init__(self, queryset: Callable[[], QuerySet[M]]) -> None:
        self.queryset = queryset

    def get(self, *given: str | int) -> M | None:
        """The row, with all that the queryset selects beside it, or None.

        Values are given in the order of the filters, as the database takes them.
        """
        compiled, left = self._compiled, iter(given)
        values = [
            next(left) if isinstance(p, Parameter) else p for p in compiled.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, values)
            row = cursor.fetchone()
        return None if row is None else compiled.instance(row)

    @cached_property
    def _compiled(self) -> "_Compiled":
        """In the first request, since FOR UPDATE is compiled in a transaction only."""
        queryset = self.queryset()
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return _Compiled(queryset.model, compiler, sql, parameters)


class _Compiled:
    """SQL, and how its columns become a model with its related models."""

    def __init__(
        self, model: type[Any], compiler: Any, sql: str, parameters: tuple[Any, ...]
    ) -> None:
        self.model, self.sql, self.parameters = model, sql, parameters
        columns, info = compiler.select, compiler.klass_info
        self.own = _names(columns, info)
        self.related = [
            (one["field"].name, one["model"], _names(columns, one))
            for one in info.get("related_klass_infos", ())
        ]
        expressions = [column[0] for column in columns]
        self.converters = compiler.get_converters(expressions)

    def instance(self, row: tuple[Any, ...]) -> Any:
        """As QuerySet makes it."""
        values = list(row)
        for position, (converters, expression) in self.converters.items():
            for convert in converters:
                values[position] = convert(values[position], expression, connection)
        found = _made(self.model, self.own, values)
        for name, model, names in self.related:
            if values[names["id"]] is not None:
                found._state.fields_cache[name] = _made(model, names, values)  # noqa: SLF001
        return found


def _names(columns: Any, info: Any) -> dict[str, int]:
    """Attribute → position in the row."""
    return {columns[i][0].target.attname: i for i in info["select_fields"]}


def _made(model: Any, names: dict[str, int], values: list[Any]) -> Any:
    """The model without its constructor, which takes as long as the database."""
    made = model.__new__(model)
    made.__dict__.update({name: values[i] for name, i in names.items()})
    made._state = ModelState()  # noqa: SLF001
    made._state.db, made._state.adding = DEFAULT_DB_ALIAS, False  # noqa: SLF001
    return made
