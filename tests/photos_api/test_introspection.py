"""Tokens checked by asking: RFC 7662, against a real server that misbehaves."""

import base64
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from authorization_server import AuthorizationServer
from photo_cast import (
    AUDIENCE,
    LIBRARY,
    METADATA,
    NOTHING,
    App,
    Library,
    refused,
    told,
)
from pytest_django.fixtures import Settings

from photos_api import introspection, withdrawals
from photos_api.access_tokens import AccessToken
from photos_api.introspection import Introspection
from photos_api.problems import InvalidToken, Unavailable

pytestmark = pytest.mark.django_db
MEDIA_ITEMS = "/library/v1/mediaItems"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, server: AuthorizationServer) -> list[float]:
    """How many seconds later it is for what is remembered."""
    later = [0.0]
    answers = introspection.of_issuer()._answers  # the only way to wait
    monkeypatch.setattr(answers, "_clock", lambda: time.time() + later[0])
    return later


@pytest.fixture
def app(server: AuthorizationServer) -> App:
    """The print shop with a token that says nothing to anybody but the server."""
    server.means("opaque-1")
    return App("opaque-1")


@pytest.mark.spec("RFC 7662 §2.1")
@pytest.mark.rule("RS-12")
def test_the_server_says_what_a_token_means(
    server: AuthorizationServer, app: App, library: Library
) -> None:
    library.photo(by="printshop")
    assert len(told(app.get(MEDIA_ITEMS))["mediaItems"]) == 1
    assert server.asked == [
        {"token": "opaque-1", "token_type_hint": "access_token"},
    ]
    pair = base64.b64decode(server.credentials[0].removeprefix("Basic ")).decode()
    # RFC 6749 §2.3.1: both are encoded as forms are.
    assert pair == "photos%3Aapi:what%3A+we+%2B+they+know"


@pytest.mark.spec("RFC 7662 §4")
@pytest.mark.rule("RS-12")
def test_a_revoked_token_ends_within_the_seconds_that_are_set(
    server: AuthorizationServer, app: App, clock: list[float]
) -> None:
    for _ in range(3):
        assert app.get(MEDIA_ITEMS).status_code == 200
    assert len(server.asked) == 1
    server.revokes(app.token)
    assert app.get(MEDIA_ITEMS).status_code == 200
    clock[0] = 5
    response = app.get(MEDIA_ITEMS)
    sentence = refused(response, 401, "UNAUTHENTICATED")
    assert sentence == "The access token is not active: it is over, or revoked"
    assert response["WWW-Authenticate"] == (
        f'Bearer realm="Photos", error="invalid_token", '
        f'error_description="{sentence}", {METADATA}'
    )


@pytest.mark.rule("RS-12")
def test_without_a_memory_a_revocation_counts_at_once(
    server: AuthorizationServer, app: App, settings: Settings
) -> None:
    settings.INTROSPECTION_KEPT = 0
    assert app.get(MEDIA_ITEMS).status_code == 200
    server.revokes(app.token)
    assert app.get(MEDIA_ITEMS).status_code == 401


@pytest.mark.rule("RS-12")
def test_an_answer_is_believed_no_longer_than_the_token_lives(
    server: AuthorizationServer, app: App, clock: list[float]
) -> None:
    server.means(app.token, exp=int(time.time()) + 2)
    assert app.get(MEDIA_ITEMS).status_code == 200
    server.revokes(app.token)
    clock[0] = 3
    assert app.get(MEDIA_ITEMS).status_code == 401


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "inactive": ({"active": False}, "not active"),
    "active, as a word": ({"active": "true"}, "not active"),
    "active, as a number": ({"active": 1}, "not active"),
    "active missing": ({"active": NOTHING}, "not active"),
    "for somebody else": ({"aud": ["https://elsewhere.example"]}, "another service"),
    "for almost us": ({"aud": f"{AUDIENCE}/"}, "another service"),
    "for a part of us": ({"aud": "localhost"}, "another service"),
    "for nobody": ({"aud": []}, "another service"),
    "aud an object": ({"aud": {AUDIENCE: 1}}, "another service"),
    "by somebody else": ({"iss": "https://elsewhere.example"}, "another issuer"),
    "over": ({"exp": 1}, "expired"),
    "over some day": ({"exp": "tomorrow"}, "malformed"),
    "for a client alone": ({"sub": "printshop"}, "No person"),
    "bound to a key": ({"cnf": {"jkt": "x"}}, "bound to a key"),
    "of another type": ({"token_type": "DPoP"}, "does not vouch"),
    "scope a list": ({"scope": [LIBRARY]}, "malformed"),
    "sub a number": ({"sub": 7}, "malformed"),
    "auth_time a word": ({"auth_time": "lately"}, "malformed"),
    **{
        f"{name} missing": ({name: NOTHING}, "lacks a claim")
        for name in ("iss", "aud", "sub", "client_id", "exp", "iat", "jti")
    },
}


@pytest.mark.spec("RFC 7662 §2.2")
@pytest.mark.spec("RFC 7662 §4")
@pytest.mark.rule("RS-12", "RS-03", "RS-11")
@pytest.mark.parametrize("name", REFUSED)
def test_not_every_answer_lets_somebody_in(
    server: AuthorizationServer, app: App, name: str
) -> None:
    changes, sentence = REFUSED[name]
    server.means(app.token, **changes)
    response = app.get(MEDIA_ITEMS)
    assert sentence in refused(response, 401, "UNAUTHENTICATED")
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


@pytest.mark.rule("RS-12")
@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[" * 100_000, b"\xff", b"null", b"[]", b" " * 300_000]
)
def test_an_answer_that_makes_no_sense_lets_nobody_in(
    server: AuthorizationServer, app: App, content: bytes
) -> None:
    server.meanings[app.token] = content
    sentence = refused(app.get(MEDIA_ITEMS), 401, "UNAUTHENTICATED")
    assert sentence == introspection.UNBELIEVABLE


