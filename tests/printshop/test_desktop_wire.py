"""The desktop program on the wire: what servers say to it, good and bad."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import keyring
import pytest
from desk import ALICE, RESOURCE, STRANGER, Desk
from keyring.backends import fail
from provider import RSA_KEY, Reply, Request

from printshop.desktop import cli, device_grant, discovery, id_token, ordering, uploads
from printshop.desktop.access import Access
from printshop.desktop.failures import (
    Denied,
    Failure,
    SignInFirst,
    TookTooLong,
    Unreachable,
)
from printshop.desktop.keeping import Keeper
from printshop.desktop.ordering import Source, Wanted

GRANTED = 256 * 1024  # bytes a piece is a multiple of
LIBRARY = "/photos/library/v1"
ABOUT = {"sku": "10x15", "photos": {"fewest": 1, "most": 1, "included": 1}}
TO = {"name": "Alice", "address": {"countryCode": "FR"}}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Everybody it talks to; Alice is signed in, in a file."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    desk = Desk()
    Keeper(desk.url).keep(desk.kept())
    yield desk
    desk.stop()
    keyring.set_keyring(before)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it would have slept each time."""
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    return naps


# Whom it believes.


@pytest.mark.spec("RFC 9728 §3.1")
@pytest.mark.spec("RFC 9728 §3.3")
def test_it_is_told_the_shop_and_finds_the_rest(desk: Desk) -> None:
    world = discovery.discover(desk.url, desk.photos)
    assert world.server.token_endpoint == f"{desk.url}/token"
    assert [r.path for r in desk.requests] == [
        RESOURCE,
        f"{RESOURCE}/photos",
        "/.well-known/openid-configuration",
    ]


@pytest.mark.spec("RFC 8414 §3.3")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://mallory.example"),
        ("issuer", None),
        ("token_endpoint", "http://mallory.example/token"),
        ("token_endpoint", "https://mallory.example@evil.example/token"),
        ("authorization_endpoint", "file:///etc/passwd"),
        ("authorization_endpoint", None),
        ("jwks_uri", 1),
        ("code_challenge_methods_supported", ["plain"]),
        ("code_challenge_methods_supported", None),
    ],
)
def test_metadata_that_is_not_safe_is_not_used(
    desk: Desk, name: str, value: object
) -> None:
    desk.metadata = {name: value}
    with pytest.raises(Unreachable):
        discovery.discover(desk.url, desk.photos)


@pytest.mark.parametrize(
    ("path", "said", "failure"),
    [
        (RESOURCE, {"resource": "https://mallory.example"}, Unreachable),
        (RESOURCE, {"authorization_servers": []}, Unreachable),
        (RESOURCE, {"authorization_servers": ["http://mallory.example"]}, Failure),
        (
            f"{RESOURCE}/photos",
            {"authorization_servers": ["https://other.example"]},
            Failure,
        ),
        (f"{RESOURCE}/photos", {"resource": "https://other.example"}, Unreachable),
    ],
)
def test_services_that_do_not_belong_together_get_nothing(
    desk: Desk, path: str, said: dict[str, Any], failure: type[Failure]
) -> None:
    address = desk.photos if path.endswith("photos") else desk.url
    desk.replies[path] = Reply(desk.resource(address) | said)
    with pytest.raises(failure):
        discovery.discover(desk.url, desk.photos)


@pytest.mark.parametrize(
    "reply",
    [Reply("<h1>Hello</h1>"), Reply({}, 500), Reply("[1]"), Reply("[" * 100_000)],
    ids=["html", "500", "list", "deep"],
)
def test_what_is_no_metadata_is_said_to_be_none(desk: Desk, reply: Reply) -> None:
    desk.replies["/.well-known/openid-configuration"] = reply
    with pytest.raises(Unreachable):
        discovery.server(desk.url)


# Who signed in.


