"""Tokens forged, misused or sent in a wrong way, each with its exact answer."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from integrator import AUDIENCE, NOTHING, SCOPE, Integrator, claims, mint
from provider import ALICE, BOB, EC_KEY, OTHER_RSA_KEY, RSA_KEY, Provider, Reply
from pytest_django import Settings
from visitors import Browser

from printshop import provider as known
from printshop.models import Customer

METADATA = 'resource_metadata="http://testserver/.well-known/oauth-protected-resource"'
NO_JWT = "The access token is not a signed JWT"
NO_ACCESS_TOKEN = "The token is not an access token: its typ is not at+jwt"
OTHER_ALG = "The access token is signed in a way we do not accept"
NO_KID = "The access token does not name its key"
UNKNOWN_KEY = "no key of the provider fits the token"
SIGNATURE = "The access token's signature is wrong"
LACKS = "The access token lacks a claim it must have"
EXPIRED = "The access token has expired"
NOT_YET = "The access token is not valid yet"
OTHER_ISSUER = "The access token comes from another issuer"
OTHER_AUDIENCE = "The access token is meant for another service"
MALFORMED = "The access token is malformed"
TOO_LONG = "The access token is too long"
NO_PERSON = "No person stands behind this access token"
BOUND = "The access token is bound to a key and is no bearer token"
HEADER = {"typ": "at+jwt", "kid": "k1", "alg": "RS256"}

Mint = Callable[[Provider], str]


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def said(**changes: Any) -> Mint:
    """Claims otherwise."""
    return lambda provider: mint(provider, **changes)


def late(**seconds: int) -> Mint:
    """Times so many seconds from now."""

    def write(provider: Provider) -> str:
        now = int(time.time())
        times: dict[str, Any] = {name: now + s for name, s in seconds.items()}
        return mint(provider, **times)

    return write


def header(**changes: Any) -> Mint:
    return lambda provider: mint(provider, header=changes)


def written(head: object, signature: bytes = b"x") -> Mint:
    """By hand, with whatever as a signature."""

    def write(provider: Provider) -> str:
        parts = [json.dumps(head).encode(), json.dumps(claims(provider)).encode()]
        return ".".join(b64(part) for part in [*parts, signature])

    return write


def shared(provider: Provider) -> str:
    """HS256, with the public key as the secret."""
    head = b64(json.dumps({**HEADER, "alg": "HS256"}).encode())
    signed = f"{head}.{b64(json.dumps(claims(provider)).encode())}"
    secret = json.dumps(provider.keys[0]).encode()
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def as_bob(provider: Provider) -> str:
    """A good token with another name in it."""
    head, _, last = mint(provider).split(".")
    return f"{head}.{b64(json.dumps(claims(provider, sub=BOB.sub)).encode())}.{last}"


def id_token(provider: Provider) -> str:
    told = claims(provider, client_id=NOTHING, scope=NOTHING, nonce="n")
    return jwt.encode(told, RSA_KEY, "RS256", headers={"kid": "k1"})


def signed(payload: bytes) -> Mint:
    """Anything at all, signed by the provider."""
    return lambda provider: jwt.PyJWS().encode(
        payload, RSA_KEY, "RS256", headers=HEADER
    )


def stranger(**changes: Any) -> Mint:
    """Signed by somebody else, who says where the key is."""
    return lambda provider: mint(provider, key=OTHER_RSA_KEY, header=changes)


INVALID: dict[str, tuple[Mint, str]] = {
    "alg none": (written({**HEADER, "alg": "none"}), OTHER_ALG),
    "alg none, unsigned": (written({**HEADER, "alg": "none"}, b""), OTHER_ALG),
    "alg missing": (written({"typ": "at+jwt", "kid": "k1"}), OTHER_ALG),
    "alg a list": (written({**HEADER, "alg": ["RS256"]}), OTHER_ALG),
    "HS256 with the public key": (shared, OTHER_ALG),
    "PS256 with the RSA key": (lambda p: mint(p, alg="PS256"), OTHER_ALG),
    "ES256 under the kid of the RSA key": (
        lambda p: mint(p, key=EC_KEY, alg="ES256"),
        UNKNOWN_KEY,
    ),
    "ES384": (
        lambda p: mint(p, key=ec.generate_private_key(ec.SECP384R1()), alg="ES384"),
        OTHER_ALG,
    ),
    "another key": (stranger(), SIGNATURE),
    "another key, sent along": (stranger(jwk={"kty": "RSA"}), SIGNATURE),
    "another key, at a jku": (stranger(jku="http://evil.example/"), SIGNATURE),
    "another key, in an x5c": (stranger(x5c=["MIIB"]), SIGNATURE),
    "no signature": (lambda p: mint(p).rpartition(".")[0] + ".", SIGNATURE),
    "half a signature": (lambda p: mint(p)[:-86], SIGNATURE),
    "somebody else's name": (as_bob, SIGNATURE),
    "typ JWT": (header(typ="JWT"), NO_ACCESS_TOKEN),
    "typ missing": (header(typ=NOTHING), NO_ACCESS_TOKEN),
    "typ in capitals": (header(typ="AT+JWT"), NO_ACCESS_TOKEN),
    "typ logout+jwt": (header(typ="logout+jwt"), NO_ACCESS_TOKEN),
    "an ID token": (id_token, NO_ACCESS_TOKEN),
    "kid missing": (header(kid=NOTHING), NO_KID),
    "kid unknown": (header(kid="k2"), UNKNOWN_KEY),
    "kid a path": (header(kid="../../etc/passwd"), UNKNOWN_KEY),
    "crit, unknown": (header(crit=["x"], x=1), NO_JWT),
    "iss with a slash": (lambda p: mint(p, iss=f"{p.url}/"), OTHER_ISSUER),
    "iss of somebody else": (said(iss="https://evil.example"), OTHER_ISSUER),
    "iss missing": (said(iss=NOTHING), LACKS),
    "aud of the photos": (said(aud="http://localhost:8002"), OTHER_AUDIENCE),
    "aud of the shop as a client": (said(aud="printshop"), OTHER_AUDIENCE),
    "aud with a slash": (said(aud=f"{AUDIENCE}/"), OTHER_AUDIENCE),
    "aud longer": (said(aud=f"{AUDIENCE}.evil.example"), OTHER_AUDIENCE),
    "aud a list of others": (said(aud=["a", "b"]), OTHER_AUDIENCE),
    "aud an object": (said(aud={AUDIENCE: 1}), OTHER_AUDIENCE),
    "aud missing": (said(aud=NOTHING), LACKS),
    "exp past": (late(exp=-60), EXPIRED),
    "exp missing": (said(exp=NOTHING), LACKS),
    "exp a word": (said(exp="soon"), MALFORMED),
    "exp digits in a string": (said(exp="9999999999"), MALFORMED),
    "exp of four hundred digits": (said(exp=10**400), MALFORMED),
    "nbf to come": (late(nbf=90), NOT_YET),
    "nbf digits in a string": (said(nbf="1"), MALFORMED),
    "iat to come": (late(iat=90), NOT_YET),
    "iat missing": (said(iat=NOTHING), LACKS),
    "sub missing": (said(sub=NOTHING), LACKS),
    "sub empty": (said(sub=""), MALFORMED),
    "sub a number": (said(sub=7), MALFORMED),
    "sub with a NUL": (said(sub="a\0b"), MALFORMED),
    "sub too long": (said(sub="x" * 300), MALFORMED),
    "client_id missing": (said(client_id=NOTHING), LACKS),
    "client_id a list": (said(client_id=["albums"]), MALFORMED),
    "client_id with a NUL": (said(client_id="a\0b"), MALFORMED),
    "jti missing": (said(jti=NOTHING), LACKS),
    "jti a number": (said(jti=5), MALFORMED),
    "scope a list": (said(scope=[SCOPE]), MALFORMED),
    "a client for itself": (said(sub="albums"), NO_PERSON),
    "bound by DPoP": (said(cnf={"jkt": "x" * 43}), BOUND),
    "a word": (lambda p: "x", NO_JWT),
    "five parts": (lambda p: "a.b.c.d.e", NO_JWT),
    "a header that is null": (lambda p: b64(b"null") + ".e30.eA", NO_JWT),
    "a header that is no UTF-8": (lambda p: b64(b"\xff\xfe") + ".e30.eA", NO_JWT),
    "a deep header": (lambda p: b64(b"[" * 3000) + ".e30.eA", NO_JWT),
    "claims that are a list": (signed(b"[]"), MALFORMED),
    "claims that are no UTF-8": (signed(b"\xff"), MALFORMED),
    "too long": (said(more="x" * 8000), TOO_LONG),
    "not ASCII": (lambda p: "é" * 30, MALFORMED),
    "in quotes": (lambda p: f'"{mint(p)}"', MALFORMED),
}


def ask(token: str) -> Any:
    return Client().get("/v1/orders", headers={"authorization": f"Bearer {token}"})


def challenge(error: str, sentence: str, more: str = "") -> str:
    return (
        f'Bearer realm="Print Shop", error="{error}", '
        f'error_description="{sentence}", {more}{METADATA}'
    )


@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_a_good_token_is_answered(alice: Browser, provider: Provider, alg: str) -> None:
    key = {"RS256": RSA_KEY, "ES256": EC_KEY}[alg]
    ecdsa = jwt.algorithms.ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True)
    provider.keys.append(ecdsa | {"kid": "e1", "alg": "ES256", "use": "sig"})
    known.forget()
    kid = {"RS256": "k1", "ES256": "e1"}[alg]
    token = mint(provider, key=key, alg=alg, header={"kid": kid}, aud=["x", AUDIENCE])
    answer = ask(token)
    assert (answer.status_code, answer.json()) == (
        200,
        {"orders": [], "hasMore": False},
    )


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.spec("RFC 8725 §3.11")
@pytest.mark.rule(
    "RS-01", "RS-02", "RS-03", "RS-04", "RS-05", "RS-06", "RS-11", "RS-15"
)
@pytest.mark.parametrize("name", INVALID)
def test_a_wrong_token_gets_this_answer(
    alice: Browser, provider: Provider, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    make, sentence = INVALID[name]
    token = make(provider)
    answer = ask(token)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == challenge("invalid_token", sentence)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "title": "Unauthorized",
        "status": 401,
        "detail": sentence,
    }
    sent = answer.content.decode() + str(answer.headers) + caplog.text
    assert len(token) < 20 or token[:20] not in sent  # RFC 6750 §3: nothing comes back


ONE_TOKEN = "The Authorization header must hold one token"


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.spec("RFC 9700 §4.3.2")
@pytest.mark.rule("RS-07")
@pytest.mark.parametrize(
    ("query", "head", "sentence"),
    [
        ("?access_token={}", "", "An access token must not be sent in the URL"),
        (
            "?access_token={}",
            "Bearer {}",
            "An access token must not be sent in the URL",
        ),
        ("", "Bearer", ONE_TOKEN),
        ("", "Bearer {} {}", ONE_TOKEN),
        ("", "Bearer {}, Bearer {}", ONE_TOKEN),
    ],
)
def test_a_token_that_comes_in_a_wrong_way_gets_this_answer(
    alice: Browser, provider: Provider, query: str, head: str, sentence: str
) -> None:
    token = mint(provider)
    headers = {"authorization": head.replace("{}", token)}
    answer = Client().get(f"/v1/orders{query.format(token)}", headers=headers)
    assert answer.status_code == 400
    assert answer["WWW-Authenticate"] == challenge("invalid_request", sentence)


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.rule("RS-07")
@pytest.mark.parametrize("head", ["", "Basic {}", "DPoP {}", "{}", "Bearer\t{}"])
@pytest.mark.parametrize("path", ["orders", "nowhere", "assets"])
def test_who_brings_no_bearer_token_learns_only_the_way_in(
    alice: Browser, provider: Provider, head: str, path: str
) -> None:
    # Her cookie comes along: it means nothing here.
    headers = {"authorization": head.replace("{}", mint(provider))}
    answer = alice.get(f"/v1/{path}", headers=headers)
    assert answer.status_code == 401
    assert (
        answer["WWW-Authenticate"]
        == f'Bearer realm="Print Shop", scope="{SCOPE}", {METADATA}'
    )


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.rule("RS-08")
@pytest.mark.parametrize(
    "scope", [NOTHING, "", "openid profile", f"{SCOPE}x", SCOPE.upper(), f"{SCOPE},a"]
)
def test_a_token_for_something_else_gets_this_answer(
    alice: Browser, provider: Provider, scope: object
) -> None:
    answer = ask(mint(provider, scope=scope))
    assert answer.status_code == 403
    assert answer["WWW-Authenticate"] == challenge(
        "insufficient_scope",
        "The access token is for something else",
        f'scope="{SCOPE}", ',
    )


@pytest.mark.rule("RS-09")
def test_nobody_becomes_a_customer_by_a_token(
    alice: Browser, provider: Provider
) -> None:
    answer = ask(mint(provider, sub="never-met"))
    assert answer.status_code == 403
    assert "no customer of the shop" in answer.json()["detail"]
    assert Customer.objects.count() == 1


@pytest.mark.rule("RS-09")
def test_who_signed_in_at_another_door_of_the_shop_is_a_customer(
    db: None, provider: Provider
) -> None:
    token = mint(provider, client_id="printshop-kiosk")
    assert [ask(token).status_code for _ in range(2)] == [200, 200]
    customer = Customer.objects.get()
    assert (customer.iss, customer.sub) == (provider.url, ALICE.sub)
    Browser().sign_in()  # the same person, at the main door
    assert Customer.objects.get().name == ALICE.name


@pytest.mark.rule("RS-09")
def test_only_the_shops_own_programs_are_its_doors(
    db: None, provider: Provider, settings: Settings
) -> None:
    token = mint(provider, client_id="printshop-kiosk")
    settings.OWN_CLIENTS = ["printshop-kiosk-2", ""]
    assert ask(token).status_code == 403
    assert not Customer.objects.exists()


@pytest.mark.rule("RS-09")
@pytest.mark.parametrize(
    ("door", "status"), [("desktop", 200), ("mobile", 200), ("device", 403)]
)
def test_a_door_that_orders_nothing_here_makes_no_customers(
    db: None, provider: Provider, door: str, status: int
) -> None:
    """The photo station fills a cart; its registration has no orders scope."""
    assert ask(mint(provider, client_id=f"printshop-{door}")).status_code == status


@pytest.mark.parametrize("client_id", ["albums", "printshop-kiosk"])
def test_a_customer_whose_account_is_closed_orders_nothing(
    alice: Browser, provider: Provider, client_id: str
) -> None:
    Customer.objects.update(is_active=False)
    assert ask(mint(provider, client_id=client_id)).status_code == 403
    assert not Customer.objects.get().is_active


@pytest.mark.rule("RS-18")
def test_a_provider_that_does_not_answer_is_no_fault_of_the_token(
    alice: Browser, provider: Provider
) -> None:
    known.forget()
    provider.replies["/jwks"] = Reply(status=500)
    answer = ask(mint(provider))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.spec("RFC 9728 §2")
@pytest.mark.spec("RFC 9728 §3")
@pytest.mark.rule("RS-16")
def test_the_metadata_names_what_we_demand(
    client: Client, provider: Provider, settings: Settings
) -> None:
    answer = client.get("/.well-known/oauth-protected-resource")
    assert answer.json() == {
        "resource": settings.URL,
        "resource_name": "Print Shop orders",
        "authorization_servers": [provider.url],
        "bearer_methods_supported": ["header"],
        "scopes_supported": [SCOPE],
    }
    assert "public" in answer["Cache-Control"]


@pytest.mark.rule("RS-08")
def test_a_strangers_token_finds_nothing_of_hers(
    alice: Browser, provider: Provider
) -> None:
    mine = Integrator(provider)
    order = mine.order()
    asset = order["items"][0]["assets"][0]["id"]
    provider.person = BOB
    Browser().sign_in()
    for changes in ({"sub": BOB.sub}, {"client_id": "others"}):
        theirs = Integrator(provider, changes)
        assert theirs.get("orders").json()["orders"] == []
        for path in (f"orders/{order['id']}", f"orders/{order['id']}/actions"):
            assert theirs.get(path).status_code == 404
        assert theirs.get(f"assets/{asset}").status_code == 404
        stop = theirs.post(f"orders/{order['id']}/actions/cancel", {})
        assert stop.status_code == 404
        item = theirs.item(assets=[{"id": asset}])
        assert theirs.post("orders", theirs.asked(items=[item])).status_code == 400
    assert mine.get(f"orders/{order['id']}").status_code == 200
