"""Pages of media items by prepared questions: what the API is asked for most."""

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from photos_api import paging
from photos_api.access_tokens import AccessToken
from photos_api.library.search import matching
from photos_api.models import Person
from photos_api.models.rows import PhotoRow, album_items, photos, rows
from photos_api.prepared import (
    ALBUM_ID,
    CLIENT_ID,
    ID,
    ISS,
    POSITION,
    SUB,
    TIME,
    Prepared,
)

NEWEST, OLDEST = "-creation_time", "creation_time"
LOWEST = -(2**63)  # no position is below it
PREPARED = 500  # questions, of some kilobytes each


def by_time(
    token: AccessToken, filters: dict[str, Any], order: str, after: str, size: int
) -> paging.Page[PhotoRow]:
    """A page of what fits the filters; `after` is the page token."""
    asked = orjson.dumps([filters, order], option=orjson.OPT_SORT_KEYS)
    query = f"mediaItems {hashlib.sha256(asked).hexdigest()[:20]}"
    key, values = paging.read(after, query), _whose(token)
    if key is not None:
        values |= {TIME: datetime.fromisoformat(key[0]), ID: key[1]}
    found = rows(_by_time(asked, key is not None, size + 1).ask(values))
    return paging.page(
        found, lambda photo: [photo.creation_time.isoformat(), photo.id], query, size
    )


@lru_cache(PREPARED)
def _by_time(asked: bytes, is_later: bool, most: int) -> Prepared:
    filters, order = orjson.loads(asked)
    found = matching(photos().lent_to(CLIENT_ID, iss=ISS, sub=SUB), filters)
    after = (TIME, ID) if is_later else None
    ordered = paging.in_order(found, order, after=after, most=most)
    samples = [ISS, SUB, CLIENT_ID, *(after or ())]
    return Prepared(ordered[:most], *samples)


def in_album(
    token: AccessToken, album_id: str, after: str, size: int
) -> paging.Page[PhotoRow]:
    """A page of an album in its order; nothing of one that the app did not make."""
    query = f"album {album_id}"
    key, values = paging.read(after, query), _whose(token)
    values |= {ALBUM_ID: album_id, POSITION: LOWEST if key is None else key}
    found = _in_album(size + 1).ask(values)
    page = paging.page(found, lambda row: row[0], query, size)
    return paging.Page(rows(page.items, skip=1), page.next_token)


@lru_cache(PREPARED)
def _in_album(most: int) -> Prepared:
    owner = Person.objects.key(iss=ISS, sub=SUB)
    inside = album_items().filter(
        album=ALBUM_ID,
        album__owner=owner,
        album__created_by_client=CLIENT_ID,
        photo__owner=owner,
        photo__created_by_client=CLIENT_ID,
        photo__deleted_at=None,
        position__gt=POSITION,
    )
    ordered = inside.order_by("position")[:most]
    return Prepared(ordered, ISS, SUB, CLIENT_ID, ALBUM_ID, POSITION)


def _whose(token: AccessToken) -> dict[Any, Any]:
    return {ISS: token.iss, SUB: token.sub, CLIENT_ID: token.client_id}
