"""Every request the shop sends: limited in time and size, and never redirected."""

import http.cookiejar
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

CONNECT_SECONDS = 3
JSON_LIMIT = 512 * 1024  # bytes
JSON_SECONDS = 8


class Unreachable(Exception):
    """No usable answer: refused, too slow, too big, or not what it should be."""


class Sink(Protocol):
    """Where a body goes."""

    def write(self, piece: bytes, /) -> object:
        """Take the next piece."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read to its end."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        """The body as a JSON object; raises Unreachable for anything else."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unreachable(f"{self.url} answered {self.status}, no JSON") from error
        if not isinstance(document, dict):
            raise Unreachable(f"{self.url} answered JSON that is no object")
        return document


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no ~/.netrc: it would replace our Authorization header
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return session


_SESSION = _session()


def use(adapter: HTTPAdapter) -> None:
    """Connect in another way where there is no TLS."""
    _SESSION.mount("http://", adapter)


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str | Sequence[str]] | None = None,
    json: object = None,
) -> Answer:
    """Send one request and read the whole answer; raises Unreachable."""
    deadline = time.monotonic() + JSON_SECONDS
    with _opened(method, url, headers=headers, data=form, json=json) as response:
        body = b"".join(_pieces(response, limit=JSON_LIMIT, deadline=deadline))
        return Answer(url, response.status_code, response.headers, body)


def upload(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes, seconds: float
) -> Answer:
    """Send bytes, as many seconds as they may take; the answer is read as by `call`."""
    deadline = time.monotonic() + seconds
    with _opened(method, url, seconds=seconds, headers=headers, data=body) as response:
        answer = b"".join(_pieces(response, limit=JSON_LIMIT, deadline=deadline))
        return Answer(url, response.status_code, response.headers, answer)


def download(
    url: str,
    *,
    headers: Mapping[str, str],
    into: Sink,
    limit: int,
    seconds: float,
) -> Answer:
    """Stream a 200 answer's body ``into`` a file; any other is read as by ``call``."""
    began = time.monotonic()
    with _opened("GET", url, headers=headers) as response:
        if response.status_code == requests.codes.ok:
            for piece in _pieces(response, limit=limit, deadline=began + seconds):
                into.write(piece)
            return Answer(url, response.status_code, response.headers, b"")
        deadline = began + JSON_SECONDS
        body = b"".join(_pieces(response, limit=JSON_LIMIT, deadline=deadline))
        return Answer(url, response.status_code, response.headers, body)


@contextmanager
def _opened(
    method: str, url: str, *, seconds: float = JSON_SECONDS, **options: Any
) -> Iterator[requests.Response]:
    timeout = (CONNECT_SECONDS, seconds)
    try:
        with _SESSION.request(
            method, url, timeout=timeout, stream=True, allow_redirects=False, **options
        ) as response:
            yield response
    except (requests.RequestException, HTTPError, OSError) as error:
        raise Unreachable(f"{url}: {type(error).__name__}") from error


def _pieces(
    response: requests.Response, *, limit: int, deadline: float
) -> Iterator[bytes]:
    """The body as it arrives: a server that drips a byte a second is cut off too."""
    size = 0
    while piece := response.raw.read1(256 * 1024, decode_content=True):
        size += len(piece)
        if size > limit:
            raise Unreachable(f"{response.url}: more than {limit} bytes")
        if time.monotonic() > deadline:
            raise Unreachable(f"{response.url}: too slow")
        yield piece