@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://mallory.example"},
        {"aud": "printshop"},
        {"aud": ["printshop-desktop", "mallory"]},
        {"azp": "mallory"},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"nonce": "another"},
        {"nonce": None},
        {"at_hash": "AAAA"},
        {"sub": None},
        {"sub": "a\x1b[2J"},
    ],
)
def test_a_wrong_id_token_says_nobody(desk: Desk, changes: dict[str, Any]) -> None:
    server = discovery.server(desk.url)
    good = desk.id_token("access")
    assert id_token.subject(good, server, nonce="asked", access_token="access") == ALICE
    wrong = desk.id_token("access", **changes)
    with pytest.raises(Failure, match="cannot be trusted"):
        id_token.subject(wrong, server, nonce="asked", access_token="access")


def forged(desk: Desk, how: str) -> str:
    """An ID token whose claims are good, and whose signature or type is not."""
    claims = jwt.decode(desk.id_token("a"), options={"verify_signature": False})
    ways: dict[str, tuple[Any, str, dict[str, str]]] = {
        "other key": (STRANGER, "RS256", {}),
        "unknown key": (RSA_KEY, "RS256", {"kid": "two"}),
        "other algorithm": (RSA_KEY, "PS256", {}),
        "none": (None, "none", {}),
        "access token": (RSA_KEY, "RS256", {"typ": "at+jwt"}),
        "shared secret": ("x" * 32, "HS256", {}),
    }
    if how not in ways:
        return "no token"
    key, algorithm, header = ways[how]
    return jwt.encode(claims, key, algorithm, headers={"kid": "one"} | header)


@pytest.mark.spec("RFC 8725 §3.1")
@pytest.mark.parametrize(
    "how",
    [
        "other key",
        "unknown key",
        "other algorithm",
        "none",
        "access token",
        "shared secret",
        "nonsense",
    ],
)
def test_a_forged_id_token_says_nobody(desk: Desk, how: str) -> None:
    server = discovery.server(desk.url)
    with pytest.raises(Failure, match="cannot be trusted"):
        id_token.subject(forged(desk, how), server, nonce="asked", access_token="a")


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
    assert codes(desk, interval="soon").interval == 5
    assert codes(desk, verification_uri_complete="file:///x").user_code
    for wrong in ({"verification_uri": "http://mallory.example"}, {"device_code": ""}):
        with pytest.raises(Unreachable):
            codes(desk, **wrong)


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


# Uploading, over a line that breaks.


@pytest.fixture
def uploading(desk: Desk) -> dict[str, Any]:
    """An upload that the photo service takes in, and how far it has come."""
    so_far: dict[str, Any] = {"body": b"", "cuts": 0}

    def answer(request: Request) -> None:
        command = request.headers.get("X-Goog-Upload-Command", "")
        told = {"X-Goog-Upload-Chunk-Granularity": str(GRANTED)}
        if command == "start":
            told["X-Goog-Upload-URL"] = f"{desk.photos}/library/v1/uploads?upload_id=u"
        if "upload" in command:
            assert request.headers["X-Goog-Upload-Offset"] == str(len(so_far["body"]))
            if so_far["cuts"]:
                so_far["cuts"] -= 1
                so_far["body"] += request.body[: GRANTED * 2]
                desk.replies[request.path] = Reply({}, 500)
                return
            so_far["body"] += request.body
        final = command == "upload, finalize"
        told["X-Goog-Upload-Size-Received"] = str(len(so_far["body"]))
        told["X-Goog-Upload-Status"] = "final" if final else "active"
        desk.replies[request.path] = Reply("token", 200, "text/plain", told)

    desk.before = lambda r: answer(r) if r.path == f"{LIBRARY}/uploads" else None
    made = {"mediaItem": {"id": "1", "baseUrl": f"{desk.photos}/base"}}
    desk.replies[f"{LIBRARY}/mediaItems:batchCreate"] = Reply(
        {"newMediaItemResults": [made]}
    )
    return so_far


