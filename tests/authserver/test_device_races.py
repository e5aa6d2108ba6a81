"""Races for a device code, between real processes."""

from collections import Counter
from functools import partial
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from tests.authserver.parties import PASSWORD, PICKER
from tests.authserver.servers import Server, csrf
from tests.authserver.test_races import at_once, no_error_was_logged, outcomes

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = f"openid {PICKER} offline_access"
RUNNERS, ROUNDS = 12, 5


@pytest.fixture(scope="module")
def alice(server: Server) -> requests.Session:
    browser = requests.Session()
    page = browser.get(f"{server.url}/sign-in/", timeout=60)
    form = {"username": "alice", "password": PASSWORD, **csrf(page)}
    assert browser.post(page.url, form, timeout=60).ok
    return browser


def ask(server: Server) -> dict[str, Any]:
    form = {"client_id": "kiosk", "scope": SCOPE}
    address = f"{server.url}/oauth/device_authorization"
    given: dict[str, Any] = requests.post(address, form, timeout=60).json()
    return given


def poll(server: Server, device_code: str) -> requests.Response:
    form = {"client_id": "kiosk", "grant_type": GRANT, "device_code": device_code}
    return requests.post(f"{server.url}/oauth/token", form, timeout=60)


def refresh(server: Server, token: str) -> requests.Response:
    form = {"client_id": "kiosk", "grant_type": "refresh_token", "refresh_token": token}
    return requests.post(f"{server.url}/oauth/token", form, timeout=60)


def confirm_page(server: Server, browser: requests.Session, code: str) -> Any:
    page = browser.get(f"{server.url}/device/", timeout=60)
    form = {"user_code": code, **csrf(page)}
    shown = browser.post(page.url, form, timeout=60)
    assert "/device/" in shown.url
    return shown


def decide(browser: requests.Session, page: Any, decision: str) -> requests.Response:
    form = {"decision": decision, "scope": SCOPE.split(), **csrf(page)}
    cookies = requests.Session()  # one per thread, as browsers' tabs have
    cookies.cookies.update(browser.cookies)
    return cookies.post(
        urljoin(page.url, page.request.path_url),
        form,
        allow_redirects=False,
        timeout=60,
    )


def allowed(server: Server, browser: requests.Session) -> str:
    codes = ask(server)
    page = confirm_page(server, browser, codes["user_code"])
    assert decide(browser, page, "allow").status_code == 303
    return str(codes["device_code"])


@pytest.mark.rule("AS-46", "X-05")
@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.5")
def test_twelve_redemptions_of_one_device_code(
    server: Server, alice: requests.Session
) -> None:
    """One wins; the others show that somebody else has it, so everything ends."""
    for _ in range(ROUNDS):
        code = allowed(server, alice)
        answers = at_once(*[partial(poll, server, code)] * RUNNERS)
        assert outcomes(answers) == {"200": 1, "invalid_grant": RUNNERS - 1}
        [given] = [a.json() for a in answers if a.status_code == 200]
        assert server.userinfo(given["access_token"]) == 401
        assert refresh(server, given["refresh_token"]).status_code == 400
    assert no_error_was_logged(server)


@pytest.mark.rule("AS-46", "X-05")
@pytest.mark.spec("RFC 8628 §3.5")
def test_of_polls_at_once_all_but_the_first_were_too_quick(server: Server) -> None:
    for _ in range(ROUNDS):
        code = ask(server)["device_code"]
        answers = at_once(*[partial(poll, server, code)] * RUNNERS)
        assert outcomes(answers) == {
            "authorization_pending": 1,
            "slow_down": RUNNERS - 1,
        }
    assert no_error_was_logged(server)


def test_of_decisions_at_once_one_counts(
    server: Server, alice: requests.Session
) -> None:
    for _ in range(ROUNDS):
        codes = ask(server)
        page = confirm_page(server, alice, codes["user_code"])
        answers = at_once(
            *[partial(decide, alice, page, "allow")] * 4,
            *[partial(decide, alice, page, "deny")] * 4,
        )
        told = Counter(answer.status_code for answer in answers)
        assert told.keys() <= {200, 303, 404}
        assert told[303] == 1
        outcome = poll(server, codes["device_code"])
        assert outcomes([outcome]).keys() <= {"200", "access_denied"}
    assert no_error_was_logged(server)


def test_a_poll_beside_the_decision_is_told_one_or_the_other(
    server: Server, alice: requests.Session
) -> None:
    for _ in range(ROUNDS):
        codes = ask(server)
        page = confirm_page(server, alice, codes["user_code"])
        answers = at_once(
            partial(decide, alice, page, "allow"),
            partial(poll, server, codes["device_code"]),
        )
        polled = answers[1]
        if polled.status_code != 200:
            assert polled.json()["error"] == "authorization_pending"
            polled = poll(server, codes["device_code"])
        assert polled.status_code == 200
        assert server.userinfo(polled.json()["access_token"]) == 200
    assert no_error_was_logged(server)