@pytest.mark.rule("RS-12", "RS-18")
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 500, 503])
def test_a_server_that_does_not_do_its_work_is_asked_again_later(
    server: AuthorizationServer,
    app: App,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.status = status
    response = app.get(MEDIA_ITEMS)
    refused(response, 503, "UNAVAILABLE")
    assert response["Retry-After"] == "5"
    assert "WWW-Authenticate" not in response
    server.status = 200
    refused(app.get(MEDIA_ITEMS), 503, "UNAVAILABLE")  # too early to ask again
    assert len(server.asked) == 1
    monkeypatch.setattr(introspection.of_issuer(), "_silent_until", 0.0)
    assert app.get(MEDIA_ITEMS).status_code == 200


@pytest.mark.rule("RS-12", "RS-18")
def test_while_nobody_answers_only_what_was_just_said_counts(
    server: AuthorizationServer, app: App, clock: list[float]
) -> None:
    assert app.get(MEDIA_ITEMS).status_code == 200
    server.http.shutdown()
    server.http.server_close()
    assert app.get(MEDIA_ITEMS).status_code == 200
    refused(App("opaque-2").get(MEDIA_ITEMS), 503, "UNAVAILABLE")
    clock[0] = 5
    refused(app.get(MEDIA_ITEMS), 503, "UNAVAILABLE")


@pytest.mark.rule("RS-12")
@pytest.mark.parametrize(
    "metadata",
    [
        {},
        [],
        {"issuer": "http://evil.example", "introspection_endpoint": "OURS"},
        {"issuer": "OURS"},
        {"issuer": "OURS", "introspection_endpoint": 7},
    ],
)
def test_no_secret_goes_where_the_metadata_is_not_to_be_believed(
    server: AuthorizationServer, app: App, metadata: object
) -> None:
    text = json.dumps(metadata).replace("OURS", server.url)
    server.metadata = json.loads(text)
    refused(app.get(MEDIA_ITEMS), 503, "UNAVAILABLE")
    assert not server.asked


def test_a_server_that_moves_is_found_again(
    server: AuthorizationServer, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.metadata = {
        "issuer": server.url,
        "introspection_endpoint": "http://127.0.0.1:9/gone",
    }
    refused(app.get(MEDIA_ITEMS), 503, "UNAVAILABLE")
    server.metadata = {
        "issuer": server.url,
        "introspection_endpoint": f"{server.url}/introspect",
    }
    monkeypatch.setattr(introspection.of_issuer(), "_silent_until", 0.0)
    assert app.get(MEDIA_ITEMS).status_code == 200


def test_a_slow_server_is_waited_for_so_long_and_no_longer(
    server: AuthorizationServer, app: App
) -> None:
    server.gate.clear()
    started = time.monotonic()
    refused(app.get(MEDIA_ITEMS), 503, "UNAVAILABLE")
    assert time.monotonic() - started < 5


def together(number: int, ask: Callable[[int], object]) -> list[object]:
    """All at once; what each was told, or refused."""

    def one(index: int) -> object:
        try:
            return ask(index)
        except (InvalidToken, Unavailable) as problem:
            return problem

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def until(happens: Callable[[], bool]) -> None:
    """Wait for it, three seconds at most."""
    end = time.monotonic() + 3
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Introspection:
    """What a process of the server has; without the database, for other threads."""
    monkeypatch.setattr(withdrawals, "learn", lambda *_: None)
    return Introspection()


@pytest.mark.rule("RS-12", "RS-18")
def test_a_hundred_requests_with_one_token_ask_one_question(
    server: AuthorizationServer, app: App, asking: Introspection
) -> None:
    server.gate.clear()
    threading.Timer(0.3, server.gate.set).start()
    found = together(100, lambda _: asking.verify(app.token))
    assert len(server.asked) == 1
    assert {type(one) for one in found} == {AccessToken}


@pytest.mark.rule("RS-12", "RS-18")
def test_a_flood_of_tokens_reaches_the_server_four_at_a_time(
    server: AuthorizationServer, app: App, asking: Introspection
) -> None:
    server.gate.clear()
    threading.Timer(0.3, server.gate.set).start()
    found = together(40, lambda index: asking.verify(f"made-up-{index}"))
    assert {type(one) for one in found} == {InvalidToken}
    assert server.most_under_way == Introspection.AT_ONCE


@pytest.mark.rule("RS-12", "RS-18")
def test_whose_token_was_good_once_waits_behind_no_flood(
    server: AuthorizationServer, app: App, asking: Introspection
) -> None:
    asking.verify(app.token)
    asking._answers.clear()  # five seconds later
    server.gate.clear()
    with ThreadPoolExecutor(9) as pool:
        strangers = [pool.submit(asking.verify, f"made-up-{n}") for n in range(8)]
        until(lambda: server.under_way == Introspection.AT_ONCE)
        hers = pool.submit(asking.verify, app.token)
        until(lambda: server.asked[-1]["token"] == app.token)
        server.gate.set()
        assert hers.result().client_id == "printshop"
    assert {type(one.exception()) for one in strangers} == {InvalidToken}


def test_what_is_remembered_has_an_end(
    server: AuthorizationServer, asking: Introspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking._answers, "_most", 10)  # else 5,000
    for number in range(30):
        with pytest.raises(InvalidToken):
            asking.verify(f"made-up-{number}")
    assert len(asking._answers) == 10  # what else would say
    with pytest.raises(InvalidToken, match="too long"):
        asking.verify("x" * 8001)
    assert len(server.asked) == 30
