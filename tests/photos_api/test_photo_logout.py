"""The issuer signs somebody out of the pages: good logout tokens, and bad ones."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import responses
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from photo_cast import ALICE, BOB, ISSUER, NOTHING, App, Issuer
from stage import Provider

from photos_api import key_set
from photos_api.management.commands import worker
from photos_api.models import BrowserSession, ReceivedLogout
from photos_api.pages import sign_in
from photos_api.pages.logout_token import EVENT, OLDEST

pytestmark = pytest.mark.django_db
ENDPOINT = "/backchannel-logout/"
NOW = int(time.time())


class Account:
    """The issuer, about to sign people out."""

    def __init__(self, provider: Provider, issuer: Issuer) -> None:
        self.provider, self.issuer, self.count = provider, issuer, 0

    def browser(self, sid: str, sub: str = ALICE) -> Client:
        """A browser in which somebody has signed in by this session."""
        self.provider.claims = {"sid": sid, "sub": sub}
        self.provider.userinfo = {"sub": sub}
        browser = Client()
        assert self.provider.sign_in(browser).status_code == 302
        return browser

    def claims(self, **changes: object) -> dict[str, Any]:
        """What a logout token says, with changes."""
        now, self.count = int(time.time()), self.count + 1
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": "photos",
            "iat": now,
            "exp": now + 120,
            "jti": f"logout-{self.count}",
            "sub": ALICE,
            "sid": "session-1",
            "events": {EVENT: {}},
            **changes,
        }
        return {k: v for k, v in claims.items() if v is not NOTHING}

    def token(
        self,
        key: Any = None,
        alg: str = "RS256",
        header: dict[str, object] | None = None,
        **changes: object,
    ) -> str:
        """A logout token: good, if nothing is changed."""
        given = {"typ": "logout+jwt", "kid": "rs-1", **(header or {})}
        given = {k: (None if v is NOTHING else v) for k, v in given.items()}
        if given["kid"] is None:
            del given["kid"]
        claims = json.dumps(self.claims(**changes)).encode()
        signing = self.issuer.rsa if key is None else key
        return jwt.PyJWS().encode(claims, signing, alg, headers=given)


@pytest.fixture
def account(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    known = sign_in._oauth.create_client("account")
    monkeypatch.setattr(known, "server_metadata", {})
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield Account(Provider(wire, issuer), issuer)


@pytest.fixture
def here(account: Account) -> Client:
    """Alice's browser, whose session the good tokens name."""
    return account.browser("session-1")


def tell(token: str) -> Any:
    """What the pages answer to a logout token."""
    strict = Client(enforce_csrf_checks=True)  # the issuer has no CSRF token
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


def signed_in(browser: Client) -> bool:
    return browser.get("/albums/").status_code == 200


@pytest.mark.spec("OIDC Back-Channel Logout §2.7")
def test_a_logout_token_ends_the_session_it_names_and_no_other(
    here: Client, account: Account
) -> None:
    elsewhere = account.browser("session-2")
    bobs = account.browser("session-3", BOB)
    assert tell(account.token()).status_code == 200
    assert not signed_in(here)
    assert signed_in(elsewhere)
    assert signed_in(bobs)


@pytest.mark.spec("OIDC Back-Channel Logout §2.4")
@pytest.mark.parametrize("left_out", ["sid", "sub"])
def test_either_name_is_enough(here: Client, account: Account, left_out: str) -> None:
    changes: dict[str, Any] = {left_out: NOTHING}
    assert tell(account.token(**changes)).status_code == 200
    assert not signed_in(here)


def test_without_sid_every_session_of_that_person_ends(
    here: Client, account: Account
) -> None:
    elsewhere = account.browser("session-2")
    bobs = account.browser("session-3", BOB)
    assert tell(account.token(sid=NOTHING)).status_code == 200
    assert not signed_in(here)
    assert not signed_in(elsewhere)
    assert signed_in(bobs)


def test_a_session_of_somebody_else_does_not_end(
    here: Client, account: Account
) -> None:
    assert tell(account.token(sub=BOB)).status_code == 200
    assert signed_in(here)


@pytest.mark.spec("OIDC Back-Channel Logout §2.8")
@pytest.mark.parametrize("sid", ["session-1", "never-heard-of", "é" * 255])
def test_nobody_signed_in_is_a_success(account: Account, sid: str) -> None:
    assert tell(account.token(sid=sid)).status_code == 200


