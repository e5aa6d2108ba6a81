"""The provider signs somebody out: good logout tokens end what they name, no others."""

import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from provider import (
    BOB,
    EC_KEY,
    OTHER_RSA_KEY,
    RSA_KEY,
    PhotoService,
    Provider,
    Reply,
    photo,
    public_jwk,
)
from pytest_django import Settings
from visitors import Browser, order

from printshop import provider as known
from printshop.logout_token import EVENT, OLDEST
from printshop.models import BrowserSession, Connection, Order, ReceivedLogout
from printshop.models.sessions import BrowserSessionQuerySet
from printshop.reconciliation import reconcile

ENDPOINT = "/backchannel-logout/"
TYPED = {"kid": "k1", "typ": "logout+jwt"}


def tell(token: str) -> Any:
    """What the shop answers to a logout token."""
    strict = Client(enforce_csrf_checks=True)  # the provider has no CSRF token
    answer = strict.post(ENDPOINT, {"logout_token": token})
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    return answer


def refused(answer: Any, reason: str) -> None:
    """400, saying why."""
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"] == "invalid_request"
    assert reason in answer.json()["error_description"]


@pytest.fixture
def another(alice: Browser, provider: Provider) -> Browser:
    """Another browser of Alice's, signed in by another session at the provider."""
    browser = Browser()
    here, provider.sid = provider.sid, "session-2"
    browser.sign_in()
    provider.sid = here
    return browser


@pytest.mark.rule("CL-21")
@pytest.mark.spec("OIDC Back-Channel Logout §2.7")
def test_a_logout_token_ends_the_session_it_names_and_no_other(
    alice: Browser, another: Browser, provider: Provider
) -> None:
    assert tell(provider.logout_token()).status_code == 200
    assert not alice.is_signed_in
    assert alice.get("/orders/").status_code == 302
    assert another.get("/orders/").status_code == 200


@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
@pytest.mark.parametrize("left_out", ["sid", "sub"])
def test_either_name_is_enough(
    alice: Browser, provider: Provider, left_out: str
) -> None:
    assert tell(provider.logout_token(**{left_out: None})).status_code == 200
    assert not alice.is_signed_in


def test_without_sid_every_session_of_that_person_ends(
    alice: Browser, another: Browser, provider: Provider
) -> None:
    provider.person = BOB
    bob = Browser()
    bob.sign_in()
    token = provider.logout_token(sid=None, sub=alice_sub())
    assert tell(token).status_code == 200
    assert not alice.is_signed_in
    assert not another.is_signed_in
    assert bob.is_signed_in


def alice_sub() -> str:
    return BrowserSession.objects.filter(sid="session-1")[0].customer.sub


def test_a_session_of_somebody_else_does_not_end(
    alice: Browser, provider: Provider
) -> None:
    assert tell(provider.logout_token(sub=BOB.sub)).status_code == 200
    assert alice.is_signed_in


def test_a_provider_without_sid_can_end_sessions_by_sub(
    browser: Browser, provider: Provider
) -> None:
    provider.sid = None
    browser.sign_in()
    assert tell(provider.logout_token()).status_code == 200
    assert not browser.is_signed_in


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("sid", ["session-1", "never-heard-of", "é" * 255])
def test_nobody_signed_in_is_a_success(
    browser: Browser, provider: Provider, sid: str
) -> None:
    assert tell(provider.logout_token(sid=sid)).status_code == 200


def test_a_session_that_is_gone_already_is_a_success(
    alice: Browser, provider: Provider
) -> None:
    Session.objects.all().delete()
    assert not BrowserSession.objects.exists()
    assert tell(provider.logout_token()).status_code == 200


def test_orders_and_the_connection_stay(
    alice: Browser, provider: Provider, photos: PhotoService
) -> None:
    photos.picks = [photo("sea")]
    alice.connect()
    number = order(alice, photos)
    tell(provider.logout_token())
    assert not alice.is_signed_in
    assert Order.objects.filter(number=number).exists()
    held = Connection.objects.get()
    assert held.may_pick
    assert held.refresh_token
    assert provider.accepts(held.access_token)
    provider.sid = "session-2"
    alice.sign_in()
    assert alice.get(f"/orders/{number}/pay/").status_code == 200


