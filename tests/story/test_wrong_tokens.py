"""What the photo service says to every token that is not meant for it."""

import base64
import hmac
import json
import time
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from tests.story.client import LIBRARY, PICKER, Client
from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Visitor

# Signed by the authorization server's own key, as an operator's mistake would be.
MINT = """
import json, sys
from authserver.keys import Purpose, signer
cases = json.loads({cases!r})
sign = lambda case: signer(Purpose(case["key"])).sign(case["claims"], typ=case["typ"])
print("TOKENS", json.dumps({{name: sign(case) for name, case in cases.items()}}))
"""


@pytest.fixture(scope="module")
def client(town: Town) -> Client:
    return Client.register(town, "Client of the photo service")


@pytest.fixture(scope="module")
def tokens(client: Client) -> dict[str, Any]:
    """A good answer of the token endpoint: Alice allowed everything."""
    return client.tokens()


@pytest.fixture(scope="module")
def wrong(town: Town, client: Client, tokens: dict[str, Any]) -> dict[str, str]:
    """One token per way to be wrong; each differs from a good one in that way only."""
    good = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    now = int(time.time())
    changed: dict[str, dict[str, Any]] = {
        "expired": {"exp": now - 120, "iat": now - 500},
        "from the future": {"iat": now + 600, "nbf": now + 600},
        "for somebody else": {"aud": "https://elsewhere.example"},
        "for the authorization server": {"aud": town.issuer},
        "for the client": {"aud": client.client_id},
        "by somebody else": {"iss": "https://elsewhere.example"},
        "by almost us": {"iss": f"{town.issuer}/"},
    }
    cases = {
        name: {"claims": good | change, "typ": "at+jwt", "key": "access_token"}
        for name, change in changed.items()
    }
    for missing in ("exp", "aud", "iss", "sub", "client_id", "iat", "jti"):
        claims = {name: value for name, value in good.items() if name != missing}
        cases[f"without {missing}"] = {
            "claims": claims,
            "typ": "at+jwt",
            "key": "access_token",
        }
    for typ in ("JWT", "logout+jwt"):
        cases[f"typed {typ}"] = {"claims": good, "typ": typ, "key": "access_token"}
    printed = town.manage(
        "authserver", "shell", "-c", MINT.format(cases=json.dumps(cases))
    )
    minted: dict[str, str] = json.loads(printed.partition("TOKENS ")[2])
    return (
        minted
        | forged(town, tokens["access_token"], good)
        | {
            "an ID token": tokens["id_token"],
            "a refresh token": tokens["refresh_token"],
            "nonsense": "nonsense",
            "three dots": "...",
            "too long": "a" * 8100,
            "a sign-in token": client.tokens(scope="openid profile")["access_token"],
        }
    )


def forged(town: Town, token: str, claims: dict[str, Any]) -> dict[str, str]:
    """Tokens of somebody who has no key, or brings a key of their own."""
    header, payload, signature = token.split(".")
    keys = requests.get(f"{town.issuer}/oauth/jwks", timeout=TIMEOUT).json()["keys"]
    kid = jwt.get_unverified_header(token)["kid"]
    public = next(json.dumps(key) for key in keys if key["kid"] == kid)
    own = ec.generate_private_key(ec.SECP256R1())
    heads = {"kid": kid, "typ": "at+jwt"}
    promoted = base64url({**claims, "sub": "b0b7a9d4-2f3c-4d7e-8a61-90c4d2e7f1b3"})
    none = base64url({"alg": "none", "typ": "at+jwt"})
    return {
        "unsigned": f"{none}.{payload}.",
        "without its signature": f"{header}.{payload}.",
        "with another payload": f"{header}.{promoted}.{signature}",
        "signed with a public key as secret": hs256(claims, public, heads),
        "signed with a stranger's key": jwt.encode(claims, own, "ES256", heads),
        "of an unknown key": jwt.encode(claims, own, "ES256", {**heads, "kid": "x"}),
        "with a key it brings itself": jwt.encode(
            claims,
            own,
            "ES256",
            {
                **heads,
                "jwk": jwt.algorithms.ECAlgorithm.to_jwk(
                    own.public_key(), as_dict=True
                ),
            },
        ),
    }


