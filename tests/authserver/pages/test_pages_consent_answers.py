"""The consent page: what a decision does, and what a tampered form can."""

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
)


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
