"""The page for who writes apps: complete, and right in its examples."""

import json
import re
import shlex
from html import unescape
from typing import Any

import pytest
from django.test import Client
from photo_cast import App

from photos_api.description import examples
from photos_api.description.endpoints import Endpoint, endpoints
from photos_api.description.schemas import name_of, schemas
from photos_api.messages import reader
from photos_api.models import Person

PAGE = "/reference/"
# An upload may come with two verbs, of which one is shown.
ALL = [one for one in endpoints() if one.verb != "PUT"]


@pytest.fixture
def page(db: None) -> str:
    response = Client().get(PAGE)
    assert response.status_code == 200
    return str(response.content.decode())


def test_anybody_may_read_it_and_every_page_leads_to_it(db: None) -> None:
    assert 'href="/reference/"' in Client().get("/").content.decode()
    assert Client().get(PAGE).status_code == 200


def test_it_shows_every_method_with_its_address_and_scopes(page: str) -> None:
    for one in ALL:
        name = re.escape(f"{one.surface}.{one.method.id}")
        whole = rf'<article id="{name}".*?</article>'
        [article] = re.findall(whole, page, re.DOTALL)
        assert f"/{one.path}</code>" in article
        ended = "always refused" in article
        shown = [scope for scope in one.method.scopes if f">{scope}<" in article]
        assert shown == ([] if ended else [*one.method.scopes])
        for part in one.in_path:
            assert f"<code>{part}</code>" in article


def test_it_shows_every_message_and_links_lead_somewhere(page: str) -> None:
    ids = set(re.findall(r'id="([^"]+)"', page))
    for surface in ("library", "picker"):
        assert {f"{surface}.{name}" for name in schemas(surface)} <= ids
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    for address in re.findall(r'href="(/(?!static/)[^"#]*)"', page):
        assert Client().get(unescape(address)).status_code in {200, 302}, address


def test_it_has_no_script_and_nothing_from_elsewhere(page: str) -> None:
    assert "<script" not in page
    policy = Client().get(PAGE)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert not re.findall(r'(?:src|rel="stylesheet" href)="https?://', page)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.surface}.{one.method.id}")
def test_an_example_is_a_call_that_makes_sense(one: Endpoint) -> None:
    words = shlex.split(examples.request(one).replace("\\\n", " "))
    assert words[0] == "curl"
    if one.method.body is not None:
        sent = json.loads(words[words.index("-d") + 1])
        assert reader(one.method.body).run_validation(sent) is not None
    query = next(word for word in words if word.startswith("http")).partition("?")[2]
    given = dict(part.split("=") for part in query.split("&") if part)
    wanted = {k: [v] if k == "mediaItemIds" else v for k, v in given.items()}
    assert reader(one.method.query).run_validation(wanted) is not None
    if one.method.reply is not None:
        fits(one.surface, name_of(one.method.reply), json.loads(examples.reply(one)))


def fits(surface: str, name: str, told: dict[str, Any]) -> None:
    """Every field is one of the message, all the way down."""
    known = schemas(surface)[name].properties
    assert set(told) <= set(known)
    for field, value in told.items():
        inner = known[field].kind.items or known[field].kind
        if inner.message is not None:
            for one in value if isinstance(value, list) else [value]:
                fits(surface, name_of(inner.message), one)


def test_an_example_works_as_it_stands(shop: App, alice: Person) -> None:
    session = shop.post("/picker/v1/sessions", examples.body(_of("sessions.create")))
    wanted = examples.of("picker", "PickingSession")
    assert set(json.loads(session.content)) == set(wanted)


def _of(name: str) -> Endpoint:
    [found] = [one for one in ALL if one.method.id == name]
    return found