NOW = time.time()


@pytest.mark.rule("CL-21")
@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"aud": "photos"}, "another audience"),
        ({"aud": ["printshop", "photos"]}, "another audience"),
        ({"aud": None}, "another audience"),
        ({"exp": NOW - 60}, "expired"),
        ({"exp": None}, "no exp"),
        ({"exp": "soon"}, "no exp"),
        ({"exp": 10**30}, "no time"),
        ({"iat": NOW + 3600, "exp": NOW + 7200}, "future"),
        ({"iat": NOW - OLDEST - 60}, "too long ago"),
        ({"iat": None}, "no iat"),
        ({"iat": True}, "no iat"),
        ({"sub": None, "sid": None}, "neither a person nor a session"),
        ({"sid": ""}, "no name"),
        ({"sid": 7}, "no name"),
        ({"sid": "a\x00b"}, "no name"),
        ({"sid": "x" * 256}, "no name"),
        ({"sub": {"a": "b"}}, "no name"),
        ({"events": None}, "not speak of a logout"),
        ({"events": {}}, "not speak of a logout"),
        ({"events": [EVENT]}, "not speak of a logout"),
        ({"events": EVENT}, "not speak of a logout"),
        ({"events": {EVENT: []}}, "not speak of a logout"),
        ({"events": {EVENT: True}}, "not speak of a logout"),
        ({"nonce": "n"}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"jti": None}, "no jti"),
        ({"jti": 7}, "no name"),
        ({"jti": "x" * 300}, "no name"),
    ],
)
def test_a_false_claim_ends_nothing(
    alice: Browser, provider: Provider, changes: dict[str, Any], reason: str
) -> None:
    refused(tell(provider.logout_token(**changes)), reason)
    assert alice.is_signed_in


def with_null(claims: dict[str, Any]) -> str:
    """A sid of null, which must not read as none: that would end every session."""
    return jwt.encode(claims | {"sid": None}, RSA_KEY, "RS256", headers=TYPED)


def with_client_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "s" * 64, "HS256", headers=TYPED)


def with_the_public_key_as_secret(claims: dict[str, Any]) -> str:
    secret = str(public_jwk(RSA_KEY, "k1")["n"])
    return jwt.encode(claims, secret, "HS256", headers=TYPED)


def with_no_signature(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", "none", headers=TYPED)


def with_elliptic_curve(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, EC_KEY, "ES256", headers=TYPED)


def with_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER_RSA_KEY, "RS256", headers=TYPED)


def with_an_unknown_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER_RSA_KEY, "RS256", headers=TYPED | {"kid": "k9"})


def with_a_key_in_the_header(claims: dict[str, Any]) -> str:
    header = TYPED | {"jwk": public_jwk(OTHER_RSA_KEY, "k1")}
    return jwt.encode(claims, OTHER_RSA_KEY, "RS256", headers=header)


def with_a_broken_signature(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, RSA_KEY, "RS256", headers=TYPED)[:-8] + "AAAAAAAA"


def without_type(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, RSA_KEY, "RS256", headers={"kid": "k1", "typ": None})


def as_an_id_token(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, RSA_KEY, "RS256", headers={"kid": "k1", "typ": "JWT"})


def as_an_access_token(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, RSA_KEY, "RS256", headers=TYPED | {"typ": "at+jwt"})


def as_rubbish(claims: dict[str, Any]) -> str:
    return "not.a.token"


def as_nothing(claims: dict[str, Any]) -> str:
    return ""


def as_a_novel(claims: dict[str, Any]) -> str:
    return "x" * 20_000


def as_a_cave(claims: dict[str, Any]) -> str:
    """A payload nested deeper than any parser likes."""
    deep = b'{"a":' * 1500 + b"1" + b"}" * 1500
    return jwt.PyJWS().encode(deep, RSA_KEY, "RS256", headers=TYPED)


