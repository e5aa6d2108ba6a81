"""The desktop program: tokens, by the device grant and by refreshing."""

import threading
from typing import Any

import pytest
from desk import Desk
from provider import Reply

from printshop.desktop import cli, device_grant, discovery
from printshop.desktop.access import Access
from printshop.desktop.failures import (
    Denied,
    Failure,
    SignInFirst,
    TookTooLong,
    Unreachable,
)
from printshop.desktop.keeping import Keeper

# The device grant.


def codes(desk: Desk, **more: Any) -> device_grant.Codes:
    """As the server gives them."""
    told = {
        "device_code": "device",
        "user_code": "BCDF-GHJK",
        "verification_uri": f"{desk.url}/device/",
        "expires_in": 600,
        "interval": 5,
    }
    return device_grant.Codes.parse(told | more)


def waiting(error: str) -> Reply:
    """What the token endpoint says until the person has answered."""
    return Reply({"error": error}, 400)


@pytest.mark.spec("RFC 8628 §3.5")
def test_it_asks_no_more_often_than_it_may(desk: Desk, naps: list[float]) -> None:
    errors = ["authorization_pending", "slow_down", "authorization_pending"]
    desk.tokens = [*map(waiting, errors), Reply({}, 503), Reply(desk.pair())]
    server = discovery.server(desk.url)
    given = device_grant.wait(server, codes(desk), desk.url, 600)
    assert given.access_token
    assert naps == [5, 5, 10, 10, 20]
    sent = desk.asked("/token")[0].form
    assert sent["client_id"] == "printshop-desktop"
    assert sent["resource"] == desk.url
    assert "client_secret" not in sent


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ("access_denied", Denied),
        ("expired_token", TookTooLong),
        ("invalid_grant", Failure),
    ],
)
def test_it_stops_asking_when_it_is_over(
    desk: Desk, naps: list[float], error: str, failure: type[Failure]
) -> None:
    desk.tokens = [waiting(error), Reply(desk.pair())]
    with pytest.raises(failure) as raised:
        device_grant.wait(discovery.server(desk.url), codes(desk), desk.url, 600)
    assert type(raised.value) is failure
    assert len(desk.asked("/token")) == 1


def test_the_codes_name_a_place_that_is_safe(desk: Desk) -> None:
    wrong: dict[str, str]
    for wrong in (
        {"verification_uri": "http://mallory.example"},
        {"device_code": ""},
        {"user_code": ""},
        {"user_code": "\x1b[2J"},
        {"user_code": "B" * 41},
    ):
        with pytest.raises(Unreachable):
            codes(desk, **wrong)


@pytest.mark.spec("RFC 8628 §3.2")
@pytest.mark.parametrize("name", ["interval", "expires_in"])
@pytest.mark.parametrize("value", [-5, 0, True, None, "5", 5.5])
def test_seconds_that_make_no_sense_are_not_waited_for(
    desk: Desk, name: str, value: object
) -> None:
    with pytest.raises(Unreachable, match=f"{name} that makes no sense"):
        codes(desk, **{name: value})


@pytest.mark.spec("RFC 8628 §3.2")
def test_nobody_is_waited_for_for_ever(desk: Desk) -> None:
    told = codes(desk, interval=10**12, expires_in=10**12)
    assert (told.interval, told.expires_in) == (120, 3600)


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize(
    "reply", [Reply({}, 503), Reply({"error": "slow_down"}, 400)], ids=["503", "slow"]
)
def test_it_never_asks_so_seldom_that_nobody_would_wait(
    desk: Desk, naps: list[float], reply: Reply
) -> None:
    desk.tokens = [reply] * 40 + [Reply(desk.pair())]
    server = discovery.server(desk.url)
    assert device_grant.wait(server, codes(desk), desk.url, 600).access_token
    assert naps == sorted(naps)
    assert naps[-1] == 120


@pytest.mark.spec("RFC 8628 §3.5")
def test_it_does_not_sleep_past_the_end(desk: Desk, naps: list[float]) -> None:
    """Not even once: a question in the meantime would come too soon."""
    server = discovery.server(desk.url)
    for seconds, expires_in in ((4, 600), (600, 4)):
        with pytest.raises(TookTooLong):
            device_grant.wait(
                server, codes(desk, expires_in=expires_in), desk.url, seconds
            )
    assert (naps, desk.asked("/token")) == ([], [])


# Tokens, one run at a time.


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_runs_at_once_send_no_refresh_token_twice(desk: Desk) -> None:
    found: list[str] = []
    runs = [desk.access() for _ in range(8)]

    def run(access: Access) -> None:
        found.append(access.token(desk.photos))

    threads = [threading.Thread(target=run, args=(one,)) for one in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 8
    sent = [r.form["refresh_token"] for r in desk.asked("/token")]
    assert len(set(sent)) == 8
    kept = Keeper(desk.url).find()
    assert kept
    assert kept.refresh_token == desk.good


@pytest.mark.spec("RFC 8707 §2.2")
def test_each_service_gets_a_token_of_its_own(desk: Desk) -> None:
    access = desk.access()
    first, second = access.token(desk.photos), access.token(desk.url)
    assert first != second
    assert access.token(desk.photos) == first, "it is still good"
    resources = [r.form["resource"] for r in desk.asked("/token")]
    assert resources == [desk.photos, desk.url]


def test_a_token_that_ended_early_is_replaced_once(desk: Desk) -> None:
    desk.lists["/v1/orders"] = [Reply({}, 401), Reply({"orders": []})]
    access = desk.access()
    assert access.call("GET", desk.url, "/v1/orders").status == 200
    first, second = desk.asked("/v1/orders")
    assert first.headers["Authorization"] != second.headers["Authorization"]
    desk.replies["/v1/orders"] = Reply({}, 401)
    with pytest.raises(SignInFirst):
        access.call("GET", desk.url, "/v1/orders")
    assert len(desk.asked("/v1/orders")) == 4


@pytest.mark.parametrize(
    ("reply", "failure", "forgets"),
    [
        (waiting("invalid_grant"), SignInFirst, True),
        (waiting("invalid_target"), Denied, False),
        (waiting("invalid_client"), Failure, False),
        (Reply({}, 503), Unreachable, False),
        (Reply("<html>"), Unreachable, False),
        (Reply({"access_token": "a", "token_type": "mac"}), Unreachable, False),
    ],
    ids=["over", "not allowed", "unknown", "busy", "html", "of another type"],
)
def test_what_a_refused_refresh_means(
    desk: Desk, reply: Reply, failure: type[Failure], forgets: bool
) -> None:
    desk.tokens = [reply]
    with pytest.raises(failure) as raised:
        desk.access().token(desk.photos)
    assert type(raised.value) is failure
    assert (Keeper(desk.url).find() is None) == forgets


def test_what_is_damaged_is_forgotten_by_signing_out(desk: Desk) -> None:
    file = Keeper(desk.url).file
    file.write_text("{")
    assert cli.main(["sign-out", "--shop", desk.url], "desktop") == 1
    assert not file.exists()
    assert cli.main(["sign-out", "--shop", desk.url], "desktop") == 0
