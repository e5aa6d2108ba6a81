"""Ids of media items: what cannot be one is refused by name."""

import re
from collections.abc import Collection, Iterable

from photos_api.problems import InvalidArgument

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
INVALID = "Request contains an invalid media item id."


def refuse_impossible(ids: Iterable[str], name: str = "mediaItemIds") -> None:
    """Raise InvalidArgument naming those that no media item can have."""
    _refuse(
        {
            f"{name}.{number}": f"{id_[:100]!r} is no id of a media item."
            for number, id_ in enumerate(ids)
            if not ID.fullmatch(id_)
        }
    )


def refuse_repeated(ids: list[str], name: str = "mediaItemIds") -> None:
    """Raise InvalidArgument naming those that come a second time."""
    _refuse(
        {
            f"{name}.{number}": f"{id_} came before: name each media item once."
            for number, id_ in enumerate(ids)
            if id_ in ids[:number]
        }
    )


def refuse_strange(ids: Iterable[str], known: Collection[str]) -> None:
    """Raise InvalidArgument naming those that the app cannot use here."""
    _refuse(
        {
            f"mediaItemIds.{number}": f"{id_[:100]} is no media item you can use here."
            for number, id_ in enumerate(ids)
            if id_ not in known
        }
    )


def _refuse(fields: dict[str, str]) -> None:
    if fields:
        raise InvalidArgument(INVALID, fields=fields)
