"""How photos_api is asked: calls of the API and pages, as bytes for the load."""

import json
import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from bench import photos_server
from bench.contestants import run

HOST = photos_server.URL.partition("://")[2]


def prepared(environment: dict[str, str], *command: str) -> str:
    """Something that only the project itself can make."""
    return run([sys.executable, "-m", "bench.prepare_lists", *command], environment)


@dataclass(frozen=True)
class Calls:
    """Requests to one server, with one token."""

    port: int
    token: str
    environment: dict[str, str]
    iss: str

    def get(self, path: str, **query: object) -> str:
        """A call that only asks."""
        given = {k: v for k, v in query.items() if v}
        return self._call(f"GET {path}?{urlencode(given)}" if given else f"GET {path}")

    def post(self, path: str, body: object) -> str:
        """A call with JSON."""
        text = json.dumps(body)
        return self._call(f"POST {path}", text, "Content-Type: application/json")

    def upload(self, content: bytes) -> str:
        """Bytes, as they are."""
        protocol = "X-Goog-Upload-Protocol: raw"
        return self._call(
            "POST /library/v1/uploads", content.decode("latin-1"), protocol
        )

    def page(self, path: str, cookie: str) -> str:
        """A page, in a browser."""
        return _message(f"GET {path}", "", f"Cookie: {cookie}")

    def list_items(self, size: int, token: str = "") -> str:
        """mediaItems.list"""
        return self.get("/library/v1/mediaItems", pageSize=size, pageToken=token)

    def search(self, filters: object, size: int, token: str = "") -> str:
        """mediaItems.search"""
        body = {"filters": filters, "pageSize": size, "pageToken": token}
        return self.post("/library/v1/mediaItems:search", body)

    def json(self, request: str) -> Any:
        """What one of these requests is answered with."""
        head, _, body = request.partition("\r\n\r\n")
        line, *headers = head.split("\r\n")
        method, path, _ = line.split(" ")
        answer = requests.request(
            method,
            f"http://127.0.0.1:{self.port}{path}",
            headers=dict(header.split(": ", 1) for header in headers),
            data=body.encode("latin-1") or None,
            timeout=60,
        )
        if not answer.ok:
            raise SystemExit(f"{line}: {answer.status_code} {answer.text[:500]}")
        return answer.json()

    def _call(self, line: str, body: str = "", *headers: str) -> str:
        return _message(line, body, f"Authorization: Bearer {self.token}", *headers)


def _message(line: str, body: str, *headers: str) -> str:
    length = [f"Content-Length: {len(body)}"] if body else []
    lines = [f"{line} HTTP/1.1", f"Host: {HOST}", *headers, *length, "", body]
    return "\r\n".join(lines)
