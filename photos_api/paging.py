"""Pages by key: page 20,000 costs what page 1 costs; nothing is skipped or repeated.

A page token is the key of the last item, signed, and good only for the query that gave
it out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db import connection
from django.db.models import Q, QuerySet

from photos_api.problems import InvalidArgument

T = TypeVar("T")
_signer = Signer(sep=".", salt="photos_api.paging")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and the token of the next."""

    items: Sequence[T]
    next_token: str | None


def page_size(given: int | None, default: int, most: int) -> int:
    """0 is the default, too many are as many as there may be; raises if negative."""
    if given is not None and given < 0:
        raise InvalidArgument(
            "pageSize must not be negative.", fields={"pageSize": "Negative."}
        )
    return min(given or default, most)


def newest_first(
    queryset: QuerySet[Any, T], field: str, *, query: str, token: str, size: int
) -> Page[T]:
    """A page in the order of a time, the newest first."""
    return by_time([queryset], f"-{field}", query=query, token=token, size=size)


def by_time(
    querysets: Sequence[QuerySet[Any, T]],
    order: str,
    *,
    query: str,
    token: str,
    size: int,
) -> Page[T]:
    """A page of what several questions together find: none finds what another does.

    `order` is the field that holds the time, with a `-` before it for the newest first.
    """
    key = _read(token, query)
    field = order.removeprefix("-")
    sign, after = ("", "gt") if field == order else ("-", "lt")
    if key is not None:
        time, pk = datetime.fromisoformat(key[0]), key[1]
        later = Q(**{f"{field}__{after}": time}) | Q(
            **{field: time, f"id__{after}": pk}
        )
        # The first condition alone lets the index be entered at the right place.
        querysets = [
            queryset.filter(**{f"{field}__{after}e": time}).filter(later)
            for queryset in querysets
        ]
    return _page(
        _together(querysets, [order, f"{sign}id"], size + 1),
        lambda item: [getattr(item, field).isoformat(), item.id],
        query,
        size,
    )


def by_position(
    queryset: QuerySet[Any, T], *, query: str, token: str, size: int
) -> Page[T]:
    """A page in the order somebody gave the items."""
    key = _read(token, query)
    if key is not None:
        queryset = queryset.filter(position__gt=key)
    return _page(
        queryset.order_by("position")[: size + 1],
        lambda item: item.position,
        query,
        size,
    )


def _together(
    querysets: Sequence[QuerySet[Any, T]], order: list[str], most: int
) -> QuerySet[Any, T]:
    """The first of what they find, in one statement.

    Each is asked for no more than the page can hold, in its own order, so that the
    database merges what indexes give out sorted. SQLite cannot say that: it looks for
    everything at once.
    """
    first, *others = querysets
    if others and not connection.features.supports_slicing_ordering_in_compound:
        for other in others:
            first |= other
    elif others:
        first, *others = [one.order_by(*order)[:most] for one in querysets]
        first = first.union(*others, all=True)
    return first.order_by(*order)[:most]


def _page(
    queryset: QuerySet[Any, T], key: Callable[[Any], Any], query: str, size: int
) -> Page[T]:
    items = list(queryset)
    if len(items) <= size:
        return Page(items, None)
    return Page(items[:size], _signer.sign_object([query, key(items[size - 1])]))


def _read(token: str, query: str) -> Any:
    if not token:
        return None
    try:
        given_for, key = _signer.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise InvalidArgument("Invalid page token.") from error
    if given_for != query:
        raise InvalidArgument("The page token belongs to another request.")
    return key
