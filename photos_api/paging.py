"""Pages by key: page 20,000 costs what page 1 costs; nothing is skipped or repeated.

A page token is the key of the last item, signed, and good only for the query that gave
it out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet

from photos_api.problems import InvalidArgument

M = TypeVar("M", bound=Model)
_signer = Signer(sep=".", salt="photos_api.paging")


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of a list, and the token of the next."""

    items: Sequence[M]
    next_token: str | None


def page_size(given: int | None, default: int, most: int) -> int:
    """0 is the default, too many are as many as there may be; raises if negative."""
    if given is not None and given < 0:
        raise InvalidArgument(
            "pageSize must not be negative.", fields={"pageSize": "Negative."}
        )
    return min(given or default, most)


def newest_first(
    queryset: QuerySet[M], field: str, *, query: str, token: str, size: int
) -> Page[M]:
    """A page in the order of a time, the newest first."""
    key = _read(token, query)
    if key is not None:
        time, pk = datetime.fromisoformat(key[0]), key[1]
        older = Q(**{f"{field}__lt": time}) | Q(**{field: time, "pk__lt": pk})
        # The first condition alone lets the index be entered at the right place.
        queryset = queryset.filter(**{f"{field}__lte": time}).filter(older)
    return _page(
        queryset.order_by(f"-{field}", "-pk"),
        lambda item: [getattr(item, field).isoformat(), item.pk],
        query,
        size,
    )


def by_position(queryset: QuerySet[M], *, query: str, token: str, size: int) -> Page[M]:
    """A page in the order somebody gave the items."""
    key = _read(token, query)
    if key is not None:
        queryset = queryset.filter(position__gt=key)
    return _page(queryset.order_by("position"), lambda item: item.position, query, size)


def _page(
    queryset: QuerySet[M], key: Callable[[Any], Any], query: str, size: int
) -> Page[M]:
    items = list(queryset[: size + 1])
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
