"""Races, between real processes: exactly one winner, no 500, nothing left over."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import requests
from django.db import connection, connections

from authserver import ahead, redemption
from authserver.models import AccessToken, User
from tests.authserver.parties import PASSWORD, PICKER, Browser, Caller, Response
from tests.authserver.servers import Server

RUNNERS, ROUNDS, FEWER = 12, 15, 5
OFFLINE = f"openid {PICKER} offline_access"


def at_once(*calls: Callable[[], requests.Response]) -> list[requests.Response]:
    """All of them, started by one shot."""
    shot = Barrier(len(calls))

    def run(call: Callable[[], requests.Response]) -> requests.Response:
        shot.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def outcomes(answers: list[requests.Response]) -> Counter[str]:
    return Counter(
        "200" if answer.status_code == 200 else answer.json()["error"]
        for answer in answers
    )


COUNT = """
from authserver.models import AccessToken, RefreshToken
print(AccessToken.objects.count(), RefreshToken.objects.count())
"""


def rows(server: Server) -> tuple[int, int]:
    """How many access and refresh tokens there are, whoever has them."""
    counted = server.manage("shell", "--no-imports", "--command", COUNT).split()
    return int(counted[0]), int(counted[1])


def no_error_was_logged(server: Server) -> bool:
    said = server.log.read_text()
    return "Traceback" not in said and "Internal Server Error" not in said


@pytest.mark.rule("AS-15", "X-05")
@pytest.mark.spec("RFC 6749 §4.1.2")
def test_twelve_redemptions_of_one_code(server: Server) -> None:
    before = rows(server)
    for code in server.codes(ROUNDS):
        answers = at_once(*[partial(server.exchange, code)] * RUNNERS)
        assert outcomes(answers) == {"200": 1, "invalid_grant": RUNNERS - 1}
        [given] = [a.json() for a in answers if a.status_code == 200]
        assert server.userinfo(given["access_token"]) == 401
        assert server.refresh(given["refresh_token"]).status_code == 400
    assert rows(server) == (before[0] + ROUNDS, before[1] + ROUNDS)
    assert no_error_was_logged(server)


@pytest.mark.rule("AS-26", "X-05")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_twelve_refreshes_of_one_token_give_one_answer(server: Server) -> None:
    before = rows(server)
    for code in server.codes(ROUNDS, scope=OFFLINE):
        token = server.exchange(code).json()["refresh_token"]
        answers = at_once(*[partial(server.refresh, token)] * RUNNERS)
        assert outcomes(answers) == {"200": RUNNERS}
        assert len({answer.text for answer in answers}) == 1
        given = answers[0].json()
        assert server.userinfo(given["access_token"]) == 200
        assert server.refresh(given["refresh_token"]).status_code == 200
    assert rows(server) == (before[0] + 3 * ROUNDS, before[1] + 3 * ROUNDS)
    assert no_error_was_logged(server)


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_replay_beside_a_refresh_leaves_no_living_token(server: Server) -> None:
    """A code is replayed at the moment its newest refresh token is used."""
    for code in server.codes(FEWER, scope=OFFLINE):
        token = server.exchange(code).json()["refresh_token"]
        answers = at_once(
            *[partial(server.refresh, token)] * 6, *[partial(server.exchange, code)] * 6
        )
        assert outcomes(answers).keys() <= {"200", "invalid_grant"}
        for answer in answers:
            if answer.status_code == 200:
                given = answer.json()
                assert server.userinfo(given["access_token"]) == 401
                assert server.refresh(given["refresh_token"]).status_code == 400
    assert no_error_was_logged(server)


@pytest.mark.spec("RFC 7009 §2.1")
def test_a_revocation_beside_refreshes_leaves_no_living_token(server: Server) -> None:
    for code in server.codes(FEWER, scope=OFFLINE):
        token = server.exchange(code).json()["refresh_token"]
        answers = at_once(
            *[partial(server.refresh, token)] * 6,
            *[partial(server.post, "/oauth/revoke", {"token": token})] * 6,
        )
        assert {answer.status_code for answer in answers} <= {200, 400}
        for answer in answers:
            if answer.text and answer.status_code == 200:
                given = answer.json()
                assert server.refresh(given["refresh_token"]).status_code == 400
                assert server.userinfo(given["access_token"]) == 401
    assert no_error_was_logged(server)


@pytest.mark.rule("X-05")
def test_consents_at_once_share_one_authorization(server: Server) -> None:
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: server.code(scope=OFFLINE), range(8)))
    answers = at_once(*[partial(server.exchange, code) for code in codes])
    assert outcomes(answers) == {"200": 8}
    assert no_error_was_logged(server)


@pytest.mark.rule("AS-37", "X-06")
def test_the_log_holds_no_secret(server: Server, tmp_path: Path) -> None:
    code = server.code(scope=OFFLINE)
    given = server.exchange(code).json()
    server.exchange(code)
    server.refresh(given["refresh_token"])
    said = server.log.read_text()
    assert "invalid_grant" in said
    for secret in (code, given["access_token"], given["refresh_token"]):
        assert secret not in said


@pytest.mark.rule("X-05")
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
@pytest.mark.parametrize(("reads_ahead", "status"), [(True, 400), (False, 200)])
def test_an_account_goes_with_what_is_being_made_of_its_tokens(
    *,
    reads_ahead: bool,
    status: int,
    browser: Browser,
    shop: Caller,
    tokens: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next ones are not stored yet. If one is locked, the deletion waits; if it was
    only read, it is gone when it should be spent.
    """
    accept, accepted = redemption.accept, Event()

    def slowly(*given: Any) -> bool:
        accepted.set()
        time.sleep(1)  # in which the deletion gets as far as it can
        return accept(*given)

    def refresh() -> Response:
        try:
            return shop.refresh(tokens["refresh_token"])
        finally:
            connections.close_all()

    monkeypatch.setattr(redemption, "accept", slowly)
    monkeypatch.setattr(ahead, "is_worthwhile", lambda _: reads_ahead)
    with ThreadPoolExecutor(1) as pool:
        refreshed = pool.submit(refresh)
        assert accepted.wait(10)
        form = {"current_password": PASSWORD}
        assert browser.post("/profile/delete/", form).status_code == 303
        assert refreshed.result().status_code == status
    assert not User.objects.filter(username="alice").exists()
    assert not AccessToken.objects.exists()
