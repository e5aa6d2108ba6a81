"""What all servers of the benchmark agree on, and how each of them is asked."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlencode

SECRET = "bench-" + "s" * 43
REDIRECT_URI = "https://shop.bench/cb"
SCOPE = "openid profile offline_access photos"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, Appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@dataclass
class Prepared:
    """Made beforehand, enough for a whole run."""

    codes: list[str]
    refresh_tokens: list[str]
    access_tokens: list[str]
    cookies: list[str] = field(default_factory=list)


@dataclass
class Server:
    """One server under load: where it is and what it is asked.

    ``paths`` has only the operations that it offers.
    """

    name: str
    port: int
    pid: int
    paths: dict[str, str]
    prepared: Prepared = field(default_factory=lambda: Prepared([], [], []))
    host: str = "127.0.0.1"
    database: str = ""
    scope: str = SCOPE
    introspects_as: str = "bench"
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._codes = iter(self.prepared.codes)
        self._refresh_tokens = iter(self.prepared.refresh_tokens)

    def requests(self, operation: str, count: int) -> list[str]:
        """So many requests, or one for all if they need not differ."""
        return OPERATIONS[operation](self, count)

    def chains(self, connections: int) -> list[str]:
        """A fresh refresh token for each connection."""
        return _take(self._refresh_tokens, connections)

    def get(self, operation: str, query: str = "", *headers: str) -> str:
        """A request without a body."""
        path = self.paths[operation] + (f"?{query}" if query else "")
        return self._message(f"GET {path}", "", *headers)

    def post(self, operation: str, form: dict[str, str], client: str = "bench") -> str:
        """A form, with the client's secret in the header."""
        pair = base64.b64encode(f"{client}:{SECRET}".encode()).decode()
        body = urlencode(form).replace("%7B", "{").replace("%7D", "}")
        return self._message(
            f"POST {self.paths[operation]}",
            body,
            f"Authorization: Basic {pair}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        )

    def _message(self, line: str, body: str, *headers: str) -> str:
        lines = [f"{line} HTTP/1.1", f"Host: {self.host}", *headers, "", body]
        return "\r\n".join(lines)


def _authorize(server: Server, _: int) -> list[str]:
    query = {
        "response_type": "code",
        "client_id": "bench",
        "redirect_uri": REDIRECT_URI,
        "scope": server.scope,
        "state": "s" * 22,
        "nonce": "n" * 22,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **server.extra,
    }
    cookies = server.prepared.cookies
    encoded = urlencode(query)
    return [server.get("authorize", encoded, f"Cookie: {one}") for one in cookies]


def _code(server: Server, count: int) -> list[str]:
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI}
    form["code_verifier"] = VERIFIER
    codes = _take(server._codes, count)  # noqa: SLF001  # of this module
    return [server.post("code", {**form, "code": code}) for code in codes]


def _refresh(server: Server, _: int) -> list[str]:
    form = {"grant_type": "refresh_token", "refresh_token": "{refresh_token}"}
    return [server.post("refresh", form)]


# Below: the last tokens, since refreshing and revoking use up the first ones, and the
# toolkit forgets an access token together with its refresh token.


def _introspection(server: Server, _: int) -> list[str]:
    tokens = server.prepared.access_tokens[-50:]
    caller = server.introspects_as
    return [server.post("introspection", {"token": t}, caller) for t in tokens]


def _userinfo(server: Server, _: int) -> list[str]:
    tokens = server.prepared.access_tokens[-50:]
    return [server.get("userinfo", "", f"Authorization: Bearer {t}") for t in tokens]


def _revocation(server: Server, count: int) -> list[str]:
    tokens = _take(server._refresh_tokens, count)  # noqa: SLF001  # of this module
    return [server.post("revocation", {"token": token}) for token in tokens]


def _document(operation: str) -> Callable[[Server, int], list[str]]:
    return lambda server, _: [server.get(operation)]


OPERATIONS: dict[str, Callable[[Server, int], list[str]]] = {
    "authorize": _authorize,
    "code": _code,
    "refresh": _refresh,
    "introspection": _introspection,
    "userinfo": _userinfo,
    "revocation": _revocation,
    "jwks": _document("jwks"),
    "metadata": _document("metadata"),
}
ONCE = {"code", "revocation"}  # what they carry can be used a single time


def _take(tokens: Iterator[str], count: int) -> list[str]:
    return list(islice(tokens, count))
