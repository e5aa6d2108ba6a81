"""Changing a password, and a new one by mail for somebody who forgot it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core import mail as outgoing
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from authserver.models import (
    AccessToken,
    Client,
    Event,
    LogoutDelivery,
    Session,
    User,
)
from authserver.pages import proof, sign_in
from tests.authserver.pages.cast import (
    PASSWORD,
    Browser,
    connect,
    exchange,
    letters,
    link_in,
)

NEW = "a long walk by the sea"


def change(browser: Browser, current: str = PASSWORD, new: str = NEW) -> Any:
    form = {"current_password": current, "password": new}
    return browser.post("/password/", form)


def forget(email: str = "alice@example.com", browser: Browser | None = None) -> Any:
    return (browser or Browser()).post("/password/forgotten/", {"email": email})


def link_for(email: str = "alice@example.com") -> str:
    forget(email)
    [letter] = letters()
    return link_in(letter)


@pytest.mark.rule("AS-28")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_changing_it_ends_what_came_of_the_old_one(browser: Browser) -> None:
    tokens, other = connect(browser), Browser()
    other.sign_in()

    assert change(browser)["Location"] == "/profile/"

    assert browser.get("/").status_code == 200, "this browser stays"
    assert other.get("/").status_code == 302
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 401
    refresh_token = tokens["refresh_token"]
    refused = exchange(grant_type="refresh_token", refresh_token=refresh_token)
    assert refused.json()["error"] == "invalid_grant"
    assert Browser().sign_in("alice", PASSWORD).status_code == 400
    assert Browser().sign_in("alice", NEW).status_code == 303
    [letter] = letters()
    assert letter.to == ["alice@example.com"]
    assert "was changed" in letter.subject


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_apps_of_the_other_browsers_are_told_and_this_one_goes_on(
    browser: Browser,
) -> None:
    Client.objects.update(backchannel_logout_uri="http://localhost:8000/out/")
    other = Browser(REMOTE_ADDR="192.0.2.1")
    other.sign_in()
    connect(other, "openid")
    change(browser)
    [delivery] = LogoutDelivery.objects.all()
    assert delivery.sid == Session.objects.get(address="192.0.2.1").sid
    assert Session.objects.live().count() == 1
    assert "access_token" in connect(browser, "openid"), "vouched for anew"


def test_the_cookie_changes_with_the_password(browser: Browser) -> None:
    before = browser.cookies["authserver_session"].value
    change(browser)
    thief = Browser()
    thief.cookies["authserver_session"] = before
    assert thief.get("/").status_code == 302


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("", "This field is required."),
        ("short", "too short"),
        ("password1", "too common"),
        ("alice@example", "too similar to the email"),
    ],
)
def test_a_weak_one_is_refused(browser: Browser, new: str, reason: str) -> None:
    answered = change(browser, new=new)
    assert answered.status_code == 400
    assert reason in answered.content.decode()
    assert Browser().sign_in().status_code == 303


def test_a_forgotten_one_is_replaced_by_mail(browser: Browser, alice: User) -> None:
    tokens = connect(browser)
    assert forget()["Location"] == "/password/forgotten/sent/"
    [letter] = letters()
    assert letter.to == ["alice@example.com"]
    assert "user name alice" in letter.body
    link, reader = link_in(letter), Browser()
    assert b"for the account <strong>alice</strong>" in reader.get(link).content

    answered = reader.post(link, {"password": NEW}, follow=True)

    assert b"Sign in with the new one" in answered.content
    assert browser.get("/").status_code == 302, "signed out everywhere"
    refresh_token = tokens["refresh_token"]
    refused = exchange(grant_type="refresh_token", refresh_token=refresh_token)
    assert refused.json()["error"] == "invalid_grant"
    assert not AccessToken.objects.live().filter(session__ended_at=None).exists()
    assert reader.sign_in("alice", NEW).status_code == 303
    alice.refresh_from_db()
    assert alice.email_verified, "who followed the link reads this mail"


def test_the_link_works_once(browser: Browser) -> None:
    link = link_for()
    assert Browser().post(link, {"password": NEW}).status_code == 303
    again = Browser().post(link, {"password": "somebody else's choice"})
    assert again.status_code == 404
    assert b"no longer works" in again.content
    assert Browser().sign_in("alice", NEW).status_code == 303


def test_a_link_that_two_follow_at_once_serves_one(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes between the first one's look and its change."""
    link, judge = link_for(), "authserver.pages.proof.judge"

    def race(*given: Any) -> None:
        monkeypatch.setattr(judge, original)
        assert Browser().post(link, {"password": NEW}).status_code == 303
        original(*given)

    original = proof.judge
    monkeypatch.setattr(judge, race)
    assert Browser().post(link, {"password": "too late for this"}).status_code == 404
    assert Browser().sign_in("alice", NEW).status_code == 303


