"""Pages by key: page 20,000 costs what page 1 costs; nothing is skipped or repeated.

A page token is the key of the last item, signed, and good only for the query that gave
it out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature
from django.db import connection
from django.db.models import Q, QuerySet

from photos_api.problems import InvalidArgument
from photos_api.signing import QuickSigner

T = TypeVar("T")
_signer = QuickSigner(sep=".", salt="photos_api.paging")


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
    key = read(token, query)
    moment = None if key is None else (datetime.fromisoformat(key[0]), key[1])
    found = list(in_order(querysets, order, after=moment)[: size + 1])
    field = order.removeprefix("-")
    return page(
        found, lambda item: [getattr(item, field).isoformat(), item.id], query, size
    )


def by_position(
    queryset: QuerySet[Any, T], *, query: str, token: str, size: int
) -> Page[T]:
    """A page in the order somebody gave the items."""
    key = read(token, query)
    if key is not None:
        queryset = queryset.filter(position__gt=key)
    found = list(queryset.order_by("position")[: size + 1])
    return page(found, lambda item: item.position, query, size)


def in_order(
    querysets: Sequence[QuerySet[Any, T]],
    order: str,
    *,
    after: tuple[datetime, str] | None,
    most: int = 101,
) -> QuerySet[Any, T]:
    """What they find in the order of a time, from behind the item with that time and
    id, in one statement.

    Each is asked for no more than the page can hold, in its own order, so that the
    database merges what indexes give out sorted. SQLite cannot say that: it looks for
    everything at once.
    """
    field = order.removeprefix("-")
    sign, later = ("", "gt") if field == order else ("-", "lt")
    if after is not None:
        querysets = [_behind(one, field, later, *after) for one in querysets]
    first, *others = querysets
    if others and not connection.features.supports_slicing_ordering_in_compound:
        for other in others:
            first |= other
    elif others:
        first, *others = [one.order_by(order, f"{sign}id")[:most] for one in querysets]
        first = first.union(*others, all=True)
    return first.order_by(order, f"{sign}id")


def _behind(
    queryset: QuerySet[Any, T], field: str, later: str, time: datetime, pk: str
) -> QuerySet[Any, T]:
    behind = Q(**{f"{field}__{later}": time}) | Q(**{field: time, f"id__{later}": pk})
    # The first condition alone lets the index be entered at the right place.
    return queryset.filter(**{f"{field}__{later}e": time}).filter(behind)


def page(
    found: Sequence[T], key: Callable[[Any], Any], query: str, size: int
) -> Page[T]:
    """A page of what was found when one item more than it can hold was looked for."""
    if len(found) <= size:
        return Page(found, None)
    return Page(found[:size], _signer.sign_object([query, key(found[size - 1])]))


def read(token: str, query: str) -> Any:
    """The key of the last item before the page; None for the first page.

    Raises InvalidArgument for a token that this query did not give out.
    """
    if not token:
        return None
    try:
        given_for, key = _signer.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise InvalidArgument("Invalid page token.") from error
    if given_for != query:
        raise InvalidArgument("The page token belongs to another request.")
    return key