def hs256(claims: dict[str, Any], secret: str, head: dict[str, str]) -> str:
    """Written out: PyJWT refuses to take a public key for a secret."""
    signed = f"{base64url({**head, 'alg': 'HS256'})}.{base64url(claims)}"
    mac = hmac.digest(secret.encode(), signed.encode(), "sha256")
    return f"{signed}.{base64url(mac)}"


def base64url(part: dict[str, Any] | bytes) -> str:
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


WRONG = [
    "expired",
    "from the future",
    "for somebody else",
    "for the authorization server",
    "for the client",
    "by somebody else",
    "by almost us",
    *(f"without {n}" for n in ("exp", "aud", "iss", "sub", "client_id", "iat", "jti")),
    "typed JWT",
    "typed logout+jwt",
    "unsigned",
    "without its signature",
    "with another payload",
    "signed with a public key as secret",
    "signed with a stranger's key",
    "of an unknown key",
    "with a key it brings itself",
    "an ID token",
    "a refresh token",
    "nonsense",
    "three dots",
    "too long",
    "a sign-in token",
]


def ask(
    town: Town, token: str, path: str = "library/v1/mediaItems"
) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{town.photos}/{path}", headers=headers, timeout=TIMEOUT)


def test_the_good_token_opens_the_library(town: Town, tokens: dict[str, Any]) -> None:
    assert ask(town, tokens["access_token"]).status_code == 200


@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_token_is_challenged(
    town: Town, wrong: dict[str, str], name: str
) -> None:
    answer = ask(town, wrong[name])
    assert answer.status_code == 401, answer.text
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert 'error="invalid_token"' in challenge
    assert (
        f'resource_metadata="{town.photos}/.well-known/oauth-protected-resource"'
        in challenge
    )
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
    assert wrong[name] not in answer.text + challenge


@pytest.mark.spec("RFC 6750 §3")
def test_nobody_is_told_only_the_way_in(town: Town) -> None:
    answer = requests.get(f"{town.photos}/library/v1/mediaItems", timeout=TIMEOUT)
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert "error=" not in challenge


@pytest.mark.spec("RFC 6750 §3.1")
def test_a_token_without_the_scope_is_told_which_one(
    town: Town, client: Client
) -> None:
    picking = client.tokens(scope=f"openid {PICKER}")["access_token"]
    answer = ask(town, picking)
    assert answer.status_code == 403
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert LIBRARY in challenge


@pytest.mark.spec("RFC 9700 §4.3.2")
@pytest.mark.parametrize("name", ["access_token", "oauth_token"])
def test_a_token_in_the_address_is_refused(
    town: Town, tokens: dict[str, Any], name: str
) -> None:
    answer = requests.get(
        f"{town.photos}/library/v1/mediaItems",
        params={name: tokens["access_token"]},
        timeout=TIMEOUT,
    )
    assert answer.status_code == 400
    assert tokens["access_token"] not in answer.text


def test_a_session_cookie_opens_no_api(town: Town) -> None:
    alice = Visitor(town.photos)
    page = alice.follow(alice.get("/sign-in/"))
    if 'name="password"' not in page.text:  # the sign-in may start with a button
        page = alice.follow(alice.submit(page, {}))
    home = alice.follow(alice.sign_in(page, "alice", "print-shop-demo"))
    assert home.url.startswith(town.photos)
    assert home.status_code == 200
    assert alice.get("/library/v1/mediaItems").status_code == 401


def test_an_id_token_is_no_key_to_userinfo(
    client: Client, tokens: dict[str, Any]
) -> None:
    assert client.userinfo(tokens["id_token"]).status_code == 401
    assert client.userinfo(tokens["access_token"]).status_code == 200
