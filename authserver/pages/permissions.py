"""Permissions as a page shows them: who one is, one's data, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass

from authserver.consent import Row
from authserver.scopes import OFFLINE_ACCESS


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def grouped(rows: Iterable[Row]) -> list[Group]:
    """Who you are, your data at each resource server, and while you are away."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (_is_away(row), bool(row.owner))):
        groups.setdefault(_title(row), []).append(row)
    return [Group(title, tuple(found)) for title, found in groups.items()]


def _title(row: Row) -> str:
    if _is_away(row):
        return "While you are away"
    return f"Your data in {row.owner}" if row.owner else "Who you are"


def _is_away(row: Row) -> bool:
    return row.field == "scope" and row.name == OFFLINE_ACCESS
