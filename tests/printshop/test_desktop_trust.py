"""The desktop program: which servers it believes, and who it says signed in."""

import socket
from typing import Any

import jwt
import pytest
from desk import ALICE, RESOURCE, STRANGER, Desk
from provider import RSA_KEY, Reply

from printshop.desktop import cli, discovery, id_token
from printshop.desktop.failures import Failure, Unreachable, Usage
from printshop.desktop.keeping import Keeper

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


@pytest.mark.spec("RFC 6761 §6.3")
@pytest.mark.parametrize(
    ("typed", "is_good"),
    [
        ("https://shop.example", True),
        ("http://localhost:8000/", True),
        ("http://shop.localhost:8000", True),
        ("http://shop.localhost.example", False),
        ("http://shoplocalhost", False),
        ("http://shop.example", False),
        ("https://shop.localhost@evil.example", False),
    ],
)
def test_without_tls_it_goes_nowhere_but_this_machine(
    typed: str, is_good: bool
) -> None:
    if is_good:
        assert discovery.address(typed) == typed.rstrip("/")
        return
    with pytest.raises(Usage):
        discovery.address(typed)


@pytest.mark.spec("RFC 6761 §6.3")
def test_a_name_below_localhost_leads_to_this_machine(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No resolver is asked; the server still learns by which name it was."""
    resolve = socket.getaddrinfo

    def ask(host: str, *more: Any) -> Any:
        assert not host.endswith(".localhost")
        return resolve(host, *more)

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    desk.url = desk.url.replace("127.0.0.1", "shop.localhost")
    Keeper(desk.url).keep(desk.kept())
    assert cli.main(["status", "--shop", desk.url], "desktop") == 0
    hosts = {request.headers["Host"] for request in desk.requests}
    assert hosts == {desk.url.removeprefix("http://")}


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
