"""The code that developers are given works as it stands there."""

import base64
import hashlib
import html
import io
import json
import re
import threading
import urllib.request
import webbrowser
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
import responses
from django.contrib.sessions.backends.cache import SessionStore
from django.test import RequestFactory
from playwright.sync_api import Page, Route, sync_playwright

from tests.authserver.pages.cast import Browser
from tests.authserver.pages.test_pages_client_types import albums, register
from tests.story.chromium import launch

ISSUER = "http://localhost:8001"
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/oauth/authorize",
    "token_endpoint": f"{ISSUER}/oauth/token",
}
DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"
PENDING, SLOW = {"error": "authorization_pending"}, {"error": "slow_down"}
CODES = {
    "device_code": "d3v1ce",
    "user_code": "BCDF-GHJK",
    "verification_uri": f"{ISSUER}/device/",
    "interval": 5,
}


def example(browser: Browser, kind: str) -> str:
    """The first piece of code on the page of a new client."""
    page = register(browser, kind).content.decode()
    found = re.search(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def single(query: str) -> dict[str, str]:
    """Parameters, of which each comes once."""
    return {name: value for name, [value] in parse_qs(query).items()}


class Server:
    """Answers ``urlopen`` as told, and remembers what it was sent."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = [*answers]
        self.sent: list[dict[str, str]] = []

    def __call__(self, url: str, body: bytes | None = None) -> io.BytesIO:
        if url == DISCOVERY:
            return io.BytesIO(json.dumps(METADATA).encode())
        self.sent.append(single((body or b"").decode()))
        answer = self.answers.pop(0)
        told = io.BytesIO(json.dumps(answer).encode())
        if "error" in answer:
            raise HTTPError(url, 400, "Bad Request", {}, told)  # type: ignore[arg-type]
        return told


@responses.activate
@pytest.mark.spec("RFC 7636 §4.3")
def test_a_web_server_signs_in(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_SECRET", "shown once")
    responses.get(DISCOVERY, json=METADATA)
    views: dict[str, Any] = {}
    exec(example(browser, "web"), views)  # noqa: S102
    request = RequestFactory().get("/sign-in/")
    request.session = SessionStore()
    answer = views["sign_in"](request)
    assert answer["Location"].startswith(METADATA["authorization_endpoint"])
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked["client_id"] == [albums().client_id]
    assert asked["redirect_uri"] == ["https://albums.example/cb"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


@pytest.mark.spec("RFC 8252 §7.3")
@pytest.mark.parametrize("changes", [{}, {"state": "guessed"}, {"iss": "https://m/"}])
def test_a_program_on_a_computer_signs_in(
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, str],
) -> None:
    server, asked = Server({"scope": "openid email"}), dict[str, str]()
    monkeypatch.setattr(urllib.request, "urlopen", server)
    monkeypatch.setattr(webbrowser, "open", lambda url: come_back(url, asked, changes))
    code = example(browser, "native")
    if changes:
        with pytest.raises(AssertionError):
            exec(code, {})  # noqa: S102
        assert not server.sent
        return
    exec(code, {})  # noqa: S102
    [form] = server.sent
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/cb", form["redirect_uri"])
    assert form["redirect_uri"] == asked["redirect_uri"]
    assert challenge(form["code_verifier"]) == asked["code_challenge"]
    assert form["code"] == "c0de"
    assert form["client_id"] == albums().client_id
    assert "signed in, for openid email" in capsys.readouterr().out


def come_back(url: str, asked: dict[str, str], changes: dict[str, str]) -> None:
    """A browser: it opens the server's page, and returns with an answer."""
    asked |= single(urlsplit(url).query)
    answer = {"code": "c0de", "state": asked["state"], "iss": ISSUER} | changes
    address = f"{asked['redirect_uri']}?{urlencode(answer)}"
    threading.Thread(target=requests.get, args=(address,)).start()


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize(
    ("end", "said"),
    [
        ({"scope": "openid"}, "signed in, for openid"),
        ({"error": "access_denied"}, "access_denied"),
        ({"error": "expired_token"}, "expired_token"),
    ],
)
def test_a_device_asks_until_somebody_has_decided(
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    end: dict[str, str],
    said: str,
) -> None:
    server, naps = Server(CODES, PENDING, SLOW, PENDING, end), list[int]()
    monkeypatch.setattr(urllib.request, "urlopen", server)
    monkeypatch.setattr("time.sleep", naps.append)
    exec(example(browser, "device"), {})  # noqa: S102
    assert naps == [5, 5, 10, 10]
    assert server.sent[-1]["device_code"] == "d3v1ce"
    assert server.sent[-1]["client_id"] == albums().client_id
    told = capsys.readouterr().out
    assert "BCDF-GHJK" in told
    assert told.endswith(f"{said}\n")


@pytest.fixture
def page_code(browser: Browser) -> str:
    """Before the browser starts, whose loop lets nobody at the database."""
    return example(browser, "browser")


@pytest.fixture
def page(page_code: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium.new_page()
        chromium.close()


@pytest.mark.spec("RFC 7636 §4.5")
@pytest.mark.parametrize("changes", [{}, {"state": "guessed"}, {"iss": "https://m/"}])
def test_a_page_signs_in(page_code: str, page: Page, changes: dict[str, str]) -> None:
    asked, sent, errors = dict[str, str](), list[dict[str, str]](), list[str]()

    def answer(route: Route) -> None:
        url, headers = route.request.url, {"Access-Control-Allow-Origin": "*"}
        if url.startswith("https://albums.example/cb"):
            route.fulfill(content_type="text/html", body=page_code)
        elif url == DISCOVERY:
            route.fulfill(json=METADATA, headers=headers)
        elif url.startswith(METADATA["authorization_endpoint"]):
            asked.update(single(urlsplit(url).query))
            told = {"code": "c0de", "state": asked["state"], "iss": ISSUER} | changes
            back = f"https://albums.example/cb?{urlencode(told)}"
            # Where a redirect leads to, a route does not see.
            onward = f'<meta http-equiv="refresh" content="0;url={html.escape(back)}">'
            route.fulfill(content_type="text/html", body=onward)
        else:
            sent.append(single(route.request.post_data or ""))
            token = id_token(sub="alice", nonce=asked["nonce"])
            route.fulfill(json={"id_token": token}, headers=headers)

    page.route("**/*", answer)
    page.on("pageerror", lambda error: errors.append(error.message))
    page.goto("https://albums.example/cb")
    page.get_by_role("button").click()
    page.wait_for_url("**/cb")
    page.wait_for_function("!sessionStorage.length")
    if changes:
        page.wait_for_timeout(300)
        assert len(errors) == 1
        assert not sent
        return
    page.get_by_text("alice").wait_for()
    [form] = sent
    assert challenge(form["code_verifier"]) == asked["code_challenge"]
    assert form["code"] == "c0de"
    assert not errors


def id_token(**claims: str) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode())
    return f"e30.{payload.rstrip(b'=').decode()}.c2ln"