@pytest.mark.parametrize("cuts", [0, 1, 3])
def test_what_arrived_before_the_line_broke_is_not_sent_again(
    desk: Desk, uploading: dict[str, Any], naps: list[float], tmp_path: Path, cuts: int
) -> None:
    uploading["cuts"] = cuts
    path = tmp_path / "sea.jpg"
    path.write_bytes(bytes(range(256)) * 10_000)
    arrived: list[int] = []
    photo = uploads.add(desk.access(), path, "", arrived.append)
    assert photo.id == "1"
    assert uploading["body"] == path.read_bytes()
    assert sum(arrived) == path.stat().st_size
    assert len(naps) == cuts


def test_a_line_that_stays_broken_is_given_up(
    desk: Desk, uploading: dict[str, Any], naps: list[float], tmp_path: Path
) -> None:
    uploading["cuts"] = 100
    path = tmp_path / "sea.jpg"
    path.write_bytes(bytes(4_000_000))
    with pytest.raises(Unreachable):
        uploads.add(desk.access(), path, "", lambda _: None)


# Ordering, once.


def wanted(**more: Any) -> Wanted:
    """One print of one photo."""
    told: dict[str, Any] = {
        "sku": "10x15",
        "copies": 1,
        "shipping": "Standard",
        "recipient": TO,
        "sources": [Source("sea.jpg", "mark", lambda: b"sea")],
        "choices": {},
        "accept_low_resolution": False,
    }
    return Wanted(**(told | more))


def bodies(desk: Desk) -> list[dict[str, Any]]:
    """The orders that were sent."""
    return [json.loads(request.body) for request in desk.asked("/v1/orders")]


def test_an_order_whose_answer_was_lost_is_the_same_order(
    desk: Desk, naps: list[float]
) -> None:
    desk.replies["/v1/assets"] = Reply({"asset": {"id": "asset"}}, 201)
    desk.replies["/v1/orders"] = Reply("cut off", 502)
    for _ in range(2):
        with pytest.raises(Unreachable):
            ordering.place(desk.access(), wanted(), ABOUT)
    desk.replies["/v1/orders"] = Reply({"order": {"id": "PS-1"}}, 200)
    assert ordering.place(desk.access(), wanted(), ABOUT)["id"] == "PS-1"
    assert ordering.place(desk.access(), wanted(copies=2), ABOUT)["id"] == "PS-1"
    *same, other = bodies(desk)
    assert all(body == same[0] for body in same)
    assert len(same) == 2 * ordering.TRIES + 1
    assert len(desk.asked("/v1/assets")) == 2, "sent once for each order"
    assert other["idempotencyKey"] != same[0]["idempotencyKey"]
    assert ordering.place(desk.access(), wanted(), ABOUT)["id"] == "PS-1"
    assert bodies(desk)[-1]["idempotencyKey"] != same[0]["idempotencyKey"]


@pytest.mark.parametrize("word", ["-" + "a" * 31, "sea.jpg", "id:sea.jpg"])
def test_an_id_may_look_like_an_option_or_a_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sea.jpg").write_bytes(b"sea")
    words = ["order", word, "--product", "10x15", "--yes"]
    for name in ("name", "address", "postcode", "town", "country"):
        words += [f"--{name}", "FR"]
    desk.replies["/v1/products"] = Reply({"products": [ABOUT]})
    assert cli.main([*words, "--shop", desk.url], "desktop") in {1, 2}
    asked = [r.path for r in desk.requests if "mediaItems" in r.path]
    wanted = f"{LIBRARY}/mediaItems/{word.removeprefix('id:')}"
    assert asked == ([] if word == "sea.jpg" else [wanted])


def test_within_a_run_it_tries_again_by_itself(desk: Desk, naps: list[float]) -> None:
    desk.replies["/v1/assets"] = Reply({"asset": {"id": "asset"}}, 201)
    made_now = Reply({"order": {"id": "PS-1"}}, 200)
    desk.lists["/v1/orders"] = [Reply("cut off", 502), made_now]
    made = ordering.place(desk.access(), wanted(), ABOUT)
    assert made["id"] == "PS-1"
    first, second = bodies(desk)
    assert first == second
