"""The page that the browser app starts from: its policy, and what it is told."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from provider import Provider
from pytest_django import Settings
from visitors import Browser

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "static" / "printshop_kiosk"
MODULES = sorted(APP.glob("*.js"))
SINKS = r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function)\b"
SCREENS = ("welcome", "choose", "review", "make", "send", "parcel", "placed")


@pytest.fixture
def html(client: Client, provider: Provider) -> str:
    """The page as anybody gets it."""
    return client.get("/kiosk/").content.decode()


@pytest.mark.rule("B-05")
def test_its_policy_lets_it_speak_to_three_and_be_nobodys_script(
    client: Client, provider: Provider, settings: Settings
) -> None:
    settings.PHOTOS_URL = "https://photos.example/of/everybody"
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in client.get("/kiosk/")["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "connect-src": f"'self' {provider.url} https://photos.example",
        "form-action": "'self' http://localhost:8001",  # as the process started
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


@pytest.mark.rule("B-05")
def test_what_is_in_its_address_goes_nowhere_and_is_not_kept(
    client: Client, provider: Provider
) -> None:
    answer = client.get("/kiosk/?code=c&state=s&iss=i")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "code=c" not in answer.content.decode()


def test_it_knows_nobody(alice: Browser, provider: Provider) -> None:
    # The main shop's cookie is there, and means nothing here.
    answer = alice.get("/kiosk/")
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies
    assert answer.content == Client().get("/kiosk/").content


@pytest.mark.spec("RFC 6749 §2.1")
def test_it_is_told_no_secret(
    html: str, provider: Provider, settings: Settings
) -> None:
    [written] = re.findall(
        r'<script id="page" type="application/json">(.*?)</script>', html, re.DOTALL
    )
    told = json.loads(written)
    assert told["issuer"] == provider.url
    assert told["clientId"] == "printshop-kiosk"
    assert told["redirectUri"] == "http://testserver/kiosk/"
    assert told["scope"].split() == [
        *("openid", "profile", "email"),
        *("photospicker.mediaitems.readonly", "printshop.orders"),
    ]
    assert told["photos"]["url"] == settings.PHOTOS_URL
    assert told["shop"]["url"] == settings.URL
    for secret in (settings.CLIENT_SECRET, settings.SECRET_KEY):
        assert secret not in html


def test_its_only_script_is_a_file(html: str) -> None:
    tags = re.findall(r"<script\b[^>]*>", html)
    assert [tag for tag in tags if "src=" not in tag and "json" not in tag] == []
    assert re.findall(r'src="([^"]+\.js)"', html) == ["/static/printshop_kiosk/app.js"]
    assert not re.search(r'\s(on\w+|style)="', html)


def test_who_has_no_script_is_told_where_to_go(html: str) -> None:
    [told] = re.findall(r"<noscript>(.*?)</noscript>", html, re.DOTALL)
    assert "JavaScript" in told
    assert 'href="/"' in told


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_is_short_and_writes_no_markup(module: Path) -> None:
    text = module.read_text()
    assert text.startswith("// ")
    assert len(text.splitlines()) <= 120
    assert not re.search(SINKS, text)
    assert "localStorage" not in text
    assert "document.cookie" not in text
    for name in re.findall(r'from "\./(\w+\.js)"', text):
        assert (APP / name).exists()


def test_the_modules_find_what_they_look_for(html: str) -> None:
    texts = "\n".join(module.read_text() for module in MODULES)
    parts = set(re.findall(r'\bpart\("([\w-]+)"', texts))
    assert len(parts) > 30
    assert parts <= set(re.findall(r'data-part="([\w-]+)"', html))
    wanted = set(re.findall(r'getElementById\("([\w-]+)"\)', texts))
    wanted |= set(re.findall(r'copy\("([\w-]+)"\)', texts))
    wanted |= {f"t-{screen}" for screen in SCREENS}
    assert wanted <= set(re.findall(r'\bid="([\w-]+)"', html))
    assert set(re.findall(r'\bshow\("([\w-]+)"', texts)) == set(SCREENS)
