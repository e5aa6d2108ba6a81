"""Good tokens, and what is remembered of them: RFC 9068 §4."""

import time
from typing import Any

import jwt
import pytest
from photo_cast import (
    ALICE,
    AUDIENCE,
    LIBRARY,
    App,
    Issuer,
    as_jwk,
    refused,
    told,
)

from photos_api import access_tokens, key_set
from photos_api.memory import Memory
from photos_api.models import Person

pytestmark = pytest.mark.django_db
MEDIA_ITEMS = "/library/v1/mediaItems"


@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt"])
def test_a_good_token_opens_the_library(issuer: Issuer, typ: str) -> None:
    response = App(issuer.token(header={"typ": typ})).get(MEDIA_ITEMS)
    assert (response.status_code, told(response)) == (200, {})


@pytest.mark.spec("RFC 9068 §2.1")
def test_a_token_signed_with_rsa_is_good_too(issuer: Issuer) -> None:
    token = issuer.token(key=issuer.rsa, alg="RS256", header={"kid": "rs-1"})
    assert App(token).get(MEDIA_ITEMS).status_code == 200


@pytest.mark.spec("RFC 9068 §4")
def test_clocks_may_differ_by_half_a_minute_and_no_more(issuer: Issuer) -> None:
    now = int(time.time())
    good: list[dict[str, Any]] = [
        {"exp": now - 20},
        {"iat": now + 20},
        {"nbf": now + 20},
    ]
    bad: list[dict[str, Any]] = [
        {"exp": now - 40},
        {"iat": now + 90},
        {"nbf": now + 90},
    ]
    assert [App(issuer.token(**c)).get(MEDIA_ITEMS).status_code for c in good] == [
        200
    ] * 3
    assert [App(issuer.token(**c)).get(MEDIA_ITEMS).status_code for c in bad] == [
        401
    ] * 3


@pytest.mark.spec("RFC 9068 §4")
def test_an_audience_among_others_is_enough(issuer: Issuer) -> None:
    token = issuer.token(aud=["https://other.example", AUDIENCE])
    assert App(token).get(MEDIA_ITEMS).status_code == 200


@pytest.mark.spec("RFC 9068 §2.2.3")
@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (LIBRARY, 200),
        (f"https://www.googleapis.com/auth/{LIBRARY}", 200),
        (f"openid {LIBRARY} profile", 200),
        (f"http://www.googleapis.com/auth/{LIBRARY}", 403),
    ],
)
def test_a_scope_counts_as_a_whole_word(
    issuer: Issuer, scope: object, status: int
) -> None:
    assert App(issuer.token(scope=scope)).get(MEDIA_ITEMS).status_code == status


def test_a_stranger_sees_an_empty_library_and_is_not_remembered(
    issuer: Issuer,
) -> None:
    assert told(App(issuer.token(sub="never-met")).get(MEDIA_ITEMS)) == {}
    assert not Person.objects.filter(sub="never-met").exists()


def test_the_same_sub_at_another_issuer_is_somebody_else(
    issuer: Issuer, library: Any, settings: Any
) -> None:
    library.photo(by="printshop")
    assert "mediaItems" in told(App(issuer.token()).get(MEDIA_ITEMS))
    settings.ISSUER = "http://other.example"
    token = issuer.token(iss="http://other.example", sub=ALICE)
    assert told(App(token).get(MEDIA_ITEMS)) == {}


def test_without_any_key_the_answer_is_503(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_answers() -> key_set.Keys:
        raise ValueError("nobody answers")

    empty = key_set.KeySet(nobody_answers)
    monkeypatch.setattr(key_set, "of_issuer", lambda: empty)
    response = App(issuer.token()).get(MEDIA_ITEMS)
    refused(response, 503, "UNAVAILABLE")
    assert response["Retry-After"] == "5"
    assert "WWW-Authenticate" not in response


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every token whose signature was looked at."""
    checked: list[str] = []
    decode = jwt.decode

    def counting(text: str, *args: Any, **options: Any) -> Any:
        checked.append(text)
        return decode(text, *args, **options)

    monkeypatch.setattr(jwt, "decode", counting)
    return checked


def test_a_token_is_looked_into_once(
    shop: App, mallory: App, checks: list[str]
) -> None:
    for app in (shop, mallory, shop, shop, mallory):
        assert app.get(MEDIA_ITEMS).status_code == 200
    assert checks == [shop.token, mallory.token]


def test_what_is_known_of_one_token_is_no_use_to_another(
    issuer: Issuer, shop: App
) -> None:
    assert shop.get(MEDIA_ITEMS).status_code == 200
    rest, dot, signature = shop.token.rpartition(".")
    other = issuer.token(jti="another").rpartition(".")[2]
    assert App(f"{rest}{dot}{other}").get(MEDIA_ITEMS).status_code == 401
    assert App(f"{rest}.{signature[::-1]}").get(MEDIA_ITEMS).status_code == 401


def test_a_known_token_ends_with_its_time(
    issuer: Issuer, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(issuer.token(exp=int(time.time()) + 10))
    assert app.get(MEDIA_ITEMS).status_code == 200
    later = time.time() + 10 + access_tokens.LEEWAY + 1
    monkeypatch.setattr(access_tokens.verified, "_clock", lambda: later)
    app.get(MEDIA_ITEMS)
    assert checks == [app.token] * 2


@pytest.mark.rule("RS-02")
def test_a_known_token_ends_with_its_key(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(issuer.token())
    assert app.get(MEDIA_ITEMS).status_code == 200
    others = {"keys": [as_jwk(issuer.stranger, "es-1")]}
    keys = key_set.KeySet(lambda: key_set.parse(others))
    monkeypatch.setattr(key_set, "of_issuer", lambda: keys)
    assert app.get(MEDIA_ITEMS).status_code == 401


@pytest.mark.rule("RS-18")
def test_a_known_token_does_not_outlive_the_keys(
    shop: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.get(MEDIA_ITEMS).status_code == 200

    def nobody_answers() -> key_set.Keys:
        raise ValueError("nobody answers")

    empty = key_set.KeySet(nobody_answers)
    monkeypatch.setattr(key_set, "of_issuer", lambda: empty)
    refused(shop.get(MEDIA_ITEMS), 503, "UNAVAILABLE")


def test_memory_has_an_end() -> None:
    clock = [0.0]
    memory: Memory[str] = Memory(3, clock=lambda: clock[0])
    for number in range(5):
        memory.put(number, f"value {number}", until=10)
        memory.get(2)
    assert [memory.get(n) for n in range(5)] == [
        *(None, None),
        *("value 2", "value 3", "value 4"),
    ]
    clock[0] = 10
    assert memory.get(4) is None
    assert len(memory) == 2


@pytest.mark.rule("RS-18")
def test_a_token_asks_neither_network_nor_database_once_keys_are_here(
    issuer: Issuer, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads: list[str] = []

    def download() -> key_set.Keys:
        downloads.append("once more")
        return key_set.parse(issuer.jwks)

    keys = key_set.KeySet(download)
    monkeypatch.setattr(key_set, "of_issuer", lambda: keys)
    with django_assert_num_queries(0):
        for number in range(3):
            access_tokens.AccessToken.verify(issuer.token(jti=f"token {number}"))
    assert len(downloads) == 1
