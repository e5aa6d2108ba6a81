"""Back-channel logout: clients learn that a session is over, whatever happens."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks

from authserver import hints, logout_tokens, outgoing, sessions, tasks
from authserver.clean_up import clean_up
from authserver.errors import InvalidRequest
from authserver.models import Client, Event, LogoutDelivery, Session, User
from tests.authserver.parties import (
    ISSUER,
    PHOTOS,
    Browser,
    Caller,
    answer,
    claims_of,
)
from tests.authserver.receivers import Handler, Receiver, receiver

pytestmark = pytest.mark.django_db
SCOPE = "openid profile"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def printshop(registrations: None) -> Iterator[Receiver]:
    with receiver() as found:
        Client.objects.filter(client_id="printshop").update(
            backchannel_logout_uri=found.url
        )
        yield found


@pytest.fixture
def photos(registrations: None) -> Iterator[Receiver]:
    with receiver() as found:
        Client.objects.filter(client_id="photos").update(
            backchannel_logout_uri=found.url
        )
        yield found


@pytest.fixture
def id_token(printshop: Receiver, browser: Browser, shop: Caller) -> str:
    """Alice is signed in at the print shop."""
    code = browser.code("profile", scope=SCOPE)
    token: str = shop.exchange(code).json()["id_token"]
    return token


@pytest.fixture
def over(browser: Browser, id_token: str) -> LogoutDelivery:
    """And signs out: the print shop is to be told."""
    browser.post("/sign-out/")
    return LogoutDelivery.objects.get()


def later(**much: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**much), tick=True)


def outcome(row: LogoutDelivery) -> str:
    row.refresh_from_db()
    if row.delivered_at:
        return "delivered"
    return "abandoned" if row.abandoned_at else "waiting"


def events(kind: Event.Kind) -> list[tuple[str, str, str]]:
    about = ("user__username", "client__client_id", "reason")
    return list(Event.objects.filter(kind=kind).values_list(*about))


# What is sent.


@pytest.mark.rule("AS-54")
@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
def test_the_logout_token_says_who_where_and_nothing_else(
    printshop: Receiver, over: LogoutDelivery, id_token: str, stranger: Browser
) -> None:
    assert logout_tokens.send_due() == 1
    [came] = printshop.received
    assert came.path == "/logout/"
    assert came.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert came.form.keys() == {"logout_token"}
    head, keys = (
        jwt.get_unverified_header(came.logout_token),
        stranger.get("/oauth/jwks"),
    )
    assert head["typ"] == "logout+jwt"
    assert head["alg"] == jwt.get_unverified_header(id_token)["alg"]
    [key] = [
        k for k in jwt.PyJWKSet.from_dict(keys.json()).keys if k.key_id == head["kid"]
    ]
    claims = jwt.decode(
        came.logout_token,
        key,
        algorithms=[head["alg"]],
        issuer=ISSUER,
        audience="printshop",
    )
    assert claims.keys() == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}
    known = claims_of(id_token)
    assert (claims["sub"], claims["sid"]) == (known["sub"], known["sid"])
    assert claims["events"] == {EVENT: {}}
    assert 0 < claims["exp"] - claims["iat"] <= 120


@pytest.mark.rule("AS-33", "AS-54")
@pytest.mark.spec("RFC 8725 §3.12")
def test_a_logout_token_is_no_hint_and_opens_nothing(
    printshop: Receiver, over: LogoutDelivery, shop: Caller
) -> None:
    logout_tokens.send_due()
    token = printshop.received[0].logout_token
    with pytest.raises(InvalidRequest):
        hints.read(token)
    assert shop.userinfo(token).status_code == 401


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_every_client_of_that_session_is_told_and_no_other(
    printshop: Receiver, photos: Receiver, browser: Browser, shop: Caller
) -> None:
    shop.exchange(browser.code("profile", scope=SCOPE))
    phone = Browser()
    phone.sign_in()
    uri = f"{PHOTOS}/sign-in/callback/"
    phone.authorize(client_id="photos", redirect_uri=uri, scope="openid")
    sid = str(Session.objects.earliest("created").sid)
    browser.post("/sign-out/")
    assert logout_tokens.send_due() == 1
    assert [came.claims["sid"] for came in printshop.received] == [sid]
    assert photos.received == []
    phone.authorize(client_id="printshop", scope=SCOPE, prompt="none")
    phone.code("profile", scope=SCOPE)
    phone.post("/sign-out/")
    assert logout_tokens.send_due() == 2
    assert [came.claims["aud"] for came in photos.received] == ["photos"]
    assert len(printshop.received) == 2


def test_a_client_that_has_not_asked_for_it_is_not_told(
    printshop: Receiver, browser: Browser, id_token: str
) -> None:
    Client.objects.update(backchannel_logout_uri="")
    browser.post("/sign-out/")
    assert not LogoutDelivery.objects.exists()


def test_a_client_is_remembered_as_long_as_the_session(
    photos: Receiver, browser: Browser
) -> None:
    """Its code and token are long over by then; its own session may not be."""
    Client.objects.filter(client_id="photos").update(grant_types=["authorization_code"])
    uri = f"{PHOTOS}/sign-in/callback/"
    given = browser.authorize(client_id="photos", redirect_uri=uri, scope="openid")
    Caller("photos").exchange(answer(given)["code"], redirect_uri=uri)
    with later(days=10):
        clean_up()
        browser.post("/sign-out/")
        assert logout_tokens.send_due() == 1
    assert len(photos.received) == 1
    with later(days=45):
        gone = clean_up()
    assert (gone["codes"], gone["logout deliveries"], gone["sessions"]) == (1, 1, 1)


# When.


def by_the_client(browser: Browser, id_token: str) -> None:
    browser.get("/oauth/logout", {"id_token_hint": id_token})


def on_the_page(browser: Browser, id_token: str) -> None:
    browser.post("/sign-out/")


def by_another_person(browser: Browser, id_token: str) -> None:
    browser.sign_in("bob")


def in_the_administration(browser: Browser, id_token: str) -> None:
    sessions.end_all(User.objects.get(username="alice"))
    User.objects.filter(username="alice").update(is_active=False)


def with_the_account(browser: Browser, id_token: str) -> None:
    alice = User.objects.get(username="alice")
    sessions.end_all(alice)
    alice.delete()


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
@pytest.mark.parametrize(
    "end",
    [
        by_the_client,
        on_the_page,
        by_another_person,
        in_the_administration,
        with_the_account,
    ],
)
def test_however_a_session_ends_its_clients_are_told_once(
    printshop: Receiver,
    browser: Browser,
    id_token: str,
    end: Callable[[Browser, str], None],
) -> None:
    end(browser, id_token)
    assert logout_tokens.send_due() == 1
    browser.post("/sign-out/")
    assert logout_tokens.send_due() == 0
    [came] = printshop.received
    assert came.claims["sid"] == claims_of(id_token)["sid"]


def test_a_round_is_enqueued_once_the_row_is_committed(
    browser: Browser,
    id_token: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    rounds = DBTaskResult.objects.filter(task_path=tasks.send_logouts.module_path)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/sign-out/")
        assert not rounds.exists()
    assert rounds.count() == 1


def test_the_worker_finds_what_nobody_announced(over: LogoutDelivery) -> None:
    rounds = DBTaskResult.objects.filter(task_path=tasks.send_logouts.module_path)
    tasks.wake_up()
    assert rounds.count() == 1
    LogoutDelivery.objects.delivered(over.pk)
    tasks.wake_up()
    assert rounds.count() == 1


# What a client may answer.


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("status", [200, 204])
def test_an_acknowledgement_ends_it(
    printshop: Receiver, over: LogoutDelivery, status: int
) -> None:
    printshop.answers = [status]
    assert logout_tokens.send_due() == 1
    assert outcome(over) == "delivered"
    with later(days=2):
        assert logout_tokens.send_due() == 0
    assert len(printshop.received) == 1
    assert events(Event.Kind.LOGOUT_SENT) == [("alice", "printshop", "")]


def hangs_up(handler: Handler) -> None:
    handler.close_connection = True


def speaks_no_http(handler: Handler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH\r\n" * 9)


@pytest.mark.rule("AS-54")
@pytest.mark.parametrize(
    "answered", [400, 401, 404, 500, 503, 301, 302, 307, 308, hangs_up, speaks_no_http]
)
def test_any_other_answer_is_tried_again_and_no_redirect_followed(
    printshop: Receiver, over: LogoutDelivery, answered: Any
) -> None:
    printshop.answers = [answered, 200]
    assert logout_tokens.send_due() == 0
    assert outcome(over) == "waiting"
    assert over.problem
    assert logout_tokens.send_due() == 0  # not at once
    with later(seconds=6):
        assert logout_tokens.send_due() == 1
    assert outcome(over) == "delivered"
    first, second = printshop.received
    assert first.path == second.path == "/logout/"
    assert first.claims["jti"] != second.claims["jti"]
    assert second.claims["iat"] > first.claims["iat"]


def test_attempts_are_further_and_further_apart_for_a_day(
    printshop: Receiver, over: LogoutDelivery
) -> None:
    printshop.answers = [500]
    waited = []
    start = over.created
    with time_machine.travel(start, tick=False) as clock:
        while outcome(over) == "waiting":
            clock.move_to(over.due_at)
            logout_tokens.send_due()
            over.refresh_from_db()
            waited.append((over.due_at - timezone.now()).total_seconds())
            assert len(printshop.received) == over.attempts == len(waited) < 50
    assert waited[:6] == [5, 30, 120, 600, 3600, 3600]
    assert over.abandoned_at
    assert timedelta(days=1) <= over.abandoned_at - start <= timedelta(hours=25)
    with later(days=9):
        assert logout_tokens.send_due() == 0
    reason = "It answered with status 500."
    assert events(Event.Kind.LOGOUT_FAILED) == [("alice", "printshop", reason)]


def test_a_failed_attempt_wakes_the_worker_soon(
    printshop: Receiver, over: LogoutDelivery
) -> None:
    printshop.answers = [500]
    tasks.send_logouts.call()
    over.refresh_from_db()
    rounds = DBTaskResult.objects.filter(task_path=tasks.send_logouts.module_path)
    assert [again.run_after for again in rounds] == [over.due_at]


def test_rounds_do_not_beget_more_and_more_rounds(
    printshop: Receiver, over: LogoutDelivery
) -> None:
    """A client that is away for a day must not fill the queue."""
    printshop.answers = [500]
    rounds = DBTaskResult.objects.filter(task_path=tasks.send_logouts.module_path)
    for _ in range(5):
        tasks.send_logouts.call()
        tasks.wake_up()
    with later(seconds=6):
        tasks.wake_up()
    assert rounds.count() == 1


def test_nobody_listens(over: LogoutDelivery) -> None:
    with receiver() as gone:
        pass
    Client.objects.update(backchannel_logout_uri=gone.url)
    assert logout_tokens.send_due() == 0
    assert outcome(over) == "waiting"
    assert over.problem == "It could not be reached."


def drips(handler: Handler) -> None:
    """A byte now and then, for ever: no single read takes long."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def floods(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    while True:
        handler.wfile.write(b"x" * 65536)


