"""Five clients side by side, and the code beside them: what it shows, and no more."""

import html
import importlib
import inspect
import re
from functools import reduce
from itertools import pairwise
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import Settings
from visitors import Browser

from printshop import source
from printshop.doors import DOORS, GROUPS
from printshop.doors.facts import fact
from printshop.pages import clients
from printshop.source import Code
from tests.story import rules

PAGES = ("/clients/", "/clients/cookies-or-tokens/")
REFERENCES = sorted(
    {code for fact in clients.facts() for code in fact.code},
    key=lambda code: (code.file, code.name),
)
SHOWN = [code for code in REFERENCES if code.is_shown]
CLIENT_IDS = ("", "-kiosk", "-desktop", "-mobile", "-device")


def text(page: str) -> str:
    """What a person reads of it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def links(page: str) -> set[str]:
    """Where it leads, within this shop."""
    return set(re.findall(r'href="(/[^"]*)"', page))


def opened(browser: Browser, path: str) -> str:
    """A page that is there."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_five_doors_are_compared_and_can_be_tried(browser: Browser) -> None:
    page = opened(browser, "/clients/")
    for suffix, door in zip(CLIENT_IDS, DOORS, strict=True):
        assert f'scope="col">{door.name}</th>' in page
        assert f"<code>printshop{suffix}</code>, type" in page
        place = f'href="{reverse(door.page)}"' if door.page else door.command
        assert place in page
    rows = re.findall(r'<tr role="row">\s*<th role="rowheader"(.*?)</tr>', page, re.S)
    assert len(rows) == sum(len(group.rows) for group in GROUPS)
    assert {row.count('<td role="cell"') for row in rows} == {5}


def test_both_ways_of_the_browser_answer_every_question(browser: Browser) -> None:
    page = opened(browser, "/clients/cookies-or-tokens/")
    assert page.count('<svg class="parties"') == 2
    for question in ("XSS", "CSRF", "Reload", "Several tabs", "Signing out"):
        assert question in text(page)
    assert {len(row["cells"]) for row in clients.questions()} == {2}


@pytest.mark.parametrize(
    ("setting", "value", "closed"),
    [
        ("KIOSK_CLIENT_ID", "", "browser"),
        ("OWN_CLIENTS", ["printshop-mobile"], "desktop"),
        ("OWN_CLIENTS", ["printshop-desktop"], "phone"),
        ("DEMO", False, "phone"),
        ("STATION_CLIENT_ID", "", "station"),
    ],
)
def test_a_closed_door_is_not_there_and_nothing_leads_to_it(
    browser: Browser, settings: Settings, setting: str, value: object, closed: str
) -> None:
    setattr(settings, setting, value)
    pages = [opened(browser, path) for path in PAGES]
    for door in DOORS[1:]:
        place = f'href="{reverse(door.page)}"' if door.page else door.command
        assert (place in pages[0]) == (door.key != closed)
        if door.page:
            there = browser.get(reverse(door.page)).status_code
            assert there == (404 if door.key == closed else 200)
    assert ('href="/kiosk/"' in pages[1]) == (closed != "browser")


def test_the_desktop_program_is_told_where_this_shop_is(
    browser: Browser, settings: Settings
) -> None:
    command = "manage.py printshop desktop sign-in"
    assert f"{command}</code>" not in opened(browser, "/clients/")
    where = f" --shop {settings.URL} --photos {settings.PHOTOS_URL}</code>"
    assert command + where in opened(browser, "/clients/")
    settings.URL, settings.PHOTOS_URL = "http://localhost:8000", "http://localhost:8002"
    assert f"{command}</code>" in opened(browser, "/clients/")


