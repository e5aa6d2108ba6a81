"""Requests that nobody means: what belongs to an endpoint, and what does not, mixed.

A message starts as one that is meant, so that it gets past the first checks; then
chance changes a few of its parts, by what belongs to the endpoint and by rubbish.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

FORM = "application/x-www-form-urlencoded"
METHODS = ("POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OTHER_TYPES = (
    *("application/json", "text/plain", "", "x/\xe9", f"{FORM}; charset=utf-16"),
    "multipart/form-data; boundary=x",
)
RUBBISH_BYTES = (b"\xff", b"\0", b"%zz", b"&&=", b";", b"\xed\xa0\x80", b"+%2", b"\r\n")

Values = Mapping[str, Sequence[str]]
Forms = Sequence[Mapping[str, str]]
Pairs = list[tuple[str, str]]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# Values.

json_values: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)
json_texts = json_values.map(json.dumps) | st.sampled_from(
    [
        "{",
        '{"a":',
        "[" * 3000,
        '{"userinfo": {"name": {"essential": 1}}}',
        "NaN",
        "1e999",
    ]
)
jwt_headers = st.fixed_dictionaries(
    {"alg": st.sampled_from(["none", "HS256", "RS256", "ES256", "", "x", None, 1])},
    optional={
        "typ": st.sampled_from(["JWT", "at+jwt", "logout+jwt", None, 1]),
        "kid": st.text(max_size=10) | st.integers(),
        "crit": json_values,
        "jku": st.just("https://mallory.example/keys"),
        "jwk": json_values,
        "b64": st.booleans(),
    },
)
jwt_claims = st.fixed_dictionaries(
    {},
    optional={
        "iss": st.just("http://localhost:8001") | json_values,
        "sub": json_values,
        "aud": st.just("printshop") | json_values,
        "sid": json_values,
        "exp": st.sampled_from([0, -1, 2**70, 1e400, "x", None]),
        "iat": json_values,
    },
)


@st.composite
def jwts(draw: st.DrawFn) -> str:
    """Something like a JWT, signed by nobody."""
    parts = [
        base64url(json.dumps(draw(part), allow_nan=True).encode())
        for part in (jwt_headers | json_values, jwt_claims | json_values)
    ]
    parts += draw(st.lists(st.binary(max_size=70).map(base64url), max_size=4))
    return ".".join(parts)


@st.composite
def altered(draw: st.DrawFn, originals: Sequence[str]) -> str:
    """Something real, with a piece cut out or put in."""
    value = draw(st.sampled_from(originals))
    cut = draw(st.integers(0, len(value)))
    end = draw(st.integers(cut, min(len(value), cut + 5)))
    return value[:cut] + draw(st.text(max_size=3)) + value[end:]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
rubbish = (
    texts
    | json_texts
    | jwts()
    | st.integers(-(2**70), 2**70).map(str)
    | st.sampled_from(
        ["", "\0", "\x7f", "\u202e", "é" * 300, "x" * 5000, "%00", "//evil.example"]
    )
    | st.sampled_from(
        ["javascript:alert(1)", "http://[", "http://a:b@c:99999/\\", "::1"]
    )
    | st.binary(max_size=40).map(base64url)
)


def value_of(name: str, known: Values) -> SearchStrategy[str]:
    """What belongs there, nearly that, what belongs elsewhere, or rubbish."""
    own = [*known[name], "x"]
    others = [value for values in known.values() for value in values]
    return st.one_of(
        st.sampled_from(own), altered(own), st.sampled_from([*others, "x"]), rubbish
    )


@st.composite
def parameters(draw: st.DrawFn, usual: Forms, known: Values) -> Pairs:
    """A form or query as it is meant, and then changed in a few places."""
    pairs = list(draw(st.sampled_from(usual)).items())
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(known)))
        change = draw(st.sampled_from(["set", "set", "set", "repeat", "drop"]))
        if change != "repeat":
            pairs = [pair for pair in pairs if pair[0] != name]
        if change != "drop":
            pairs.append((name, draw(value_of(name, known))))
    if draw(st.integers(0, 4)) == 0:
        pairs.append((draw(texts), draw(rubbish)))
    return pairs


# Requests.


@dataclass(frozen=True)
class Message:
    """One HTTP request to some endpoint."""

    method: str
    query: str
    body: bytes
    content_type: str
    headers: dict[str, str]


def encoded(pairs: Pairs) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)


def authorizations(credentials: Sequence[str]) -> SearchStrategy[str]:
    """Authorization headers: right ones, malformed ones, and other schemes."""
    basic = st.sampled_from(credentials) | altered(credentials) | texts
    in_base64 = basic.map(lambda pair: base64.b64encode(pair.encode()).decode())
    malformed = rubbish.map(lambda text: text.encode("ascii", "replace").decode())
    schemes = st.sampled_from(["Basic", "basic", "Bearer", "Basic ", "DPoP", "Digest"])
    return st.builds("{} {}".format, schemes, in_base64 | malformed)


def rarely(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 15)) == 0


@st.composite
def messages(
    draw: st.DrawFn,
    usual: Forms,
    known: Values,
    credentials: Sequence[str] = ("",),
    method: str = "POST",
) -> Message:
    """A request with these parameters, in the address, in the body, or in both.

    The first of the credentials are the usual ones.
    """
    method = draw(st.sampled_from(METHODS)) if rarely(draw) else method
    form = encoded(draw(parameters(usual, known)))
    query = form if method in ("GET", "HEAD") or rarely(draw) else ""
    body, kind = form.encode(), FORM
    if rarely(draw):
        kind = draw(st.sampled_from(OTHER_TYPES))
    if rarely(draw):
        place = draw(st.integers(0, len(body)))
        extra = draw(st.sampled_from(RUBBISH_BYTES) | st.binary(max_size=30))
        body = body[:place] + extra + body[place:]
    if rarely(draw):
        body = draw(json_texts).encode("utf-8", "replace")
    headers = draw(other_headers) if rarely(draw) else {}
    if credentials[0]:
        right = base64.b64encode(credentials[0].encode()).decode()
        headers["Authorization"] = f"Basic {right}"
    if rarely(draw):
        headers["Authorization"] = draw(authorizations(credentials))
    return Message(method, query, body, kind, headers)


header_texts = texts.map(
    lambda text: "".join(c for c in text if c.isprintable() and ord(c) < 256)
)
other_headers = st.fixed_dictionaries(
    {},
    optional={
        "Cookie": header_texts.map(lambda text: f"authserver_session={text}")
        | header_texts,
        "Origin": st.sampled_from(["null", "https://evil.example", "x", "http://["]),
        "Referer": st.sampled_from(["null", "http://[", "https://evil.example/"]),
        "Accept": header_texts,
        "Accept-Language": header_texts,
        "X-Forwarded-For": header_texts,
        "User-Agent": header_texts | st.just("x" * 2000),
        "DPoP": jwts(),
    },
)
