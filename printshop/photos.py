"""The photo service as typed functions, one per call: the Picker API.

Each takes what was lent and pays for it: a connection, or a bare token, whose holder
knows what to do when it ends. Each raises NotConnected, ScopeMissing, PhotosUnavailable
(try later) or PhotosRefused (do not).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.http import parse_http_date_safe

from printshop import wire
from printshop.connection import access_token
from printshop.failures import (
    NotConnected,
    PhotosRefused,
    PhotosUnavailable,
    ScopeMissing,
)
from printshop.models.customers import Connection

BYTES_LIMIT = 200 * 1024 * 1024  # the largest photo the service takes
BYTES_SECONDS = 120
PAGE = 100
MOST = 2000  # picks of one visit: the picker allows no more
LONGEST_WAIT = 3600  # seconds, whatever Retry-After says
LONGEST = 255  # characters of an id or a file name that we keep
Lent = Connection | str


@dataclass(frozen=True, slots=True)
class PickerSession:
    """A visit to the picker."""

    id: str
    picker_uri: str
    is_done: bool
    poll_seconds: int


@dataclass(frozen=True, slots=True)
class PickedItem:
    """One chosen photo; ``base_url`` lives for an hour and is never stored."""

    id: str
    base_url: str
    filename: str
    is_photo: bool
    width: int
    height: int


def create_session(lent: Lent, *, most: int = MOST) -> PickerSession:
    """sessions.create: a new visit to the picker, for so many photos."""
    wanted = {} if most == MOST else {"pickingConfig": {"maxItemCount": str(most)}}
    return _session(_json(lent, "POST", "/sessions", json=wanted))


def get_session(lent: Lent, session_id: str) -> PickerSession:
    """sessions.get: has the person finished choosing?"""
    return _session(_json(lent, "GET", f"/sessions/{quote(session_id, safe='')}"))


def delete_session(lent: Lent, session_id: str) -> None:
    """sessions.delete: say that we have everything."""
    _json(lent, "DELETE", f"/sessions/{quote(session_id, safe='')}")


def picked_items(lent: Lent, session_id: str) -> Iterator[PickedItem]:
    """mediaItems.list: everything that was picked, in the order it was picked."""
    query = {"sessionId": session_id, "pageSize": str(PAGE)}
    count, seen = 0, set()
    while count <= MOST:
        page = _json(lent, "GET", f"/mediaItems?{urlencode(query)}")
        for item in _list(page, "mediaItems"):
            count += 1
            yield _item(item)
        token = page.get("nextPageToken")
        if not isinstance(token, str) or not token or token in seen:
            return
        seen.add(token)
        query["pageToken"] = token
    raise PhotosUnavailable("the list of picks does not end")


def download(
    item: PickedItem, token: str, into: wire.Sink, seconds: float = BYTES_SECONDS
) -> None:
    """The photo's original bytes; ``into`` may hold a part of them on failure.

    Reads no row: the token is the caller's, who also knows what to do on NotConnected.
    """
    if not item.base_url.startswith(f"{settings.PHOTOS_URL}/"):
        raise PhotosRefused("the photo lies on another server: no token goes there")

    try:
        answer = wire.download(
            f"{item.base_url}=d",
            headers={"Authorization": f"Bearer {token}"},  # RFC 6750 §2.1
            into=into,
            limit=2 * BYTES_LIMIT,  # ``into`` says no before
            seconds=seconds,
        )
    except wire.Unreachable as error:
        raise PhotosUnavailable(str(error)) from error
    _check(answer)


def _json(
    lent: Lent, method: str, path: str, json: object = None
) -> Mapping[str, object]:
    """One call of the Picker API."""
    url = f"{settings.PHOTOS_URL}/picker/v1{path}"

    def send(headers: Mapping[str, str]) -> wire.Answer:
        return wire.call(method, url, headers=headers, json=json)

    answer = _with_token(lent, send)
    _check(answer)
    try:
        return answer.json()
    except wire.Unreachable as error:
        raise PhotosUnavailable(str(error)) from error


def _with_token(
    lent: Lent, send: Callable[[Mapping[str, str]], wire.Answer]
) -> wire.Answer:
    """Send with the token; a 401 means it ended early: one refresh, one more try."""
    token = lent if isinstance(lent, str) else access_token(lent)
    try:
        answer = send({"Authorization": f"Bearer {token}"})  # RFC 6750 §2.1
        if isinstance(lent, str):
            return answer
        if answer.status == 401:  # noqa: PLR2004
            token = access_token(lent, rejected=token)
            answer = send({"Authorization": f"Bearer {token}"})
    except wire.Unreachable as error:
        raise PhotosUnavailable(str(error)) from error
    Connection.objects.used(lent)
    return answer


def _check(answer: wire.Answer) -> None:
    """Read the status as RFC 6750 §3.1 and Google's guidance on retries mean it."""
    match answer.status:
        case 200:
            return
        case 401:
            raise NotConnected("the photo service refuses a token that is fresh")
        case 403 if "insufficient_scope" in answer.headers.get("WWW-Authenticate", ""):
            raise ScopeMissing("the photo service wants a scope we do not have")
        case 429 | 500 | 502 | 503 | 504:
            raise PhotosUnavailable(
                f"{answer.url} answered {answer.status}",
                retry_after=_seconds(answer.headers.get("Retry-After", "")),
            )
    raise PhotosRefused(f"{answer.url} answered {answer.status}")