@pytest.mark.rule("CL-21")
@pytest.mark.spec("OIDC Back-Channel Logout §4.1")
@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (with_null, "no name"),
        (with_client_secret, "another algorithm"),
        (with_the_public_key_as_secret, "another algorithm"),
        (with_no_signature, "another algorithm"),
        (with_elliptic_curve, "another algorithm"),
        (with_another_key, "signature"),
        (with_an_unknown_key, "no key"),
        (with_a_key_in_the_header, "signature"),
        (with_a_broken_signature, "signature"),
        (without_type, "another type"),
        (as_an_id_token, "another type"),
        (as_an_access_token, "another type"),
        (as_rubbish, "not readable"),
        (as_nothing, "not readable"),
        (as_a_novel, "too long"),
        (as_a_cave, "not readable"),
    ],
)
def test_a_forged_token_ends_nothing(
    alice: Browser, provider: Provider, forge: Any, reason: str
) -> None:
    refused(tell(forge(provider.logout_claims())), reason)
    assert alice.is_signed_in


@pytest.mark.rule("CL-21")
def test_a_real_id_token_or_access_token_ends_nothing(
    alice: Browser, provider: Provider
) -> None:
    [grant] = provider.codes.values()
    refused(tell(provider.id_token(grant, "x")), "another type")
    refused(tell(next(iter(provider.access_tokens))), "not readable")
    assert alice.is_signed_in


@pytest.mark.rule("CL-21")
@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
def test_a_logout_token_counts_once(alice: Browser, provider: Provider) -> None:
    token = provider.logout_token(sid=None, iat=int(time.time()) - 5)
    assert tell(token).status_code == 200
    alice.sign_in()
    refused(tell(token), "came before")
    assert alice.is_signed_in


def test_a_token_whose_logout_failed_may_come_again(
    alice: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = provider.logout_token()

    def locked(*_: object) -> int:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(BrowserSessionQuerySet, "end", locked)
        troubled = Client(raise_request_exception=False)
        assert troubled.post(ENDPOINT, {"logout_token": token}).status_code == 500
    assert alice.is_signed_in
    assert tell(token).status_code == 200
    assert not alice.is_signed_in


def test_who_comes_in_while_a_logout_is_written_down_is_signed_out_too(
    alice: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    Session.objects.all().delete()
    really_end = BrowserSessionQuerySet.end

    def end(named: BrowserSessionQuerySet) -> int:
        monkeypatch.setattr(BrowserSessionQuerySet, "end", really_end)
        ended = really_end(named)
        before = ReceivedLogout.objects.get()
        ReceivedLogout.objects.all().delete()  # nobody else can see it yet
        alice.sign_in()
        before.save(force_insert=True)
        return ended

    monkeypatch.setattr(BrowserSessionQuerySet, "end", end)
    assert tell(provider.logout_token()).status_code == 200
    assert not alice.is_signed_in


def test_a_token_is_remembered_for_as_long_as_it_would_be_good(
    alice: Browser, provider: Provider
) -> None:
    token = provider.logout_token(exp=int(time.time()) + 10**6)
    tell(token)
    reconcile()
    assert ReceivedLogout.objects.exists()
    with time_machine.travel(timezone.now() + ReceivedLogout.KEPT + timedelta(0, 1)):
        refused(tell(token), "too long ago")
        reconcile()
    assert not ReceivedLogout.objects.exists()


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
@pytest.mark.parametrize(
    "body", [{}, {"token": "TOKEN"}, {"logout_token": ["TOKEN", "TOKEN"]}]
)
def test_the_request_has_exactly_one_logout_token(
    alice: Browser, provider: Provider, body: dict[str, Any]
) -> None:
    token = provider.logout_token()
    sent = {
        name: [token] * 2 if isinstance(value, list) else token
        for name, value in body.items()
    }
    refused(Client().post(ENDPOINT, sent), "exactly one")
    refused(Client().post(f"{ENDPOINT}?logout_token={token}"), "exactly one")
    refused(
        Client().post(ENDPOINT, {"logout_token": token}, "application/json"),
        "exactly one",
    )
    assert alice.is_signed_in


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_a_post_is_a_logout_request(
    alice: Browser, provider: Provider, method: str
) -> None:
    query = f"{ENDPOINT}?logout_token={provider.logout_token()}"
    assert Client().generic(method, query).status_code == 405
    assert alice.is_signed_in


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded; charset=no-such", b"logout_token=x"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%zz&logout_token=%ff"),
        ("application/x-www-form-urlencoded", b"logout_token=" + b"x" * 3_000_000),
        ("multipart/form-data", b"logout_token=x"),
        ("multipart/form-data; boundary=x", b"--x\r\nrubbish"),
        ("", b"\0"),
    ],
)
def test_a_strange_body_is_a_bad_request(
    alice: Browser, content_type: str, body: bytes
) -> None:
    answer = Client().generic("POST", ENDPOINT, body, content_type)
    assert answer.status_code == 400
    assert alice.is_signed_in


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks"])
def test_a_token_that_cannot_be_checked_ends_nothing(
    alice: Browser, provider: Provider, path: str
) -> None:
    token = provider.logout_token()
    known.forget()
    provider.replies[path] = Reply({"error": "server_error"}, 500)
    refused(tell(token), "no key to check it with")
    assert alice.is_signed_in
    provider.replies.clear()
    known.forget()
    assert tell(token).status_code == 200  # it was not used up
    assert not alice.is_signed_in


