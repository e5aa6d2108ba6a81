"""The consent page: what it says, what it sends, and what a tampered form can do."""

import re
from typing import Any

import pytest

from authserver.models import (
    Authorization,
    AuthorizationCode,
    Client,
    Event,
    PendingRequest,
    Session,
    User,
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


@pytest.mark.parametrize(
    ("ticked", "granted"),
    [
        ((), {"openid"}),
        (("profile",), {"openid", "profile"}),
        (("openid", "profile", "email"), {"openid", "profile", "email"}),
    ],
)
def test_what_is_ticked_is_granted(
    browser: Browser, ticked: tuple[str, ...], granted: set[str]
) -> None:
    got = answer(browser.decide(browser.ask("openid profile email"), "allow", *ticked))
    assert got["code"]
    assert got["state"] == "xyz"
    assert got["iss"]
    assert Authorization.objects.get().scopes == granted


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_denying_is_one_click(browser: Browser) -> None:
    got = answer(browser.decide(browser.ask(), "deny", "profile", "email"))
    assert got["error"] == "access_denied"
    assert got["state"] == "xyz"
    assert got["iss"]
    assert not Authorization.objects.exists()
    assert not AuthorizationCode.objects.exists()


@pytest.mark.rule("AS-06", "AS-07")
@pytest.mark.spec("RFC 9700 §4.12")
@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_the_answer_is_303_and_tells_nobody_where_it_came_from(
    browser: Browser, decision: str
) -> None:
    answered = browser.decide(browser.ask(), decision)
    assert answered.status_code == 303
    assert answered["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answered["Cache-Control"]


@pytest.mark.parametrize("decision", ["", "ALLOW", "yes", "allow\0", None])
def test_only_allow_and_deny_are_answers(
    browser: Browser, decision: str | None
) -> None:
    request_id = browser.ask()
    form = {} if decision is None else {"decision": decision}
    answered = browser.post(f"/consent/{request_id}/", form)
    assert answered.status_code == 400
    assert b"Choose Allow or Deny" in answered.content
    assert PendingRequest.objects.open().filter(pk=request_id).exists()


def test_allowing_nothing_is_asked_back(browser: Browser) -> None:
    request_id = browser.ask(f"{PICKER} {LIBRARY}")
    answered = browser.decide(request_id, "allow")
    assert answered.status_code == 400
    assert b"Tick at least one permission" in answered.content
    assert answer(browser.decide(request_id, "allow", LIBRARY))["code"]
    assert Authorization.objects.get().scopes == {LIBRARY}


@pytest.mark.spec("RFC 6749 §3.3")
@pytest.mark.parametrize(
    "extra",
    [PICKER, "address", "admin", "*", "openid email", "profile\0", "p" * 10_000],
)
def test_a_scope_added_to_the_form_is_not_granted(browser: Browser, extra: str) -> None:
    answered = browser.decide(browser.ask("openid profile"), "allow", extra)
    assert answer(answered)["code"]
    assert Authorization.objects.get().scopes == {"openid"}


@pytest.mark.spec("RFC 9700 §4.11.2")
@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_parameters_smuggled_into_the_form_change_nothing(
    browser: Browser, decision: str
) -> None:
    """The untouched library sends a denial wherever a hidden field says."""
    request_id = browser.ask("openid")
    smuggled = {
        "decision": decision,
        "redirect_uri": "https://mallory.example/",
        "client_id": "mallory",
        "state": "m",
        "nonce": "m",
        "code_challenge": "m" * 43,
        "code_challenge_method": "plain",
        "response_type": "token",
        "response_mode": "fragment",
        "allow": "true",
        "user": "bob",
        "request": "x",
    }
    query = "redirect_uri=https://mallory.example/&client_id=mallory&scope=email"
    answered = browser.post(f"/consent/{request_id}/?{query}", smuggled)
    got = answer(answered)
    assert got["state"] == "xyz"
    for code in AuthorizationCode.objects.all():
        assert code.code_challenge != "m" * 43
        assert code.user.username == "alice"
        assert code.scope == "openid"


def test_another_browsers_request_cannot_be_answered(browser: Browser) -> None:
    hers = browser.ask()
    mallory = Browser()
    mallory.sign_in("bob")
    mallory.ask()
    assert mallory.get(f"/consent/{hers}/").status_code == 404
    assert mallory.decide(hers).status_code == 404
    assert not AuthorizationCode.objects.exists()


def test_the_same_person_in_another_browser_cannot_answer_either(
    browser: Browser,
) -> None:
    hers, other = browser.ask(), Browser()
    other.sign_in()
    other.ask()
    assert other.decide(hers).status_code == 404


@pytest.mark.parametrize(
    "request_id", ["x", "x" * 43, "x" * 5000, "%00", "%ff", "a'--", "%2e%2e"]
)
def test_a_changed_request_id_is_an_error_page(
    browser: Browser, request_id: str
) -> None:
    browser.ask()
    assert browser.get(f"/consent/{request_id}/").status_code == 404
    assert browser.post(f"/consent/{request_id}/").status_code == 404


def test_one_request_gives_one_answer(browser: Browser) -> None:
    request_id = browser.ask()
    assert answer(browser.decide(request_id))["code"]
    again = browser.decide(request_id)
    assert again.status_code == 404
    assert b"answered already" in again.content
    assert AuthorizationCode.objects.count() == 1


def test_a_denial_cannot_be_turned_into_a_permission(browser: Browser) -> None:
    request_id = browser.ask()
    browser.decide(request_id, "deny")
    assert browser.decide(request_id, "allow").status_code == 404


def test_nobody_answers_who_is_signed_out(browser: Browser) -> None:
    request_id = browser.ask()
    Session.objects.all().end()
    for answered in (
        browser.get(f"/consent/{request_id}/"),
        browser.decide(request_id),
    ):
        assert answered.status_code == 303
        assert answered["Location"] == f"/sign-in/?request={request_id}"
    assert not AuthorizationCode.objects.exists()


@pytest.mark.rule("AS-49")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_a_duty_to_sign_in_again_cannot_be_walked_around(browser: Browser) -> None:
    request_id = browser.ask(prompt="login")
    assert browser.get(f"/consent/{request_id}/").status_code == 303
    assert browser.decide(request_id)["Location"].startswith("/sign-in/")
    page = browser.get(f"/sign-in/?request={request_id}")
    assert b"asks you to enter your password again" in page.content
    form = {"username": "alice", "password": "print-shop-demo"}
    assert browser.post(f"/sign-in/?request={request_id}", form).status_code == 303
    assert answer(browser.decide(request_id))["code"]


@pytest.mark.rule("AS-47")
@pytest.mark.spec("RFC 6749 §10.12")
def test_consent_needs_the_token_of_the_form(alice: User, shop: Client) -> None:
    browser = Browser()
    browser.sign_in()
    request_id = browser.ask()
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    refused = strict.decide(request_id)
    assert refused.status_code == 403
    assert not AuthorizationCode.objects.exists()


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


@pytest.mark.rule("X-06")
def test_both_decisions_are_in_the_activity(browser: Browser, alice: User) -> None:
    browser.decide(browser.ask(), "deny")
    browser.decide(browser.ask(), "allow", "email")
    kinds = [event.kind for event in alice.events.all()][:2]
    assert kinds == [Event.Kind.GRANTED, Event.Kind.DENIED]
    page = browser.get("/activity/").content.decode()
    assert "You gave Print Shop access." in page
    assert "You denied Print Shop access." in page
    assert "See your e-mail address" in page


def test_the_address_of_the_request_is_the_whole_of_it(browser: Browser) -> None:
    """Opening the authorization request again asks again: nothing was decided by it."""
    first, second = browser.ask(), browser.ask()
    assert first != second
    assert browser.get(authorize()).status_code in {302, 303}
