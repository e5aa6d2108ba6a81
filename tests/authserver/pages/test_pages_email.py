"""Confirming an address: an account works without, apps are told which."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from authserver import claims
from authserver.models import Event, User
from tests.authserver.pages.cast import PASSWORD, Browser, letters, link_in

CAROL = {
    "username": "carol",
    "name": "Carol Diaz <b>",
    "email": "carol@example.com",
    "password": "a long walk by the sea",
}


def ask_for(browser: Browser, email: str = "new@example.com") -> str:
    """Alice states another address; returns the link of the letter."""
    form = {"email": email, "current_password": PASSWORD}
    assert browser.post("/profile/e-mail/", form)["Location"] == "/profile/"
    [letter] = letters()
    assert letter.to == [email]
    return link_in(letter)


def told(user: User) -> tuple[object, object]:
    user.refresh_from_db()
    stated = claims.of(user, ["email"])
    return stated["email"], stated["email_verified"]


@pytest.mark.spec("OIDC Core §5.1")
def test_a_new_account_works_and_is_confirmed_by_the_letter(db: None) -> None:
    browser = Browser()
    browser.post("/sign-up/", CAROL)
    carol = User.objects.get(username="carol")
    assert told(carol) == ("carol@example.com", False)
    assert b"is not confirmed yet" in browser.get("/").content
    [letter] = letters()
    assert letter.to == ["carol@example.com"]
    assert "Carol" not in letter.body + letter.subject, "a stranger may have chosen it"

    link, elsewhere = link_in(letter), Browser()
    page = elsewhere.get(link).content
    assert b"carol@example.com" in page
    assert told(carol) == ("carol@example.com", False), "programs follow links too"
    assert elsewhere.post(link)["Location"] == "/sign-in/"
    assert told(carol) == ("carol@example.com", True)
    assert b"is not confirmed yet" not in browser.get("/").content
    assert carol.events.filter(kind=Event.Kind.EMAIL_VERIFIED).count() == 1


def test_a_link_used_twice_does_no_harm(browser: Browser, alice: User) -> None:
    link = ask_for(browser)
    assert browser.post(link)["Location"] == "/profile/"
    assert browser.post(link).status_code == 404
    assert alice.events.filter(kind=Event.Kind.EMAIL_VERIFIED).count() == 1


def test_another_address_counts_once_it_is_confirmed(
    browser: Browser, alice: User
) -> None:
    User.objects.filter(pk=alice.pk).update(email_verified=True)
    link = ask_for(browser)
    assert told(alice) == ("alice@example.com", True)
    assert b"new@example.com" in browser.get("/profile/").content
    browser.post(link)
    assert told(alice) == ("new@example.com", True)
    [warning] = letters()
    assert warning.to == ["alice@example.com"]
    assert "was changed" in warning.subject


def test_an_address_stated_later_makes_the_first_letter_worthless(
    browser: Browser, alice: User
) -> None:
    first, second = ask_for(browser, "one@example.com"), ask_for(browser)
    assert browser.get(first).status_code == 404
    assert browser.post(first).status_code == 404
    assert browser.post(second).status_code == 303
    assert told(alice) == ("new@example.com", True)


def test_one_may_go_back_to_the_old_address(browser: Browser, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(email_verified=True)
    ask_for(browser)
    form = {"email": "alice@example.com", "current_password": PASSWORD}
    answered = browser.post("/profile/e-mail/", form, follow=True)
    assert b"is confirmed already" in answered.content
    assert letters() == []
    assert told(alice) == ("alice@example.com", True)


def test_links_live_for_three_days(browser: Browser) -> None:
    link, now = ask_for(browser), timezone.now()
    with time_machine.travel(now + timedelta(days=2, hours=23), tick=True):
        assert Browser().get(link).status_code == 200
    with time_machine.travel(now + timedelta(days=3, minutes=1), tick=True):
        assert Browser().get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "x:y:z", "%00", "x" * 3000, "e30:1:1"])
def test_a_made_up_link_confirms_nothing(
    browser: Browser, alice: User, token: str
) -> None:
    for answered in (
        browser.get(f"/profile/e-mail/{token}/"),
        browser.post(f"/profile/e-mail/{token}/"),
    ):
        assert answered.status_code == 404
    assert told(alice) == ("alice@example.com", False)


def test_a_link_of_a_disabled_account_is_dead(browser: Browser, alice: User) -> None:
    link = ask_for(browser)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert Browser().post(link).status_code == 404


@pytest.mark.spec("RFC 6749 §10.10")
def test_three_letters_an_hour(browser: Browser, alice: User) -> None:
    for _ in range(4):
        answered = browser.post("/profile/e-mail/send/", follow=True)
    assert b"Too many letters" in answered.content
    assert len(letters()) == 3
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=True):
        browser.post("/profile/e-mail/send/")
        assert len(letters()) == 1


@pytest.mark.rule("AS-56")
def test_an_address_gets_three_letters_whoever_states_it(db: None) -> None:
    """Each new account would be three more for somebody who never asked."""
    for number in range(5):
        browser = Browser()
        form = CAROL | {"username": f"carol{number}", "email": CAROL["email"].title()}
        assert browser.post("/sign-up/", form).status_code == 303
        browser.post("/profile/e-mail/send/")
    assert len(letters()) == 3
    assert not Event.objects.filter(reason__icontains="example").exists()


def test_one_place_makes_twenty_accounts_an_hour(db: None) -> None:
    for number in range(20):
        Event.objects.record(Event.Kind.SIGNED_UP, "127.0.0.1", reason=str(number))
    answered = Browser().post("/sign-up/", CAROL)
    assert answered.status_code == 429
    assert not User.objects.exists()
    assert Browser(REMOTE_ADDR="192.0.2.1").post("/sign-up/", CAROL).status_code == 303


@pytest.mark.parametrize("email", ["", "new", "new@", "a\nBcc: x@y.example@z.example"])
def test_what_is_no_address_is_said(browser: Browser, email: str) -> None:
    form = {"email": email, "current_password": PASSWORD}
    assert browser.post("/profile/e-mail/", form).status_code == 400
    assert letters() == []