def sleeps(handler: Handler) -> None:
    time.sleep(30)


@pytest.mark.rule("AS-54")
@pytest.mark.parametrize("never_ends", [drips, sleeps])
def test_time_is_limited_however_slowly_an_answer_comes(
    printshop: Receiver,
    over: LogoutDelivery,
    monkeypatch: pytest.MonkeyPatch,
    never_ends: Callable[[Handler], None],
) -> None:
    assert outgoing.TIME_LIMIT == 5
    monkeypatch.setattr(outgoing, "TIME_LIMIT", 1)
    printshop.answers = [never_ends, 200]
    began = time.monotonic()
    assert logout_tokens.send_due() == 0
    assert time.monotonic() - began < 10
    assert outcome(over) == "waiting"


def test_the_body_of_an_answer_is_not_read(
    printshop: Receiver, over: LogoutDelivery
) -> None:
    printshop.answers = [floods]
    assert logout_tokens.send_due() == 1


def test_a_client_that_hangs_keeps_no_other_waiting(
    printshop: Receiver,
    photos: Receiver,
    browser: Browser,
    shop: Caller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outgoing, "TIME_LIMIT", 0.4)
    shop.exchange(browser.code("profile", scope=SCOPE))
    uri = f"{PHOTOS}/sign-in/callback/"
    given = browser.authorize(client_id="photos", redirect_uri=uri, scope="openid")
    assert "code" in answer(given)
    browser.post("/sign-out/")
    printshop.answers = [sleeps]
    assert logout_tokens.send_due() == 1
    assert len(photos.received) == 1