@pytest.mark.rule("CL-21")
def test_a_logout_that_overtakes_its_sign_in_ends_it(
    browser: Browser, provider: Provider
) -> None:
    answer = browser.depart()
    # As if it came while the shop asks UserInfo, after the ID token was issued.
    assert tell(provider.logout_token(iat=int(time.time()) + 5)).status_code == 200
    assert browser.get(answer).status_code == 400
    assert not browser.is_signed_in
    provider.sid = "session-3"  # signing in again there begins another
    assert browser.sign_in().status_code == 302
    assert browser.is_signed_in


def test_a_session_that_outlives_a_logout_at_the_provider_may_sign_in_later(
    alice: Browser, provider: Provider
) -> None:
    tell(provider.logout_token(iat=int(time.time()) - 5))
    assert alice.sign_in().status_code == 302
    assert alice.is_signed_in


def test_signing_in_again_changes_the_key_and_the_name(
    alice: Browser, provider: Provider
) -> None:
    before = alice.session.session_key
    provider.sid = "session-2"
    alice.sign_in()
    assert alice.session.session_key != before
    [row] = BrowserSession.objects.all()
    assert (row.session_id, row.sid) == (alice.session.session_key, "session-2")
    tell(provider.logout_token(sid="session-1"))
    assert alice.is_signed_in
    tell(provider.logout_token(sid="session-2"))
    assert not alice.is_signed_in


def test_connecting_by_a_new_session_moves_the_shops_to_it(
    alice: Browser, provider: Provider
) -> None:
    hint = alice.session["id_token"]
    provider.sid = "session-2"
    assert alice.connect().status_code == 302
    assert alice.session["id_token"] != hint
    tell(provider.logout_token(sid="session-2"))
    assert not alice.is_signed_in


def test_the_row_goes_with_the_session(alice: Browser, another: Browser) -> None:
    assert BrowserSession.objects.count() == 2
    alice.post("/sign-out/")
    assert [row.sid for row in BrowserSession.objects.all()] == ["session-2"]
    Session.objects.update(expire_date=timezone.now() - timedelta(1))
    reconcile()
    assert not BrowserSession.objects.exists()


def test_the_algorithm_is_the_one_of_id_tokens(
    alice: Browser, provider: Provider, settings: Settings
) -> None:
    settings.ID_TOKEN_ALGORITHM = "PS256"
    refused(tell(provider.logout_token()), "another algorithm")
    claims = provider.logout_claims()
    provider.keys = [public_jwk(RSA_KEY, "k1") | {"alg": "PS256"}]
    known.forget()
    token = jwt.encode(claims, RSA_KEY, "PS256", headers=TYPED)
    assert tell(token).status_code == 200
    assert not alice.is_signed_in
