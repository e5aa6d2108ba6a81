"""Sign-in that begins at the provider: it can begin one, and nothing else."""

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib.sessions.models import Session
from provider import Provider, query_of
from pytest_django import Settings
from visitors import Browser

from printshop.models import Attempt

INITIATE = "/sign-in/initiate/"


def initiate(browser: Browser, method: str, **sent: Any) -> Any:
    """What another site makes a browser do; a form of its own is sent on by us."""
    if method == "get":
        return browser.get(f"{INITIATE}?{urlencode(sent)}")
    answer = browser.post(INITIATE, sent)
    return browser.get(answer["Location"]) if answer.status_code == 303 else answer


@pytest.fixture(params=["get", "post"])
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.rule("CL-24")
@pytest.mark.spec("OIDC Core §4")
@pytest.mark.parametrize("target", ["/orders/", "http://testserver/orders/"])
def test_the_provider_begins_a_sign_in_and_names_the_page(
    browser: Browser, provider: Provider, method: str, target: str
) -> None:
    sent = {"iss": provider.url, "target_link_uri": target, "login_hint": "alice"}
    answer = initiate(browser, method, **sent)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{provider.url}/authorize?")
    assert query_of(answer["Location"])["login_hint"] == "alice"
    page = browser.get(browser.follow(answer["Location"]))
    assert page["Location"] == "/orders/"
    assert browser.is_signed_in


@pytest.mark.rule("CL-24")
@pytest.mark.spec("OIDC Core §4")
@pytest.mark.parametrize("iss", [None, "", "https://evil.example", "{url}/", "{url}#"])
def test_nobody_else_is_asked(
    alice: Browser, provider: Provider, method: str, iss: str | None
) -> None:
    before = len(provider.requests), Attempt.objects.count()
    sent = {} if iss is None else {"iss": iss.format(url=provider.url)}
    page = initiate(alice, method, **sent)
    assert page.status_code == 400
    assert "<h1>" in page.content.decode()
    assert alice.is_signed_in
    assert before == (len(provider.requests), Attempt.objects.count())


@pytest.mark.rule("CL-24")
@pytest.mark.rule("CL-14")
@pytest.mark.spec("RFC 9700 §4.11.1")
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "http://testserver.evil.example/",
        "http://testserver@evil.example/",
        "http://testserver//evil.example/",
        "http://testserver/\\evil.example/",
        "//evil.example/",
        "/\t/evil.example",
        "javascript:alert(1)",
        "http://testserver/" + "x" * 600,
        "a\x00b",
        "",
    ],
)
def test_it_leads_to_no_other_site(
    browser: Browser, provider: Provider, method: str, target: str
) -> None:
    answer = initiate(browser, method, iss=provider.url, target_link_uri=target)
    location = browser.get(browser.follow(answer["Location"]))["Location"]
    assert urlsplit(location).netloc == ""
    assert location == "/"


@pytest.mark.rule("CL-24")
def test_another_sites_form_ends_no_session(alice: Browser, provider: Provider) -> None:
    """Its browser sends no cookie along, and would take any that we set."""
    sessions = set(Session.objects.values_list("pk", flat=True))
    stranger = Browser(enforce_csrf_checks=True)
    answer = stranger.post(INITIATE, {"iss": provider.url})
    assert answer.status_code == 303
    assert not answer.cookies
    assert set(Session.objects.values_list("pk", flat=True)) == sessions
    assert urlsplit(answer["Location"]).netloc == ""
    assert alice.get(answer["Location"]).status_code == 302
    assert alice.is_signed_in


@pytest.mark.spec("RFC 6749 §3.1")
@pytest.mark.parametrize("name", ["iss", "target_link_uri", "login_hint"])
def test_a_repeated_parameter_is_refused(
    browser: Browser, provider: Provider, name: str
) -> None:
    sent = urlencode({"iss": provider.url, "target_link_uri": "/", "login_hint": "a"})
    answer = browser.get(f"{INITIATE}?{sent}&{name}=again")
    assert answer.status_code == 400
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("hint", ["x" * 256, "a\x00b", "a\nb", "ع\u202e"])
def test_a_strange_hint_is_not_passed_on(
    browser: Browser, provider: Provider, method: str, hint: str
) -> None:
    answer = initiate(browser, method, iss=provider.url, login_hint=hint)
    assert answer.status_code == 302
    assert "login_hint" not in query_of(answer["Location"])


@pytest.mark.parametrize("wrong", ["PUT", "DELETE", "PATCH"])
def test_other_methods_begin_nothing(
    browser: Browser, provider: Provider, settings: Settings, wrong: str
) -> None:
    query = urlencode({"iss": provider.url})
    assert browser.generic(wrong, f"{INITIATE}?{query}").status_code == 405
