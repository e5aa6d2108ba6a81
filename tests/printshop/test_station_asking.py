"""The photo station asks again and again, as RFC 8628 §3.5 wants it to."""

from typing import Any
from unittest.mock import patch

import pytest
from provider import (
    Provider,
    Reply,
)
from stations import (
    TOKEN,
    Screen,
    asked,
    assert_empty,
    heading,
    visit,
)

from printshop.models.stations import Stage

DEVICE = "/device_authorization"


@pytest.mark.spec("RFC 8628 §3.5")
def test_it_asks_when_the_interval_is_over_and_not_before(
    waiting: Screen, provider: Provider
) -> None:
    for after, so_far in [(4.5, 0), (0.6, 1), (4.5, 1), (0.6, 2)]:
        waiting.look(after)
        assert asked(provider) == so_far


def test_without_an_interval_it_is_five_seconds(
    screen: Screen, provider: Provider
) -> None:
    provider.device_changes = {"interval": None}
    screen.touch("begin")
    assert visit().interval == 5


@pytest.mark.spec("RFC 8628 §3.5")
def test_slow_down_means_five_seconds_more_from_then_on(
    waiting: Screen, provider: Provider
) -> None:
    provider.replies[TOKEN] = Reply({"error": "slow_down"}, 400)
    waiting.look(5.1)
    provider.replies[TOKEN] = Reply({"error": "authorization_pending"}, 400)
    for after, so_far in [(9.5, 1), (0.6, 2), (9.5, 2), (0.6, 3)]:
        waiting.look(after)
        assert asked(provider) == so_far
    provider.replies[TOKEN] = Reply({"error": "slow_down"}, 400)
    waiting.look(10.1)
    assert visit().interval == 15


@pytest.mark.spec("RFC 8628 §3.5")
def test_however_often_it_is_looked_at_it_is_never_told_to_slow_down(
    waiting: Screen, provider: Provider
) -> None:
    for _ in range(50):
        waiting.look(0.7)
    assert {d.interval for d in provider.devices.values()} == {5}
    assert 5 <= asked(provider) <= 7


ENDS = {
    "access_denied": "You said no, and that is fine",
    "expired_token": "Time ran out",
    "invalid_grant": "That did not work",
    "unauthorized_client": "That did not work",
    "": "That did not work",
}


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize("error", ENDS)
def test_a_no_ends_the_visit_and_is_said(
    waiting: Screen, provider: Provider, error: str
) -> None:
    provider.replies[TOKEN] = Reply({"error": error}, 400)
    assert heading(waiting.look(6)) == ENDS[error]
    assert_empty()
    for _ in range(4):
        waiting.look(6)
    assert asked(provider) == 1, "and nobody is asked again"
    assert heading(waiting.look(60)) == "Your photos, on paper"


def test_a_code_ends_by_the_clock_too(screen: Screen, provider: Provider) -> None:
    provider.device_seconds = 30
    screen.touch("begin")
    before = screen.look(29)
    assert "WDJB" in before
    count = asked(provider)
    assert heading(screen.look(1.5)) == "Time ran out"
    assert asked(provider) == count
    assert_empty()


TROUBLE = {
    "an error": Reply("no", 500),
    "a page": Reply("<title>Hello</title>", content_type="text/html"),
    "too many": Reply({"error": "temporarily_unavailable"}, 429),
    "a list": Reply("[]"),
    "a token of another kind": Reply({"access_token": "x", "token_type": "MAC"}),
    "nothing": Reply({}),
}


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize("trouble", TROUBLE)
def test_trouble_is_waited_out_each_time_twice_as_long(
    waiting: Screen, provider: Provider, trouble: str
) -> None:
    provider.replies[TOKEN] = TROUBLE[trouble]
    for after, so_far in [(5.1, 1), (9.5, 1), (0.6, 2), (19.5, 2), (0.6, 3)]:
        html = waiting.look(after)
        assert asked(provider) == so_far
    assert "does not answer just now" in html
    assert "WDJB" in html
    del provider.replies[TOKEN]
    provider.allow()
    waiting.look(40.1)
    assert visit().stage == Stage.MEETING


def test_a_server_that_takes_too_long_is_left_alone(
    waiting: Screen, provider: Provider
) -> None:
    provider.replies[TOKEN] = Reply({"error": "authorization_pending"}, 400, drip=0.05)
    with patch("printshop.wire.JSON_SECONDS", 0.2):
        waiting.look(5.1)
    assert visit().failures == 1
    waiting.look(9)
    assert asked(provider) == 1


@pytest.mark.spec("RFC 8628 §3.1", "RFC 8628 §3.2")
@pytest.mark.parametrize(
    "reply",
    [
        *TROUBLE.values(),
        *(
            Reply(
                {
                    "device_code": "d",
                    "user_code": "WDJB-MJHT",
                    "verification_uri": "https://a.example/device",
                    "expires_in": 600,
                }
                | change
            )
            for change in (
                {"device_code": None},
                {"device_code": "x" * 20_000},
                {"user_code": 7},
                {"user_code": "W\0"},
                {"user_code": "x" * 41},
                {"verification_uri": "javascript:alert(1)"},
                {"verification_uri": "https://[bad"},
                {"verification_uri_complete": "data:,x"},
                {"expires_in": 0},
                {"expires_in": True},
                {"expires_in": None},
                {"interval": "5"},
                {"interval": -5},
            )
        ),
    ],
)
def test_without_usable_codes_it_keeps_trying(
    screen: Screen, provider: Provider, reply: Reply
) -> None:
    provider.replies[DEVICE] = reply
    assert heading(screen.touch("begin")) == "One moment"
    screen.look(2)
    assert len(provider.asked(DEVICE)) == 1
    del provider.replies[DEVICE]
    assert "WDJB" in screen.look(10)


@pytest.mark.parametrize(
    ("metadata", "reply"),
    [
        ({"device_authorization_endpoint": None}, None),
        ({}, Reply({"error": "unauthorized_client"}, 400)),
        ({}, Reply({"error": "invalid_client"}, 401)),
    ],
)
def test_a_station_that_may_not_ask_says_so(
    screen: Screen, provider: Provider, metadata: dict[str, Any], reply: Reply | None
) -> None:
    provider.metadata = metadata
    if reply:
        provider.replies[DEVICE] = reply
    assert heading(screen.touch("begin")) == "That did not work"
