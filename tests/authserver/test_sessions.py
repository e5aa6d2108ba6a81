"""Sessions: who is signed in where, how long, and what ends with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authserver import redemption, sessions
from authserver.models import (
    AccessToken,
    Event,
    LogoutDelivery,
    RefreshToken,
    Session,
    User,
)
from tests.authserver.parties import Browser, Caller, Response

pytestmark = pytest.mark.django_db


def later(**much: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**much), tick=True)


def alice() -> User:
    return User.objects.get(username="alice")


def is_signed_in(browser: Browser) -> bool:
    return bool(browser.get("/activity/").status_code == 200)


@pytest.fixture
def phone(browser: Browser) -> Browser:
    """Another browser of Alice's."""
    phone = Browser()
    phone.sign_in()
    return phone


@pytest.fixture
def here(browser: Browser) -> Any:
    """A request of Alice's first browser, as a view gets it."""
    request = RequestFactory(SERVER_NAME="localhost").post("/")
    request.session = browser.session
    sessions.AuthenticationMiddleware(lambda _: Response).process_request(request)
    return request


def session_of(browser: Browser) -> Session:
    return Session.objects.get(sid=browser.session[sessions.SID])


# Last seen.


def test_being_seen_is_noted_at_most_every_five_minutes(browser: Browser) -> None:
    """Pages are read often: one small write in five minutes, not one for each."""
    writes = []
    start = timezone.now()
    Session.objects.update(last_seen=start)
    for minute in range(21):
        with (
            time_machine.travel(start + timedelta(minutes=minute), tick=False),
            CaptureQueriesContext(connection) as captured,
        ):
            assert is_signed_in(browser)
        update = 'UPDATE "authserver_session"'
        writes.append(sum(update in query["sql"] for query in captured))
    noted = [minute for minute, count in enumerate(writes) if count]
    assert noted == [5, 10, 15, 20]
    assert max(writes) == 1
    assert session_of(browser).last_seen == start + timedelta(minutes=20)


def test_two_requests_at_once_note_it_once(browser: Browser) -> None:
    session = session_of(browser)
    with later(minutes=6):
        assert Session.objects.seen(session.pk)
        assert not Session.objects.seen(session.pk)


def test_a_session_that_is_over_is_not_seen_again(browser: Browser) -> None:
    session = session_of(browser)
    sessions.end(session)
    with later(minutes=6):
        assert not Session.objects.seen(session.pk)


def test_a_session_ends_after_two_weeks_however_busy(browser: Browser) -> None:
    for day in range(13):
        with later(days=day):
            assert is_signed_in(browser)
    with later(days=14, minutes=1):
        assert not is_signed_in(browser)


# Signing out there.


def test_all_browsers_are_listed_the_latest_first(
    browser: Browser, phone: Browser
) -> None:
    bob = Browser()
    bob.sign_in("bob")
    assert list(sessions.live_of(alice())) == [session_of(phone), session_of(browser)]
    with later(minutes=6):
        assert is_signed_in(browser)
    assert list(sessions.live_of(alice())) == [session_of(browser), session_of(phone)]
    phone.post("/sign-out/")
    assert list(sessions.live_of(alice())) == [session_of(browser)]


def test_one_is_ended_and_no_other(browser: Browser, phone: Browser, here: Any) -> None:
    laptop = Browser()
    laptop.sign_in()
    assert sessions.end_one(here, session_of(phone).sid)
    assert not is_signed_in(phone)
    assert is_signed_in(browser)
    assert is_signed_in(laptop)
    assert Event.objects.filter(kind=Event.Kind.SESSION_ENDED).count() == 1


def test_nobody_elses_is_ended(browser: Browser, phone: Browser, here: Any) -> None:
    bob = Browser()
    bob.sign_in("bob")
    over = session_of(phone)
    sessions.end(over)
    for sid in (session_of(bob).sid, session_of(browser).sid, over.sid, uuid4()):
        assert not sessions.end_one(here, sid)
    assert is_signed_in(bob)
    assert is_signed_in(browser)
    assert not Event.objects.filter(kind=Event.Kind.SESSION_ENDED).exists()


def test_all_others_are_ended(browser: Browser, phone: Browser, here: Any) -> None:
    laptop, bob = Browser(), Browser()
    laptop.sign_in()
    bob.sign_in("bob")
    assert sessions.end_others(here) == 2
    assert [is_signed_in(b) for b in (browser, phone, laptop, bob)] == [
        *(True, False, False),
        True,
    ]


def test_who_is_not_signed_in_ends_nothing(stranger: Browser, phone: Browser) -> None:
    request = RequestFactory(SERVER_NAME="localhost").post("/")
    request.session = stranger.session
    sessions.AuthenticationMiddleware(lambda _: Response).process_request(request)
    assert not sessions.end_one(request, session_of(phone).sid)
    assert sessions.end_others(request) == 0
    assert is_signed_in(phone)


