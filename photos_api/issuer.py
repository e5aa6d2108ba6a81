"""Asking the issuer: bounded in time and in size, whoever answers there."""

import json
import time
from typing import Any

import requests
from requests.status_codes import codes
from urllib3.exceptions import HTTPError

LARGEST = 256 * 1024  # bytes of a document
TIMEOUT = (2.0, 2.0)  # seconds to connect, and between two pieces
DEADLINE = 3.0  # seconds for a whole document


class NoAnswer(ValueError):
    """The issuer is not there, too slow, or does not do what it was asked."""


class Malformed(ValueError):
    """The issuer answered, but not as its specification has it."""


def metadata(session: requests.Session, issuer: str) -> dict[str, Any]:
    """What the issuer says about itself; raises NoAnswer or Malformed."""
    told = ask(session, "GET", f"{issuer}/.well-known/openid-configuration")
    if told.get("issuer") != issuer:  # OIDC Discovery §4.3
        raise Malformed("the metadata speaks of another issuer")
    return told


def endpoint(told: dict[str, Any], name: str) -> str:
    """An address out of the metadata; raises Malformed if there is none to trust."""
    url = told.get(name)
    if isinstance(url, str) and (
        url.startswith("https://") or not told["issuer"].startswith("https://")
    ):
        return url
    raise Malformed(f"the metadata has no usable {name}")


def ask(
    session: requests.Session, method: str, url: str, **sent: Any
) -> dict[str, Any]:
    """One JSON object, from a server that may be slow, chatty or confused."""
    try:
        content = _content(session, method, url, sent)
    except (requests.RequestException, HTTPError) as error:
        raise NoAnswer(f"{url} does not answer: {type(error).__name__}") from error
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"{url} is not JSON") from error
    if not isinstance(document, dict):
        raise Malformed(f"{url} is not a JSON object")
    return document


def _content(
    session: requests.Session, method: str, url: str, sent: dict[str, Any]
) -> bytes:
    deadline = time.monotonic() + DEADLINE
    content = b""
    with session.request(
        method, url, timeout=TIMEOUT, stream=True, allow_redirects=False, **sent
    ) as response:
        if response.status_code != codes.ok:
            raise NoAnswer(f"{url} answered {response.status_code}")
        while piece := response.raw.read1(65_536, decode_content=True):
            content += piece
            if len(content) > LARGEST:
                raise Malformed(f"{url} sends more than {LARGEST} bytes")
            if time.monotonic() > deadline:
                raise NoAnswer(f"{url} takes longer than {DEADLINE} seconds")
    return content
