"""Whatever is sent to whatever address: a refusal with a reason, never a 500."""

import json
import os
import random
import re
from collections.abc import Iterator
from typing import TypeVar

import pytest
import requests

from tests.story.client import PASSWORD, Client
from tests.story.forms import forms_of
from tests.story.town import Town
from tests.story.visitor import Visitor

# Every pattern of a project's urlconf, with its converters still in it.
LIST = """
import json
from django.urls import get_resolver
def walk(patterns, before=""):
    for pattern in patterns:
        here = before + str(pattern.pattern)
        inner = getattr(pattern, "url_patterns", None)
        yield from [here] if inner is None else walk(inner, here)
print("ROUTES", json.dumps(sorted(set(walk(get_resolver().url_patterns)))))
"""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO")
# What stands in for a part of a path: right in form, or wrong in every way.
PARTS = ("1", "0", "-1", "9" * 30, "x", "%00", "%FF", "%2e%2e%2f", "é", "a" * 2000)
VALUES = ("", "\0", "x" * 5000, "é\u202e😀", "-1", "9" * 30, "[]", "{}", "'\"<>", "%")
NAMES = re.findall(
    r"\w+",
    "client_id redirect_uri response_type scope state nonce code code_challenge"
    " code_challenge_method code_verifier prompt max_age id_token_hint login_hint"
    " response_mode resource claims request_id request next iss error error_description"
    " session_state post_logout_redirect_uri logout_token token token_type_hint"
    " grant_type refresh_token client_secret username password email name decision"
    " page pageSize pageToken sessionId albumId fields alt requestId item photo size"
    " copies product finish missing line1 postcode city country card number q month",
)
BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": ("", b""),
    "a mebibyte": ("application/x-www-form-urlencoded", b"a=" + b"x" * (1 << 20)),
    "a mebibyte of JSON": ("application/json", b'{"a": "' + b"x" * (1 << 20) + b'"}'),
    "5,000 fields": (
        "application/x-www-form-urlencoded",
        b"&".join(b"f%d=1" % n for n in range(5000)),
    ),
    "NUL": ("application/x-www-form-urlencoded", b"scope=%00&code=%00&name=%00"),
    "bytes that are no text": ("application/x-www-form-urlencoded", b"a=\xff\xfe%ff"),
    "no such encoding": ("application/x-www-form-urlencoded; charset=nonsense", b"a=1"),
    "half a multipart": ("multipart/form-data; boundary=b", b"--b\r\nContent-Disp"),
    "multipart without boundary": ("multipart/form-data", b"--b--"),
    "broken JSON": ("application/json", b'{"a":'),
    "a JSON list": ("application/json", b"[]"),
    "JSON null": ("application/json", b"null"),
    "a JSON number": ("application/json", b"1e999"),
    "deep JSON": ("application/json", b"[" * 100_000),
    "JSON of the wrong types": (
        "application/json",
        b'{"pageSize": "x", "pageToken": [], "albumId": {}, "filters": 1,'
        b' "pickingConfig": [], "sessionId": 1, "requestId": "\\u0000"}',
    ),
    "XML": ("application/xml", b"<a/>"),
}
ROOM = 600  # characters for each value of a query that has many: a head ends somewhere
Routes = dict[str, list[str]]
Parameters = list[tuple[str, str]]
Told = tuple[int, str, str]  # an answer: its status, where it leads, what it says
CHANGES = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')  # each time, by itself
PROJECTS = ("printshop", "authserver", "photos_api")
CAST = [
    ("printshop", "nobody"),
    ("printshop", "bob"),
    ("authserver", "nobody"),
    ("authserver", "bob"),
    ("authserver", "a program"),
    ("photos_api", "nobody"),
    ("photos_api", "bob"),
    ("photos_api", "a program"),
]
FOR_PROGRAMS = re.compile(
    r"library|picker|bytes|\.well-known|oauth/(token|revoke|introspect|userinfo|jwks)"
)
VARIABLE = re.compile(r"<[^>]+>|\(\?P<[^)]*\)")
# The admin of Django: one or two of its pages stand for all.
DJANGOS_OWN = re.compile(r"(admin|office)/(?!login/$|printshop/order/)")
LAST = ("sign-out", "logout")  # after everything that wants somebody signed in
A_FEW = 12  # names or headers for each address
T = TypeVar("T")


