"""A provider in trouble, or one that lies: a clean page, and no session."""

import gzip
import json
import time
from typing import Any

import pytest
from provider import Provider, Reply
from pytest_django import Settings
from visitors import Browser

BOMB = gzip.compress(b"[" * 50_000_000)
HTML = Reply("<h1>Oops</h1>", content_type="text/html")


@pytest.mark.rule("CL-20")
@pytest.mark.spec("OIDC Core §3.1.2.6")
@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"]
)
@pytest.mark.parametrize(
    "reply",
    [
        Reply({"error": "server_error"}, 500),
        HTML,
        Reply("[1, 2]"),
        Reply("[" * 200_000),
        Reply("{}"),
        Reply("x" * 50_000_000),
        Reply(status=302, headers={"Location": "https://evil.example/"}),
        Reply('{"a": 1}' + " " * 400, drip=0.01),
        Reply(b"\x1f\x8brubbish", headers={"Content-Encoding": "gzip"}),
        Reply(BOMB, headers={"Content-Encoding": "gzip"}),
        Reply(b"\xff\xfe\x00"),
    ],
    ids=[
        "500",
        "html",
        "list",
        "deep",
        "empty",
        "huge",
        "redirect",
        "drip",
        "no gzip",
        "bomb",
        "bytes",
    ],
)
def test_a_provider_in_trouble_is_a_clean_page(
    browser: Browser,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    reply: Reply,
) -> None:
    monkeypatch.setattr("printshop.wire.JSON_SECONDS", 1)
    provider.replies[path] = reply
    page = browser.get("/sign-in/")
    if page.status_code == 302:
        page = browser.get(browser.follow(page["Location"]))
    assert 400 <= page.status_code < 500
    assert "<h1>" in page.content.decode()
    assert not browser.is_signed_in


@pytest.mark.rule("CL-20")
def test_a_provider_that_is_gone_is_a_clean_page(
    browser: Browser, provider: Provider
) -> None:
    provider.stop()
    page = browser.get("/sign-in/")
    assert page.status_code == 424
    assert "does not answer" in page.content.decode()


@pytest.mark.rule("CL-20")
@pytest.mark.spec("RFC 6749 §5.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": None},
        {"access_token": 7},
        {"access_token": "a\nb"},
        {"access_token": "x" * 20_000},
        {"token_type": "DPoP"},
        {"token_type": None},
        {"expires_in": "soon"},
        {"expires_in": -1},
        {"expires_in": 10**12},
        {"id_token": 7},
    ],
)
def test_a_strange_token_response_signs_nobody_in(
    browser: Browser, provider: Provider, changes: dict[str, Any]
) -> None:
    provider.token_changes = changes
    assert 400 <= browser.sign_in().status_code < 500
    assert not browser.is_signed_in


@pytest.mark.rule("CL-05")
@pytest.mark.spec("OIDC Discovery §4.3")
@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": 7},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_false_discovery_document_is_refused(
    browser: Browser, provider: Provider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    assert browser.get("/sign-in/").status_code == 424


@pytest.mark.rule("CL-05")
def test_outside_demo_mode_endpoints_are_https(
    browser: Browser, provider: Provider, settings: Settings
) -> None:
    settings.DEMO = False
    assert browser.get("/sign-in/").status_code == 424


def test_the_provider_is_asked_once_for_what_does_not_change(
    browser: Browser, provider: Provider
) -> None:
    for _ in range(3):
        Browser().sign_in()
    assert len(provider.asked("/.well-known/openid-configuration")) == 1
    assert len(provider.asked("/jwks")) == 1


DISCOVERY = "/.well-known/openid-configuration"


@pytest.mark.rule("CL-16")
@pytest.mark.rule("CL-20")
def test_the_wire_follows_no_redirect(browser: Browser, provider: Provider) -> None:
    provider.replies["/moved"] = Reply(provider.document())
    moved = {"Location": f"{provider.url}/moved"}
    provider.replies[DISCOVERY] = Reply(status=302, headers=moved)
    assert browser.get("/sign-in/").status_code == 424
    assert not provider.asked("/moved")


def test_the_wire_keeps_no_cookie(browser: Browser, provider: Provider) -> None:
    cookie = {"Set-Cookie": "session=stolen"}
    provider.replies["/jwks"] = Reply({"keys": provider.keys}, headers=cookie)
    browser.sign_in()
    assert not any("Cookie" in request.headers for request in provider.requests)


@pytest.mark.rule("CL-20")
def test_the_wire_reads_only_so_much(browser: Browser, provider: Provider) -> None:
    document = json.dumps(provider.document())
    provider.replies[DISCOVERY] = Reply(document + " " * 600_000)
    assert browser.get("/sign-in/").status_code == 424
    provider.replies[DISCOVERY] = Reply(document + " " * 400_000)
    assert browser.get("/sign-in/").status_code == 302


@pytest.mark.rule("CL-20")
def test_the_wire_waits_only_so_long(
    browser: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("printshop.wire.JSON_SECONDS", 1)
    document = json.dumps(provider.document())
    provider.replies[DISCOVERY] = Reply(document, drip=3 / len(document))
    began = time.monotonic()
    assert browser.get("/sign-in/").status_code == 424
    assert time.monotonic() - began < 2.5