def _seconds(retry_after: str) -> int:
    """How long we are asked to wait: seconds or a date, RFC 9110 §10.2.3."""
    if retry_after.isdecimal():
        return min(int(retry_after[:9]), LONGEST_WAIT)
    if at := parse_http_date_safe(retry_after):
        return min(max(at - int(time.time()), 0), LONGEST_WAIT)
    return 0


def _session(document: Mapping[str, object]) -> PickerSession:
    match document:
        case {"id": str(session_id), "pickerUri": str(uri)} if (
            0 < len(session_id) <= LONGEST and session_id.isprintable() and _ours(uri)
        ):
            return PickerSession(
                id=session_id,
                picker_uri=uri,
                is_done=document.get("mediaItemsSet") is True,
                poll_seconds=_poll_seconds(document),
            )
    raise PhotosUnavailable("the picker session is not readable")


def _ours(picker_uri: str) -> bool:
    """People are sent to the photo service only, whatever an answer says."""
    ours = picker_uri.startswith(f"{settings.PHOTOS_URL}/")
    return ours and picker_uri.isprintable() and len(picker_uri) <= 1900  # noqa: PLR2004 - the column


def _poll_seconds(document: Mapping[str, object]) -> int:
    match document.get("pollingConfig"):
        case {"pollInterval": str(interval)} if interval.rstrip("s").isdecimal():
            return min(max(int(interval.rstrip("s")), 1), 60)
    return 5


def _item(document: object) -> PickedItem:
    match document:
        case {
            "id": str(item_id),
            "type": str(kind),
            "mediaFile": {"baseUrl": str(base_url), "filename": str(name), **file},
        } if item_id.isprintable() and len(item_id) <= LONGEST:
            told = file.get("mediaFileMetadata")
            size = told if isinstance(told, dict) else {}
            return PickedItem(
                id=item_id,
                base_url=base_url,
                filename="".join(filter(str.isprintable, name))[:LONGEST],
                is_photo=kind == "PHOTO",
                width=_number(size.get("width")),
                height=_number(size.get("height")),
            )
    raise PhotosUnavailable("a picked item is not readable")


def _list(document: Mapping[str, object], name: str) -> list[object]:
    value = document.get(name, [])
    if not isinstance(value, list):
        raise PhotosUnavailable(f"{name} is no list")
    return value


def _number(value: object) -> int:
    """An int64, which JSON may carry as a string; 0 when it is not said."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004