@pytest.fixture(scope="module")
def routes(town: Town) -> Routes:
    """Every address of every project, as its urlconf writes it."""
    return {project: sorted(_routes(town, project), key=_late) for project in PROJECTS}


def _routes(town: Town, project: str) -> Iterator[str]:
    printed = town.manage(project, "shell", "-v", "0", "-c", LIST)
    for route in json.loads(printed.partition("ROUTES ")[2]):
        if not DJANGOS_OWN.match(route):
            yield route


def _late(route: str) -> bool:
    return any(word in route for word in LAST)


class Sweeper(Visitor):
    """Sends what it is told to, and remembers the answers that were wrong."""

    def __init__(self, town: Town, project: str, who: str) -> None:
        sites = {"printshop": town.shop, "authserver": town.issuer}
        super().__init__(sites.get(project, town.photos))
        # A server that did not read a body to its end closes the connection after it.
        self.http.headers["Connection"] = "close"
        self.project, self.who = project, who
        self.asked = 0
        self.wrong: list[str] = []

    def send(self, method: str, address: str, what: str, **options: object) -> Told:
        """Ask, with the CSRF token that this visitor has, and judge the answer."""
        cookies = {cookie.name: cookie.value or "" for cookie in self.http.cookies}
        headers = {"X-CSRFToken": cookies.get(f"{self.project}_csrf", "")}
        headers |= dict(options.pop("headers", {}))  # type: ignore[call-overload]  # ours
        case = f"{method} {address} {what}"[:300]
        self.asked += 1
        try:
            answer = self.request(method, address, headers=headers, **options)
        except requests.ConnectionError as error:
            self.wrong.append(f"no answer: {case} {error}")
            return 0, "", ""
        told = {"Allow", "WWW-Authenticate"} & answer.headers.keys()
        silent = method != "HEAD" and not answer.content and not told
        if answer.status_code >= 500 or (answer.status_code >= 400 and silent):
            self.wrong.append(f"{answer.status_code} {case}")
        where = answer.headers.get("Location", "")
        return answer.status_code, where, CHANGES.sub("", answer.text)

    def send_parameters(self, method: str, address: str, given: Parameters) -> Told:
        """In the query or in a form; a query has room for less."""
        what = repr(given[:1])
        if method == "POST":
            return self.send(method, address, what, data=given)
        short = [(name, value[:ROOM]) for name, value in given]
        return self.send(method, address, what, params=short)

    def verdict(self) -> None:
        """Fail with everything that was wrong."""
        assert self.asked
        assert not self.wrong, "\n".join(self.wrong)


@pytest.fixture(scope="module")
def program(town: Town) -> Client:
    """A client with which programs are let in."""
    return Client.register(town, "Sweeping client")


@pytest.fixture(params=CAST, ids=" ".join)
def sweeper(request: pytest.FixtureRequest, town: Town, program: Client) -> Sweeper:
    """Somebody at one project: unknown, signed in, or a program with a token."""
    project, who = request.param
    sweeper = Sweeper(town, project, who)
    if who == "bob":
        sign_in(sweeper, town, "bob")
    elif who == "a program":
        token = program.tokens()["access_token"]
        sweeper.http.headers["Authorization"] = f"Bearer {token}"
    return sweeper


def sign_in(visitor: Visitor, town: Town, username: str) -> None:
    """Sign in at the authorization server, and through it at the visitor's site."""
    visitor.sign_in(visitor.get(f"{town.issuer}/sign-in/"), username, PASSWORD)
    page = visitor.follow(visitor.get("/sign-in/"))
    if page.request.method == "GET" and 'name="decision"' in page.text:
        allow: dict[str, str | list[str]] = {"decision": "allow"}
        page = visitor.follow(visitor.submit(page, allow, having="decision"))
    assert page.url.startswith(visitor.site), page.url


