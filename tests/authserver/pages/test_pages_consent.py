"""The consent page: what it says, and what it cannot be made to do."""

import re
from typing import Any

import pytest

from authserver.models import (
    Authorization,
    Client,
)
from tests.authserver.pages.cast import (
    LIBRARY,
    PICKER,
    Browser,
    answer,
    authorize,
)


def boxes(page: Any) -> dict[str, set[str]]:
    """The checkboxes of a page: name → those of checked, disabled it has."""
    inputs = re.findall(r'<input type="checkbox"[^>]*>', page.content.decode())
    found = {}
    for tag in inputs:
        value = re.search(r'value="([^"]*)"', tag)
        assert value
        found[value[1]] = {word for word in ("checked", "disabled") if word in tag}
    return found


@pytest.mark.rule("AS-41")
@pytest.mark.spec("OIDC Core §3.1.2.4")
def test_the_page_says_who_asks_whom_for_what_and_where_one_returns(
    browser: Browser,
) -> None:
    request_id = browser.ask(f"openid email {PICKER} {LIBRARY} offline_access")
    page = browser.get(f"/consent/{request_id}/").content.decode()
    for said in (
        "Print Shop asks for access</h1>",
        "Alice Ferrand",
        "alice@example.com",
        "See your e-mail address",
        "See the photos you pick for it",
        "See any photo you did not pick",
        "Change or delete your photos",
        "<strong>localhost:8000</strong>",
        "Connected apps",
        "Switch account",
        "Explain this screen",
    ):
        assert said in page, said


def test_required_is_ticked_and_locked_and_the_rest_is_open(browser: Browser) -> None:
    page = browser.get(f"/consent/{browser.ask('openid profile email')}/")
    assert boxes(page) == {
        "openid": {"checked", "disabled"},
        "profile": set(),
        "email": set(),
    }


@pytest.mark.parametrize("scope", [PICKER, "openid", f"openid {PICKER}"])
def test_without_a_choice_there_is_no_box(browser: Browser, scope: str) -> None:
    request_id = browser.ask(scope)
    assert boxes(browser.get(f"/consent/{request_id}/")) == {}
    assert "code" in answer(browser.decide(request_id))
    assert Authorization.objects.get().scopes == set(scope.split())


def test_what_was_allowed_before_is_ticked_and_marked(browser: Browser) -> None:
    browser.decide(browser.ask("openid profile email"), "allow", "profile")
    page = browser.get(f"/consent/{browser.ask('openid profile email')}/")
    assert boxes(page)["profile"] == {"checked"}
    assert boxes(page)["email"] == set()
    assert b"You allowed this before" in page.content


@pytest.mark.rule("AS-07")
@pytest.mark.spec("RFC 6749 §10.13")
def test_no_other_site_may_frame_it_and_forms_end_at_the_client_only(
    browser: Browser,
) -> None:
    page = browser.get(f"/consent/{browser.ask()}/")
    policy = dict(
        part.strip().split(" ", 1)
        for part in page["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self' http://localhost:8000",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert page["X-Frame-Options"] == "DENY"
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("decision", ["GET", "HEAD"])
def test_looking_decides_nothing(browser: Browser, decision: str) -> None:
    request_id = browser.ask()
    query = "?decision=allow&scope=openid&scope=email"
    assert (
        browser.generic(decision, f"/consent/{request_id}/{query}").status_code == 200
    )
    assert not Authorization.objects.exists()


@pytest.mark.rule("X-02")
def test_what_a_client_calls_itself_is_text(browser: Browser, shop: Client) -> None:
    Client.objects.filter(pk=shop.pk).update(name="<script>alert(1)</script>{{ 7 }}")
    page = browser.get(f"/consent/{browser.ask(state='<b>', nonce='<i>')}/").content
    assert b"<script" not in page
    assert b"&lt;script&gt;" in page


def test_the_page_has_no_script_no_style_and_no_hidden_parameter(
    browser: Browser,
) -> None:
    page = browser.get(f"/consent/{browser.ask()}/").content.decode()
    assert not re.search(r"<script|\son\w+=|\sstyle=|javascript:", page)
    assert re.findall(r'type="hidden" name="(\w+)"', page) == ["csrfmiddlewaretoken"]


def test_enter_presses_nothing(browser: Browser) -> None:
    """The first button is what Enter presses; the browser's test shows the effect."""
    page = browser.get(f"/consent/{browser.ask()}/").content.decode()
    form = page[page.index('<form method="post"') : page.index("</form>")]
    buttons = re.findall(r"<button[^>]*>", form)
    assert 'formmethod="dialog"' in buttons[0]
    assert 'value="allow"' in buttons[1]
    assert 'value="deny"' in buttons[2]


def test_the_address_of_the_request_is_the_whole_of_it(browser: Browser) -> None:
    """Opening the authorization request again asks again: nothing was decided by it."""
    first, second = browser.ask(), browser.ask()
    assert first != second
    assert browser.get(authorize()).status_code in {302, 303}