def test_a_session_that_is_gone_already_is_a_success(
    here: Client, account: Account
) -> None:
    Session.objects.all().delete()
    assert not BrowserSession.objects.exists()
    assert tell(account.token()).status_code == 200


def test_apps_keep_their_access(here: Client, account: Account, shop: App) -> None:
    tell(account.token())
    assert shop.get("/library/v1/albums").status_code == 200


@pytest.mark.parametrize(("alg", "kid"), [("RS256", "rs-1"), ("ES256", "es-1")])
def test_it_may_be_signed_like_any_id_token(
    here: Client, account: Account, issuer: Issuer, alg: str, kid: str
) -> None:
    key = {"RS256": issuer.rsa, "ES256": issuer.key}[alg]
    assert tell(account.token(key, alg, {"kid": kid})).status_code == 200
    assert not signed_in(here)


@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "http://evil.example"}, "another issuer"),
        ({"iss": NOTHING}, "lacks a claim"),
        ({"iss": None}, "lacks a claim"),
        ({"aud": "printshop"}, "somebody else"),
        ({"aud": ["photos", "printshop"]}, "others as well"),
        ({"aud": NOTHING}, "lacks a claim"),
        ({"aud": 7}, "somebody else"),
        ({"exp": NOW - 60}, "expired"),
        ({"exp": NOTHING}, "lacks a claim"),
        ({"exp": "soon"}, "malformed"),
        ({"exp": float("nan")}, "malformed"),
        ({"iat": NOW + 3600, "exp": NOW + 7200}, "future"),
        ({"iat": NOW - OLDEST - 60}, "too long ago"),
        ({"iat": NOTHING}, "lacks a claim"),
        ({"iat": "now"}, "malformed"),
        ({"iat": True}, "too long ago"),
        ({"iat": float("inf")}, "malformed"),
        ({"iat": -(10**30)}, "too long ago"),
        ({"sub": NOTHING, "sid": NOTHING}, "neither who nor which"),
        ({"sid": ""}, "no name"),
        ({"sid": None}, "no name"),
        ({"sid": 7}, "no name"),
        ({"sid": "a\x00b"}, "no name"),
        ({"sid": "x" * 256}, "no name"),
        ({"sub": {"a": "b"}}, "malformed"),
        ({"sub": "a\x00b"}, "no name"),
        ({"events": NOTHING}, "lacks a claim"),
        ({"events": {}}, "not speak of a logout"),
        ({"events": [EVENT]}, "not speak of a logout"),
        ({"events": EVENT}, "not speak of a logout"),
        ({"events": {EVENT: []}}, "not speak of a logout"),
        ({"events": {EVENT: True}}, "not speak of a logout"),
        ({"nonce": "n"}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"jti": NOTHING}, "lacks a claim"),
        ({"jti": 7}, "malformed"),
        ({"jti": ""}, "no name"),
        ({"jti": "x" * 300}, "no name"),
    ],
)
def test_a_false_claim_ends_nothing(
    here: Client, account: Account, changes: dict[str, Any], reason: str
) -> None:
    refused(tell(account.token(**changes)), reason)
    assert signed_in(here)


@pytest.mark.spec("OIDC Back-Channel Logout §4.1")
@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"typ": NOTHING}, "not a logout token"),
        ({"typ": "JWT"}, "not a logout token"),
        ({"typ": "at+jwt"}, "not a logout token"),
        ({"kid": NOTHING}, "name its key"),
        ({"kid": "unknown"}, "a key we do not know"),
        ({"kid": "es-1"}, "a key we do not know"),
    ],
)
def test_a_false_header_ends_nothing(
    here: Client, account: Account, header: dict[str, object], reason: str
) -> None:
    refused(tell(account.token(header=header)), reason)
    assert signed_in(here)


def test_a_forged_signature_ends_nothing(
    here: Client, account: Account, issuer: Issuer
) -> None:
    ours = "signed in a way we do not accept"
    refused(tell(account.token("s" * 64, "HS256")), ours)
    refused(tell(account.token(issuer.rsa, "PS256")), ours)
    refused(tell(account.token("", "none")), ours)
    stranger = account.token(issuer.stranger, "ES256", {"kid": "es-1"})
    refused(tell(stranger), "signature is wrong")
    refused(tell(account.token()[:-8] + "AAAAAAAA"), "signature is wrong")
    assert signed_in(here)