def addresses(sweeper: Sweeper, routes: Routes, part: str = "1") -> Iterator[str]:
    """What this visitor would ask for, with this as the variable parts of the path."""
    for route in routes[sweeper.project]:
        for_programs = bool(FOR_PROGRAMS.match(route))
        if sweeper.who == "nobody" or for_programs == (sweeper.who == "a program"):
            yield "/" + VARIABLE.sub(lambda _: part, route)


def test_wrong_paths(sweeper: Sweeper, routes: Routes) -> None:
    for part in PARTS:
        for address in addresses(sweeper, routes, part):
            sweeper.send("GET", address, "")
    sweeper.verdict()


def test_wrong_methods(sweeper: Sweeper, routes: Routes) -> None:
    for address in addresses(sweeper, routes):
        for method in METHODS:
            sweeper.send(method, address, "")
    sweeper.verdict()


def test_wrong_parameters(sweeper: Sweeper, routes: Routes) -> None:
    for address in addresses(sweeper, routes):
        forms = forms_of(sweeper.get(address).text)
        own = {name for form in forms for name in form.names}
        names = {*NAMES, *own}
        together = [[(name, value) for name in names] for value in VALUES]
        together.append([(name, value) for name in names for value in ("1", "2")])
        for method in ("GET", "POST"):
            told = [sweeper.send_parameters(method, address, p) for p in together]
            if sweeper.who != "nobody" and may_have_read(method, told):
                few = some(sorted(names), f"{sweeper.who} {address}")
                for name in {*own, *few}:
                    sweeper.send_parameters(method, address, [(name, "\0")])
    sweeper.verdict()


def some(of: list[T], where: str) -> list[T]:
    """All; where CI=true a few, others at each address, and the same each time."""
    if os.environ.get("CI") != "true":
        return of
    return random.Random(where).sample(of, A_FEW)  # noqa: S311  # no secret


def may_have_read(method: str, told: list[Told]) -> bool:
    """Not where nothing is, or nothing for this method: no parameter changes that.

    Nor where a page is the same whatever all of them say.
    """
    if all(status in (404, 405) for status, _, _ in told):
        return False
    return method == "POST" or len(set(told)) > 1


def test_wrong_bodies(sweeper: Sweeper, routes: Routes) -> None:
    for address in addresses(sweeper, routes):
        for name, (kind, body) in BODIES.items():
            headers = {"Content-Type": kind}
            sweeper.send("POST", address, name, data=body, headers=headers)
            if len(body) < 1000:  # the same in chunks, with no length told
                chunks = iter([body or b"x"])
                sweeper.send("POST", address, name, data=chunks, headers=headers)
    sweeper.verdict()


def test_wrong_headers(sweeper: Sweeper, routes: Routes) -> None:
    project = sweeper.project
    strange = {
        "Authorization": (
            "Bearer",
            "Bearer a b",
            "Basic",
            "Basic =",
            "Basic /w==",
            "x",
        ),
        "Cookie": (
            "=",
            "a=\xff",
            f"{project}_session=x",
            f"{project}_csrf=" + "x" * 64,
        ),
        "Accept": ("x", "application/json", "*/*;q=x"),
        "Accept-Language": ("x" * 4000, "de;q=x"),
        "Referer": ("x", "http://[", "javascript:x"),
        "Origin": ("null", "http://[", "http://evil.example"),
        "Range": ("bytes=5-1", "bytes=x", "bytes=0-0,1-1"),
        "If-None-Match": ("x", "W/", '"' * 9),
        "If-Modified-Since": ("x", "Thu, 99 Jan 9999 00:00:00 GMT"),
        "X-HTTP-Method-Override": ("GET", "x"),
        "Host": ("evil.example", "localhost:x", "a b"),
    }
    headers = [(name, value) for name, values in strange.items() for value in values]
    for address in addresses(sweeper, routes):
        for name, value in some(headers, f"{sweeper.who} {address}"):
            header = {name: value.encode("latin-1")}
            sweeper.send("GET", address, repr(header), headers=header)
            sweeper.send("POST", address, repr(header), headers=header)
    sweeper.verdict()
