"""The browser app under attack: forged answers, forged ID tokens, stolen tokens."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import expect

from tests.story import people
from tests.story.browser_app import ORDERS, PICKER, App, Told
from tests.story.town import Town, eventually
from tests.story.visitor import TIMEOUT

Answer = dict[str, str]
FORGED: dict[str, tuple[Callable[[Answer], Answer], str]] = {
    "another state": (lambda good: good | {"state": "x" * 43}, "state differs"),
    "no state": (lambda good: good | {"state": ""}, "state differs"),
    "another server": (
        lambda good: good | {"iss": "http://evil.example"},
        "iss is another server",
    ),
    "a slash more": (
        lambda good: good | {"iss": f"{good['iss']}/"},
        "iss is another server",
    ),
    "no server": (lambda good: good | {"iss": ""}, "iss is another server"),
    "an error of another": (
        lambda good: good | {"iss": "http://evil.example", "error": "access_denied"},
        "iss is another server",
    ),
    "an error": (
        lambda good: good | {"error": "<img src=x>"},
        "the answer was <img src=x>",
    ),
}


def begun(app: App) -> Answer:
    """A good answer to the request that the tab has just made; its code is not."""
    app.open()
    asked = f"{app.town.issuer}/oauth/authorize?"
    with app.page.expect_request(lambda request: request.url.startswith(asked)) as sent:
        app.depart()
    people.at(app.page, f"{app.town.issuer}/consent")
    state = parse_qs(urlsplit(sent.value.url).query)["state"][0]
    return {"code": "mallorys-code", "state": state, "iss": app.town.issuer}


def returns(app: App, answer: Answer, more: str = "") -> None:
    """The browser is sent back with this."""
    given = urlencode({name: value for name, value in answer.items() if value})
    app.page.goto(f"{app.town.shop}/kiosk/?{given}{more}")


@pytest.mark.rule("B-05")
@pytest.mark.spec("RFC 6749 §10.12", "RFC 9207 §2.4")
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_answer_is_not_used(app: App, name: str) -> None:
    forge, sentence = FORGED[name]
    answer = begun(app)
    returns(app, forge(answer))
    app.says(sentence)
    expect(app.page).to_have_url(f"{app.town.shop}/kiosk/")  # nothing of it stays
    # The question is used up: not even the right answer counts now.
    returns(app, answer)
    app.says("state differs")
    assert not app.wire.asked


@pytest.mark.spec("RFC 6749 §3.1")
def test_an_answer_with_a_name_twice_is_not_used(app: App) -> None:
    returns(app, begun(app), "&code=another")
    app.says("a parameter came twice")
    assert not app.wire.asked


def test_an_answer_that_no_tab_asked_for_is_not_used(app: App) -> None:
    answer = begun(app)
    app.page = app.page.context.new_page()  # Mallory's link opens in a tab of its own
    returns(app, answer)
    app.says("state differs")
    assert not app.wire.asked


@pytest.mark.spec("RFC 7636 §4.6")
def test_a_code_of_another_sign_in_is_worth_nothing(app: App) -> None:
    way_back = f"{app.town.shop}/kiosk/?*"
    app.page.route(way_back, lambda route: route.abort())
    app.open()
    app.depart()
    people.at(app.page, f"{app.town.issuer}/consent")
    with app.page.expect_request(way_back) as stolen:
        app.page.locator("button[name=decision][value=allow]").click()
    code = parse_qs(urlsplit(stolen.value.url).query)["code"][0]
    app.page = app.page.context.new_page()
    returns(app, begun(app) | {"code": code})  # another verifier belongs to this one
    app.says("The account service gave no token (invalid_grant).")
    assert app.wire.asked[-1]["code"] == code
    app.watch.forgive("status of 400|ERR_FAILED")


def claims(**changes: Any) -> Callable[[Told], Told]:
    """The token answer with another ID token; nobody checks its signature."""

    def change(told: Told) -> Told:
        if "id_token" not in told:
            return told
        head, payload, signature = told["id_token"].split(".")
        said = json.loads(base64.urlsafe_b64decode(payload + "==")) | changes
        packed = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=")
        return told | {"id_token": f"{head}.{packed.decode()}.{signature}"}

    return change


@pytest.mark.rule("B-05")
@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": "x" * 43}, "the nonce differs"),
        ({"nonce": None}, "the nonce differs"),
        ({"iss": "http://evil.example"}, "its issuer is another"),
        ({"aud": "printshop"}, "it is meant for another app"),
        ({"aud": ["printshop-kiosk", "other"]}, "it is meant for another app"),
        ({"azp": "printshop"}, "it was issued to another app"),
        ({"exp": int(time.time()) - 60}, "its time is over"),
        ({"exp": None}, "its time is over"),
        ({"iat": int(time.time()) + 3600}, "its time is over"),
        ({"sub": ""}, "it names nobody"),
    ],
)
def test_an_id_token_that_says_something_else_signs_nobody_in(
    app: App, changes: dict[str, Any], reason: str
) -> None:
    app.wire.change = claims(**changes)
    app.open()
    app.depart()
    app.allow(PICKER, ORDERS)
    app.says(reason)
    expect(app.page.get_by_text("Nothing yet.")).to_be_visible()
    app.keeps_no_token()


@pytest.mark.spec("RFC 6749 §6", "RFC 9700 §4.14.2")
def test_a_refresh_token_is_good_once(town: Town, app: App) -> None:
    app.sign_in()
    app.page.get_by_role("button", name="Renew the access tokens").click()
    expect(app.held("refresh")).to_contain_text("Replaced 3 times")
    app.keeps_no_token()
    used = [one["refresh_token"] for one in app.wire.asked if "refresh_token" in one]
    assert len(used) == len(set(used)) == 3
    replay = {
        "grant_type": "refresh_token",
        "client_id": "printshop-kiosk",
        "refresh_token": used[0],
    }

    def is_dead() -> bool:  # the same answer comes again for a few seconds
        answer = requests.post(
            f"{town.issuer}/oauth/token", data=replay, timeout=TIMEOUT
        )
        return answer.status_code == 400

    eventually(is_dead)
    # Somebody had it: so the whole grant ended, and the page says what to do.
    app.page.get_by_role("button", name="Renew the access tokens").click()
    app.says("Sign in again")
    expect(app.held("refresh")).to_have_count(0)
    app.watch.forgive("status of 400")


def test_calls_that_come_together_renew_one_after_the_other(app: App) -> None:
    app.wire.change = lambda told: told | {"expires_in": 1}  # each call must renew
    app.sign_in()
    app.pick(5)
    app.make()
    used = [one["refresh_token"] for one in app.wire.asked if "refresh_token" in one]
    assert len(used) > 10
    assert len(used) == len(set(used))


@pytest.mark.rule("AS-40")
@pytest.mark.spec("RFC 8252 §8.6")
def test_nobody_signs_in_without_the_person(town: Town, app: App) -> None:
    app.sign_in()
    asked = f"{town.issuer}/oauth/authorize?"
    app.open()
    with app.page.expect_request(lambda request: request.url.startswith(asked)) as sent:
        app.depart()
    people.at(app.page, f"{town.issuer}/consent")
    with app.page.expect_request(f"{town.shop}/kiosk/?*") as returned:
        app.page.goto(f"{sent.value.url}&prompt=none")
    answer = parse_qs(urlsplit(returned.value.url).query)
    assert answer["error"] == ["consent_required"]
    app.says("consent_required")
    expect(app.page).to_have_url(f"{town.shop}/kiosk/")
