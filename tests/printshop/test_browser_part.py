"""What a browser holds of the shop, and what other sites can make it do."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from provider import PhotoService, Provider, Reply
from test_settings import GOOD
from visitors import Browser, begin, finish, work

from printshop.connection import access_token
from printshop.models import Connection, Original

ROOT = Path(__file__).resolve().parents[2]
OTHERS_POST = {"backchannel-logout/", "sign-in/initiate/"}
VALUES = {
    "uuid": "5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60",
    "slug": "PS-1",
    "path": "1",
    "int": "1",
}


def views(patterns: list[Any], before: str = "") -> list[tuple[str, Any]]:
    """Every address of the shop with its view; not those that want a token."""
    found: list[tuple[str, Any]] = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if route.startswith("v1/"):
            continue
        if isinstance(pattern, URLResolver):
            found += views(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            found.append((route, pattern.callback))
    return found


VIEWS = dict(views(get_resolver().url_patterns))


@pytest.mark.rule("B-02")
@pytest.mark.spec("RFC 10017 §6.1.3.2")
def test_the_cookies_are_for_this_site_alone(alice: Browser) -> None:
    alice.get("/connection/")  # it has a form
    for name in ("printshop_session", "printshop_csrf"):
        cookie = alice.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.rule("B-02")
def test_with_https_the_cookies_are_bound_to_it() -> None:
    ask = (
        "from django.conf import settings as s; import json; print(json.dumps(["
        "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        "s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {ask}"],
        cwd=ROOT,
        env=GOOD | {"DJANGO_SETTINGS_MODULE": "printshop.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    session, csrf, *rest = json.loads(done.stdout)
    assert session.startswith("__Host-")
    assert csrf.startswith("__Host-")
    assert rest == [True, True, None, None]


@pytest.mark.rule("B-03")
@pytest.mark.spec("RFC 10017 §6.1.3.3")
@pytest.mark.parametrize("route", sorted(VIEWS.keys() - OTHERS_POST))
def test_every_page_wants_a_token_with_a_form(db: None, route: str) -> None:
    path = re.sub(r"<(\w+):\w+>", lambda kind: VALUES[kind[1]], route)
    strict = Browser(enforce_csrf_checks=True)
    assert strict.post(f"/{path}").status_code == 403


@pytest.mark.rule("B-03")
def test_what_others_post_is_known_and_there() -> None:
    assert VIEWS.keys() >= OTHERS_POST


@pytest.mark.rule("B-06")
def test_no_script_listens_to_other_windows() -> None:
    """But for one channel, which reaches this origin only: the played phone's."""
    scripts = [*(ROOT / "static").glob("printshop*.js")]
    scripts += (ROOT / "static").glob("printshop_*/**/*.js")
    heard = {
        (script.parent.name, script.name, line.strip())
        for script in scripts
        for line in script.read_text().splitlines()
        if re.search(r"postMessage|onmessage|[\"'`]message", line)
    }
    assert heard == {
        ("printshop_phone", "open.js", "channel.postMessage(answer);"),
        (
            *("printshop_phone", "system.js"),
            'channel.addEventListener("message", (event) => {',
        ),
    }
    for name in ("open.js", "system.js"):
        script = ROOT / "static/printshop_phone" / name
        assert "const channel = new BroadcastChannel(" in script.read_text()


@pytest.mark.rule("B-04")
@pytest.mark.rule("CL-16")
def test_a_photo_on_another_server_gets_no_token(
    alice: Browser, photos: PhotoService, provider: Provider
) -> None:
    alice.connect()
    [sea, *_] = photos.picks
    elsewhere = photos.item(sea)
    elsewhere["mediaFile"]["baseUrl"] = f"{provider.url}/media/{sea.id}"
    photos.replies["/picker/v1/mediaItems"] = Reply({"mediaItems": [elsewhere]})
    before = len(provider.requests)
    finish(alice, photos, begin(alice))
    work()
    assert len(provider.requests) == before
    assert not Original.objects.here().exists()


@pytest.mark.rule("CL-02")
@pytest.mark.rule("CL-15")
@pytest.mark.rule("CL-16")
def test_what_is_secret_stands_in_no_log_and_no_address(
    browser: Browser,
    provider: Provider,
    photos: PhotoService,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    pages = [browser.sign_in(), browser.connect()]
    Connection.objects.update(access_token_expires_at="2020-01-01T00:00Z")
    access_token(Connection.objects.get())
    held = Connection.objects.get()
    sent = [request.form for request in provider.asked("/token")]
    secrets = [held.access_token, held.refresh_token, provider.client[1]]
    secrets += [form["code"] for form in sent if "code" in form]
    secrets += [form["code_verifier"] for form in sent if "code_verifier" in form]
    logged = caplog.text + str([page["Location"] for page in pages])
    assert [page["Location"] for page in pages] == ["/", "/choose/"]
    assert not [secret for secret in secrets if secret in logged]
    addresses = str([(r.path, r.query) for r in provider.requests + photos.requests])
    assert held.access_token not in addresses
    assert held.refresh_token not in addresses