def test_a_name_that_is_gone_loses_its_link_and_no_page_is_lost(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = ("sealing.py:seal", "sealing.py:gone", "office.py:gone", "gone.py:x")
    told = fact("Told.", *(f"printshop/{one}" for one in references))
    monkeypatch.setattr(clients, "facts", lambda: [told])
    monkeypatch.setattr(clients, "ALIKE", [told])
    for name in ("shown", "comparison"):  # what was put together before
        monkeypatch.setattr(clients, name, getattr(clients, name).__wrapped__)
    page = opened(browser, "/clients/")
    assert "/clients/code/printshop/sealing.py#L" in page
    assert page.count('<code class="soft">gone</code>') == 2
    assert "def seal(" in text(opened(browser, "/clients/code/printshop/sealing.py"))
    assert browser.get("/clients/code/printshop/office.py").status_code == 404


@pytest.mark.parametrize("path", ["/", "/developers/"])
def test_who_looks_for_it_finds_it(browser: Browser, path: str) -> None:
    assert "/clients/" in links(opened(browser, path))


def test_every_link_leads_somewhere(browser: Browser) -> None:
    followed = {link for path in PAGES for link in links(opened(browser, path))}
    assert len({link for link in followed if link.startswith("/clients/code/")}) > 20
    for link in followed - {"/sign-in/", "/choose/"}:  # away, and for customers
        path, _, fragment = link.partition("#")
        page = opened(browser, path) if not path.startswith("/static/") else ""
        assert not (fragment and page) or f'id="{fragment}"' in page, link


@pytest.mark.parametrize(
    "code", REFERENCES, ids=lambda code: f"{code.file}:{code.name}"
)
def test_every_reference_names_what_there_is(code: Code) -> None:
    assert code.name in rules.names_in(code.file)


@pytest.mark.parametrize(
    "code",
    [code for code in SHOWN if code.file.endswith(".py")],
    ids=lambda code: f"{code.file}:{code.name}",
)
def test_the_lines_that_are_marked_are_those_of_the_name(code: Code) -> None:
    module: Any = importlib.import_module(
        code.file.removesuffix(".py").replace("/", ".")
    )
    named = reduce(getattr, code.name.split("."), module)
    marked = source.part(code)
    if not callable(named):  # a constant knows no lines
        return
    lines, first = inspect.getsourcelines(inspect.unwrap(named))
    assert (marked.first, marked.last) == (first, first + len(lines) - 1)


@pytest.mark.parametrize(
    ("reference", "begins", "ends", "has_not"),
    [
        (
            "printshop_kiosk/pkce.js:codeVerifier",
            "// The secret: 32 random bytes",
            "}",
            "codeChallenge",
        ),
        (
            "printshop_kiosk/tokens.js:keeper.renew",
            "  // A fresh access token for one resource server.",
            "  }",
            "giveBack",
        ),
        (
            "printshop_phone/session.js:held",
            "const held = new Map();",
            "until when it is good",
            "server",
        ),
        ("printshop_phone/system.js:ways", "export const ways = {", "};", "registered"),
    ],
)
def test_marked_lines_of_a_module_begin_with_their_comment(
    reference: str, begins: str, ends: str, has_not: str
) -> None:
    code = Code.named(f"static/{reference}")
    marked = source.part(code)
    module = (source.ROOT / code.file).read_text().splitlines()
    shown = "\n".join(module[marked.first - 1 : marked.last])
    assert shown.startswith(begins)
    assert shown.endswith(ends)
    assert has_not not in shown


@pytest.mark.parametrize("file", sorted(clients.shown()))
def test_a_file_is_shown_as_it_is(browser: Browser, file: str) -> None:
    page = opened(browser, f"/clients/code/{file}")
    code = re.search(r"<pre [^>]*><code>(.*)</code></pre>", page, re.S)
    assert code
    shown = html.unescape(re.sub(r"<[^>]+>", "", code[1]))
    assert shown == (source.ROOT / file).read_text()
    assert "style=" not in page
    assert "<script" not in page


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".env",
        "../.env",
        "%2e%2e/.env",
        "..%2f.env",
        "../../../../../../../etc/passwd",
        "/etc/passwd",
        "//etc/passwd",
        "printshop",
        "printshop/",
        "printshop/settings.py",
        "printshop/doors/../settings.py",
        "printshop/connection.py/../settings.py",
        "printshop/./connection.py",
        "printshop//connection.py",
        "printshop/connection.py/",
        "printshop/connection.py%00",
        "Printshop/Connection.py",
        "printshop\\connection.py",
        "printshop/urls.py",
        "static/base.css",
        "static/printshop_kiosk/../base.css",
        "authserver/settings.py",
        "authserver/registration.py",
        "photos_api/settings.py",
        "demo/registrations.toml",
        "manage.py",
        "var/printshop.sqlite3",
        "é.py",
    ],
)
def test_nothing_else_is_shown(browser: Browser, path: str) -> None:
    answer = browser.get(f"/clients/code/{path}")
    assert answer.status_code == 404
    assert b"<pre" not in answer.content


def test_who_names_settings_or_another_party_shows_neither() -> None:
    for reference in (
        "printshop/settings.py:SECRET_KEY",
        "authserver/tokens.py:access_token",
        "printshop/../photos_api/settings.py:DEMO",
        "static/base.css:a",
        "/etc/passwd.py:root",
    ):
        assert not Code.named(reference).is_shown


def test_parts_that_are_marked_lie_within_one_another_or_apart() -> None:
    for file, names in clients.shown().items():
        parts = [source.part(Code(file, name)) for name in names]
        for outer, inner in pairwise(sorted(parts, key=lambda p: (p.first, -p.last))):
            assert inner.last <= outer.last or inner.first > outer.last


def test_every_cell_names_code() -> None:
    for door in DOORS:
        for group in GROUPS:
            for field, _ in group.rows:
                assert getattr(door, field).code, (door.name, field)


def test_a_sentence_is_a_sentence() -> None:
    for told in clients.facts():
        assert not re.search(r"\.(py|js):", told.text), told.text
        assert told.text.count("`") % 2 == 0


def test_a_name_that_is_gone_is_no_part() -> None:
    with pytest.raises(LookupError, match="no such_thing"):
        source.part(Code("printshop/connection.py", "such_thing"))