# Several workers, or one that dies.


def test_a_claimed_row_is_nobody_elses_until_its_lease_is_over(
    printshop: Receiver, over: LogoutDelivery
) -> None:
    assert LogoutDelivery.objects.claim(over.pk, 0)
    assert not LogoutDelivery.objects.claim(over.pk, 0)
    assert logout_tokens.send_due() == 0
    assert printshop.received == []
    with later(seconds=61):  # that worker was killed
        assert logout_tokens.send_due() == 1
    assert outcome(over) == "delivered"


def test_a_late_failure_does_not_undo_a_later_attempt(over: LogoutDelivery) -> None:
    assert LogoutDelivery.objects.claim(over.pk, 0)
    with later(seconds=61):
        assert LogoutDelivery.objects.claim(over.pk, 1)
        assert not LogoutDelivery.objects.failed(over.pk, 1, "too late")
        assert LogoutDelivery.objects.delivered(over.pk)
        assert not LogoutDelivery.objects.failed(over.pk, 2, "after the fact")
        assert not LogoutDelivery.objects.abandon(over.pk)
    assert outcome(over) == "delivered"


@pytest.mark.spec("OIDC Back-Channel Logout §2.1")
def test_it_is_advertised(stranger: Browser) -> None:
    told = stranger.get("/.well-known/openid-configuration").json()
    assert told["backchannel_logout_supported"] is True
    assert told["backchannel_logout_session_supported"] is True
