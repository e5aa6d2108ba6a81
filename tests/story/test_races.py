"""Twelve at once, against real server processes: exactly one wins, nothing breaks."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from requests import Response

from tests.story.client import Attempt, Client
from tests.story.town import Town
from tests.story.visitor import Visitor

TOGETHER = 12


@pytest.fixture(scope="module")
def client(town: Town) -> Client:
    return Client.register(town, "Racing client")


def at_once(ask: Callable[[], Response]) -> list[Response]:
    """The same request from twelve threads that start together."""
    barrier = Barrier(TOGETHER)

    def wait_and_ask(_: int) -> Response:
        barrier.wait()
        return ask()

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