def test_another_kind_of_token_ends_nothing(
    here: Client, account: Account, issuer: Issuer
) -> None:
    refused(tell(here.session["id_token"]), "not a logout token")
    refused(tell(issuer.token()), "not a logout token")
    deep = b'{"a":' * 800 + b"1" + b"}" * 800
    typed = {"typ": "logout+jwt", "kid": "rs-1"}
    cave = jwt.PyJWS().encode(deep, issuer.rsa, "RS256", headers=typed)
    for text in ("", "not.a.token", "a..b", "\0", "é", "[]", cave):
        assert tell(text).status_code == 400
    refused(tell("x" * 9000), "too long")
    assert signed_in(here)


@pytest.mark.spec("OIDC Back-Channel Logout §2.6")
def test_a_logout_token_counts_once(here: Client, account: Account) -> None:
    token = account.token(sid=NOTHING, iat=int(time.time()) - 5)
    assert tell(token).status_code == 200
    again = account.browser("session-2")
    refused(tell(token), "came before")
    assert signed_in(again)


def test_a_token_is_remembered_for_as_long_as_it_would_be_good(
    here: Client, account: Account
) -> None:
    token = account.token(exp=int(time.time()) + 10**6)
    tell(token)
    worker.Command().reconcile()
    assert ReceivedLogout.objects.exists()
    with time_machine.travel(timezone.now() + ReceivedLogout.KEPT + timedelta(0, 1)):
        refused(tell(token), "too long ago")
        worker.Command().reconcile()
    assert not ReceivedLogout.objects.exists()


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_the_request_has_exactly_one_logout_token(
    here: Client, account: Account
) -> None:
    token, client = account.token(), Client()
    refused(client.post(ENDPOINT), "exactly one")
    refused(client.post(ENDPOINT, {"token": token}), "exactly one")
    refused(client.post(ENDPOINT, {"logout_token": [token, token]}), "exactly one")
    refused(client.post(f"{ENDPOINT}?logout_token={token}"), "exactly one")
    as_json = client.post(ENDPOINT, {"logout_token": token}, "application/json")
    refused(as_json, "exactly one")
    assert signed_in(here)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_a_post_is_a_logout_request(
    here: Client, account: Account, method: str
) -> None:
    query = f"{ENDPOINT}?logout_token={account.token()}"
    assert Client().generic(method, query).status_code == 405
    assert signed_in(here)


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
def test_a_strange_body_is_a_bad_request(content_type: str, body: bytes) -> None:
    answer = Client().generic("POST", ENDPOINT, body, content_type)
    assert answer.status_code == 400


def test_a_token_that_cannot_be_checked_is_not_used_up(
    here: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing() -> key_set.Keys:
        raise ValueError("down")

    token = account.token()
    with monkeypatch.context() as outage:
        outage.setattr(key_set, "of_issuer", lambda: key_set.KeySet(nothing))
        refused(tell(token), "cannot be fetched")
    assert signed_in(here)
    assert tell(token).status_code == 200
    assert not signed_in(here)


def test_a_logout_that_overtakes_its_sign_in_ends_it(account: Account) -> None:
    provider, browser = account.provider, Client()
    question = provider.depart(browser)
    # As if it came while UserInfo is asked, after the ID token was issued.
    assert tell(account.token(iat=int(time.time()) + 5)).status_code == 200
    page = provider.come_back(browser, question)
    assert page.status_code == 400
    assert "in the meantime" in page.content.decode()
    assert not signed_in(browser)
    assert signed_in(account.browser("session-2"))


@pytest.mark.parametrize("claims", [{"sid": 7}, {"sid": "x" * 256}, {"sid": "a\0b"}])
def test_a_session_without_a_usable_name_does_not_begin(
    account: Account, claims: dict[str, object]
) -> None:
    account.provider.claims = claims
    assert account.provider.sign_in(Client()).status_code == 400


def test_signing_in_again_changes_the_key_and_the_name(
    here: Client, account: Account
) -> None:
    before = here.session.session_key
    account.provider.claims = {"sid": "session-2"}
    account.provider.sign_in(here)
    assert here.session.session_key != before
    [row] = BrowserSession.objects.all()
    assert (row.session_id, row.sid) == (here.session.session_key, "session-2")
    tell(account.token(sid="session-1"))
    assert signed_in(here)
    tell(account.token(sid="session-2"))
    assert not signed_in(here)


def test_the_row_goes_with_the_session(here: Client, account: Account) -> None:
    account.browser("session-2")
    here.post("/sign-out/")
    assert [row.sid for row in BrowserSession.objects.all()] == ["session-2"]
    Session.objects.update(expire_date=timezone.now() - timedelta(1))
    worker.Command().reconcile()
    assert not BrowserSession.objects.exists()
