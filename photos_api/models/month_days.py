"""The day of the year as a number, `1225`, in a way that an index can be made of."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


class MonthDay(models.Func):
    """Of a time, by its UTC; for photos that is what the camera's clock showed."""

    function = "EXTRACT"
    arity = 1
    output_field = models.IntegerField()
    template = (
        "(EXTRACT(MONTH FROM %(expressions)s AT TIME ZONE 'UTC') * 100"
        " + EXTRACT(DAY FROM %(expressions)s AT TIME ZONE 'UTC'))::int"
    )

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> Any:
        """The same where times are texts, `2026-12-25 …`."""
        template = (
            "CAST(substr(%(expressions)s, 6, 2) || substr(%(expressions)s, 9, 2)"
            " AS INTEGER)"
        )
        return self.as_sql(compiler, connection, template=template, **extra)