def test_what_was_lent_until_then_ends_there_and_the_app_is_told(
    phone: Browser, shop: Caller, here: Any
) -> None:
    lent = shop.exchange(phone.code("profile", scope="openid profile")).json()
    scope = "openid profile offline_access"
    kept = shop.exchange(phone.code(*scope.split(), scope=scope)).json()
    sessions.end_one(here, session_of(phone).sid)
    assert shop.userinfo(lent["access_token"]).status_code == 401
    assert shop.refresh(lent["refresh_token"]).status_code == 400
    assert shop.refresh(kept["refresh_token"]).status_code == 200
    told = LogoutDelivery.objects.get()
    assert (told.sid, told.client.client_id) == (session_of(phone).sid, "printshop")


@pytest.mark.rule("AS-14")
def test_signing_out_beside_an_exchange_leaves_no_living_token(
    browser: Browser, shop: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when it happens once the code was found good and before it is spent."""
    code, accept = browser.code("profile", scope="openid profile"), redemption.accept

    def signed_out_meanwhile(*source: Any) -> bool:
        good = accept(*source)
        browser.post("/sign-out/")
        return good

    monkeypatch.setattr(redemption, "accept", signed_out_meanwhile)
    assert shop.exchange(code).json()["error"] == "invalid_grant"
    assert not AccessToken.objects.live().exists()
    assert not RefreshToken.objects.live().exists()


# What ends a refresh token: RFC 9700 §4.14.2.


def password_changed() -> None:
    user = alice()
    user.set_password("a long new password")
    user.save()


def account_disabled() -> None:
    User.objects.filter(username="alice").update(is_active=False)


def account_deleted() -> None:
    alice().delete()


@pytest.mark.rule("AS-28")
@pytest.mark.spec("RFC 9700 §4.14.2")
@pytest.mark.parametrize(
    "happens", [password_changed, account_disabled, account_deleted]
)
def test_not_even_offline_access_outlives_the_account_as_it_was(
    browser: Browser,
    shop: Caller,
    tokens: dict[str, str],
    happens: Callable[[], None],
) -> None:
    happens()
    assert not is_signed_in(browser)
    assert shop.refresh(tokens["refresh_token"]).status_code == 400
    assert shop.userinfo(tokens["access_token"]).status_code == 401
    assert shop.introspect(tokens["access_token"]).json() == {"active": False}


@pytest.mark.rule("AS-28")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_code_does_not_outlive_a_new_password_either(
    browser: Browser, shop: Caller
) -> None:
    code = browser.code("profile", scope="openid profile")
    password_changed()
    assert shop.exchange(code).json()["error"] == "invalid_grant"


@pytest.mark.rule("AS-28")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_idle_for_ninety_days_is_the_end(shop: Caller, tokens: dict[str, str]) -> None:
    assert timedelta(days=90) == RefreshToken.IDLE
    with later(days=90, minutes=1):
        assert shop.refresh(tokens["refresh_token"]).status_code == 400


@pytest.mark.rule("AS-28")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_year_is_the_end_however_often_it_was_rotated(
    shop: Caller, tokens: dict[str, str]
) -> None:
    token, start = tokens["refresh_token"], timezone.now()
    for day in range(80, 365, 80):
        with time_machine.travel(start + timedelta(days=day), tick=True):
            answered = shop.refresh(token)
            assert answered.status_code == 200, day
            token = answered.json()["refresh_token"]
    with time_machine.travel(start + timedelta(days=365, minutes=1), tick=True):
        assert shop.refresh(token).status_code == 400


# The cookie: RFC 9700 §2.6.


@pytest.mark.rule("AS-56")
def test_the_cookie_changes_at_each_sign_in(stranger: Browser) -> None:
    seen = []
    for name in ("alice", "alice", "bob"):
        stranger.get("/sign-in/")
        stranger.sign_in(name)
        cookie = stranger.cookies["authserver_session"]
        seen.append(cookie.value)
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert len(set(seen)) == 3


@pytest.mark.rule("AS-56")
def test_a_cookie_from_before_the_sign_in_opens_nothing(stranger: Browser) -> None:
    """Mallory leaves a cookie of hers in Alice's browser (session fixation)."""
    stranger.get("/oauth/authorize", {"client_id": "x"})
    mallory = Browser()
    mallory.cookies["authserver_session"] = stranger.session.session_key or "x" * 32
    stranger.cookies["authserver_session"] = mallory.cookies["authserver_session"].value
    stranger.sign_in()
    assert is_signed_in(stranger)
    assert not is_signed_in(mallory)