@pytest.mark.rule("AS-56")
def test_a_sign_in_with_the_old_one_does_not_outlive_the_change(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change comes between the comparison and the session of the sign-in."""
    link, thief = link_for(), Browser()

    def compare(*given: Any, **more: Any) -> Any:
        user = authenticate(*given, **more)
        assert Browser().post(link, {"password": NEW}).status_code == 303
        return user

    monkeypatch.setattr(sign_in, "authenticate", compare)
    refused = thief.sign_in()
    assert refused.status_code == 400
    assert sign_in.WRONG in refused.content.decode()
    assert thief.get("/").status_code == 302
    assert not Session.objects.live().exists()


def test_the_link_lives_for_an_hour(browser: Browser) -> None:
    link, now = link_for(), timezone.now()
    with time_machine.travel(now + timedelta(minutes=59), tick=True):
        assert Browser().get(link).status_code == 200
    with time_machine.travel(now + timedelta(minutes=61), tick=True):
        assert Browser().get(link).status_code == 404


@pytest.mark.parametrize(
    "change", ["sign in", "address", "disabled", "token", "person"]
)
def test_the_link_ends_with_what_it_was_made_for(
    browser: Browser, alice: User, bob: User, change: str
) -> None:
    link = link_for()
    match change:
        case "sign in":
            with time_machine.travel(timezone.now() + timedelta(seconds=5)):
                Browser().sign_in()
        case "address":
            User.objects.filter(pk=alice.pk).update(email="elsewhere@example.com")
        case "disabled":
            User.objects.filter(pk=alice.pk).update(is_active=False)
        case "token":
            link = link[:-2] + ("x/" if link[-2] != "x" else "y/")
        case "person":
            link = link.replace(str(alice.sub), str(bob.sub))
    assert Browser().get(link).status_code == 404
    assert Browser().post(link, {"password": NEW}).status_code == 404
    assert Browser().sign_in("bob").status_code == 303


@pytest.mark.rule("AS-56")
def test_an_address_that_nobody_has_gets_the_same_answer_and_the_same_work(
    browser: Browser, django_assert_num_queries: Any
) -> None:
    known, unknown = Browser(REMOTE_ADDR="192.0.2.1"), Browser(REMOTE_ADDR="192.0.2.2")
    answers, work = [], []
    for visitor, address in ((known, "alice@example.com"), (unknown, "x@y.example")):
        before = DBTaskResult.objects.count()
        answered = forget(address, visitor)
        answers.append((answered.status_code, answered["Location"]))
        work.append(DBTaskResult.objects.count() - before)
    assert answers[0] == answers[1]
    assert work == [1, 1]
    pages = [v.get("/password/forgotten/sent/").content for v in (known, unknown)]
    assert pages[0] == pages[1]
    assert [letter.to for letter in letters()] == [["alice@example.com"]]
    assert "alice" not in str(DBTaskResult.objects.values_list("args_kwargs"))
    assert not Event.objects.filter(reason__contains="example").exists()


@pytest.mark.parametrize("address", ["ALICE@example.com", "alice@EXAMPLE.com"])
def test_letters_go_to_the_address_as_the_account_has_it(
    browser: Browser, address: str
) -> None:
    forget(address)
    assert [letter.to for letter in letters()] == [["alice@example.com"]]


def test_a_disabled_account_gets_no_letter(browser: Browser, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    forget()
    assert letters() == []


@pytest.mark.spec("RFC 6749 §10.10")
@pytest.mark.parametrize("address", ["alice@example.com", "nobody@example.com"])
def test_one_address_gets_three_letters_an_hour(browser: Browser, address: str) -> None:
    answers = [
        forget(address, Browser(REMOTE_ADDR=f"192.0.2.{number}")).status_code
        for number in range(4)
    ]
    assert answers == [303, 303, 303, 429]
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=True):
        assert forget(address).status_code == 303


def test_one_place_sends_twenty_letters_an_hour(browser: Browser) -> None:
    place = Browser(REMOTE_ADDR="192.0.2.9")
    answers = [forget(f"x{n}@example.com", place).status_code for n in range(21)]
    assert answers == [303] * 20 + [429]


@pytest.mark.parametrize("email", ["", "alice", "a\0@example.com", "a" * 400 + "@b.c"])
def test_what_is_no_address_is_said(browser: Browser, email: str) -> None:
    assert forget(email).status_code == 400
    assert not DBTaskResult.objects.exists()


def test_the_demonstration_says_where_the_letter_is(browser: Browser) -> None:
    assert b"Demonstration:" in Browser().get("/password/forgotten/sent/").content
    assert b"Forgot your password?" in Browser().get("/sign-in/").content


def test_its_owner_sees_that_it_was_asked_for(browser: Browser, alice: User) -> None:
    forget()
    page = browser.get("/activity/?of=account").content.decode()
    assert "Somebody asked for a new password." in page
    assert alice.events.get(kind=Event.Kind.PASSWORD_FORGOTTEN).reason not in page
    assert outgoing.outbox == [], "nothing is sent before the worker sends it"
    assert Session.objects.live().filter(user=alice).exists()
