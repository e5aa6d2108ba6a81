"""Twelve at once, against real server processes: exactly one wins, nothing breaks."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
import requests
from requests import Response

from tests.story.client import PASSWORD, Attempt, Client
from tests.story.forms import forms_of
from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Visitor, form_with

TOGETHER = 12


@pytest.fixture(scope="module")
def client(town: Town) -> Client:
    return Client.register(town, "Racing client")


def at_once(*asks: Callable[[], Response]) -> list[Response]:
    """These requests in turn, from twelve threads that start together."""
    barrier = Barrier(TOGETHER)

    def wait_and_ask(number: int) -> Response:
        barrier.wait()
        return asks[number % len(asks)]()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(wait_and_ask, range(TOGETHER)))


def outcome(answer: Response) -> str:
    return "tokens" if answer.ok else f"{answer.status_code} {answer.json()['error']}"


@pytest.mark.spec("RFC 6749 §4.1.2")
@pytest.mark.parametrize("round_", range(3))
def test_a_code_redeemed_twelve_times_at_once_gives_one_answer(
    town: Town, client: Client, round_: int
) -> None:
    attempt = Attempt()
    code = client.code(Visitor(town.issuer), attempt)
    answers = at_once(lambda: client.exchange(code, attempt))
    assert Counter(map(outcome, answers)) == {"tokens": 1, "400 invalid_grant": 11}
    # Eleven replays by a proven holder: what the first one got is dead as well.
    [winner] = [answer.json() for answer in answers if answer.ok]
    assert client.userinfo(winner["access_token"]).status_code == 401
    assert outcome(client.refresh(winner["refresh_token"])) == "400 invalid_grant"


@pytest.mark.spec("RFC 9700 §4.14.2")
@pytest.mark.parametrize("round_", range(3))
def test_a_refresh_token_used_twelve_times_at_once_gives_one_pair(
    client: Client, round_: int
) -> None:
    tokens = client.tokens()
    answers = at_once(lambda: client.refresh(tokens["refresh_token"]))
    outcomes = Counter(map(outcome, answers))
    assert set(outcomes) <= {"tokens", "400 invalid_grant"}
    pairs = {
        (answer.json()["access_token"], answer.json()["refresh_token"])
        for answer in answers
        if answer.ok
    }
    assert len(pairs) == 1  # two tabs may both be told, but told the same
    [(access_token, refresh_token)] = pairs
    assert client.userinfo(access_token).ok
    assert client.refresh(refresh_token).ok


@pytest.mark.spec("RFC 7009 §2.1")
@pytest.mark.parametrize("round_", range(5))
def test_access_removed_while_it_is_refreshed_is_gone(
    town: Town, client: Client, round_: int
) -> None:
    bob, attempt = Visitor(town.issuer), Attempt()
    tokens = client.exchange(client.code(bob, attempt, "bob"), attempt).json()
    apps = bob.get("/apps/")
    newest = max(
        (form for form in forms_of(apps.text) if "/remove/" in form.action),
        key=lambda form: int(form.action.split("/")[-3]),
    )
    headers = {"Referer": apps.url, "Origin": town.issuer}

    def remove() -> Response:
        return bob.post(newest.action, data=newest.values, headers=headers)

    def refresh() -> Response:
        return client.refresh(tokens["refresh_token"])

    removed, *answers = at_once(remove, *[refresh] * (TOGETHER - 1))
    assert removed.is_redirect
    assert set(map(outcome, answers)) <= {"tokens", "400 invalid_grant"}
    for pair in [tokens, *(answer.json() for answer in answers if answer.ok)]:
        assert client.userinfo(pair["access_token"]).status_code == 401
        assert outcome(client.refresh(pair["refresh_token"])) == "400 invalid_grant"


@pytest.mark.parametrize("round_", range(3))
def test_done_pressed_in_two_tabs_counts_once(
    town: Town, client: Client, round_: int
) -> None:
    bearer = {"Authorization": f"Bearer {client.tokens()['access_token']}"}
    alice = signed_in_at_the_photos(town)
    asked = requests.post(
        f"{town.photos}/picker/v1/sessions", json={}, headers=bearer, timeout=TIMEOUT
    ).json()
    picker = alice.get(asked["pickerUri"])
    form = form_with(picker, "photo")
    photos = [value for name, value in form.choices if name == "photo"]
    choices = [photos[:2], photos[2:7][::-1]]

    def press(choice: list[str]) -> Response:
        sent = form.filled({"photo": choice, "order": ",".join(choice)})
        return requests.post(  # a session would not be shared by threads
            picker.url,
            data=sent,
            cookies=alice.http.cookies.get_dict(),
            headers={"Referer": picker.url, "Origin": town.photos},
            allow_redirects=False,
            timeout=TIMEOUT,
        )

    answers = at_once(*[partial(press, choice) for choice in choices])
    assert {answer.status_code for answer in answers} <= {200, 302}  # done, or done now
    listed = requests.get(
        f"{town.photos}/picker/v1/mediaItems",
        params={"sessionId": asked["id"]},
        headers=bearer,
        timeout=TIMEOUT,
    ).json()
    assert [item["id"] for item in listed["mediaItems"]] in choices


def signed_in_at_the_photos(town: Town) -> Visitor:
    """Alice, at the photo service's own pages."""
    alice = Visitor(town.photos)
    page = alice.follow(alice.get("/sign-in/"))
    arrived = alice.follow(alice.sign_in(page, "alice", PASSWORD))
    assert arrived.url.startswith(town.photos)
    return alice
