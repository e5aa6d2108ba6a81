"""When a person is asked again, and when nobody may be: prompt, max_age, hints."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import time_machine
from django.utils import timezone

from authserver import keys
from authserver.models import PendingRequest, Session
from tests.authserver.parties import ISSUER, Browser, Caller, answer, claims_of

pytestmark = pytest.mark.django_db
OPENID = "openid profile"


@pytest.fixture
def known(browser: Browser) -> Browser:
    """Alice, who has allowed the print shop to know her."""
    browser.allow("profile", scope=OPENID)
    return browser


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True)


def id_token(shop: Caller, browser: Browser, **changes: str | None) -> str:
    given = answer(browser.authorize(scope=OPENID, **changes))
    token: str = shop.exchange(given["code"]).json()["id_token"]
    return token


def wants_sign_in(browser: Browser, **changes: str | None) -> bool:
    response = browser.authorize(**{"scope": OPENID} | changes)
    return bool(response["Location"].startswith("/sign-in/"))


@pytest.mark.rule("AS-48")
@pytest.mark.spec("OIDC Core §3.1.2.6")
def test_prompt_none_signed_out_is_login_required(stranger: Browser) -> None:
    said = answer(stranger.authorize(prompt="none", state="s" * 128))
    assert said.pop("error_description")
    assert said == {"error": "login_required", "state": "s" * 128, "iss": ISSUER}


@pytest.mark.rule("AS-48")
@pytest.mark.spec("OIDC Core §3.1.2.6")
def test_prompt_none_without_consent_is_consent_required(browser: Browser) -> None:
    said = answer(browser.authorize(prompt="none"))
    assert said["error"] == "consent_required"


@pytest.mark.rule("AS-48")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_none_answers_silently_with_the_same_sign_in(
    known: Browser, shop: Caller
) -> None:
    first = id_token(shop, known)
    with later(60):
        second = id_token(shop, known, prompt="none")
        third = id_token(shop, known, prompt="none", id_token_hint=first)
    for name in ("sub", "auth_time", "sid", "iss", "aud", "acr"):
        values = {claims_of(token)[name] for token in (first, second, third)}
        assert len(values) == 1, name


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize("prompt", ["login", "select_account", "login consent"])
def test_prompt_login_signs_in_again_and_moves_auth_time(
    known: Browser, shop: Caller, prompt: str
) -> None:
    before = claims_of(id_token(shop, known))
    with later(5):
        asked = known.authorize(scope=OPENID, prompt=prompt)
        assert asked["Location"].startswith("/sign-in/")
        done = known.sign_in(at=asked["Location"])
        if "consent" in prompt:
            done = known.decide(done["Location"], "allow", "profile")
        after = claims_of(shop.exchange(answer(done)["code"]).json()["id_token"])
    assert after["auth_time"] >= before["auth_time"] + 5
    assert after["sid"] == before["sid"]


@pytest.mark.rule("AS-49")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_the_duty_to_sign_in_again_is_not_in_the_address(known: Browser) -> None:
    asked = known.authorize(scope=OPENID, prompt="login")
    request_id = parse_qs(urlsplit(asked["Location"]).query)["request"][0]
    assert "prompt" not in asked["Location"]
    for attempt in (
        known.get(f"/consent/{request_id}/"),
        known.post(f"/consent/{request_id}/", {"decision": "allow"}),
    ):
        assert attempt.status_code == 303
        assert attempt["Location"].startswith("/sign-in/")
    assert PendingRequest.objects.filter(pk=request_id, answered_at=None).exists()


@pytest.mark.rule("AS-41")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_consent_asks_again(known: Browser) -> None:
    asked = known.authorize(scope=OPENID, prompt="consent")
    assert asked["Location"].startswith("/consent/")
    assert "code" in answer(known.authorize(scope=OPENID))


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_max_age_asks_again_once_the_sign_in_is_older(known: Browser) -> None:
    with later(2):
        assert wants_sign_in(known, max_age="1")
        assert wants_sign_in(known, max_age="0")
        assert not wants_sign_in(known, max_age="10000")
        said = answer(known.authorize(scope=OPENID, max_age="1", prompt="none"))
        assert said["error"] == "login_required"


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize("max_age", ["0", "1"])
def test_after_max_age_a_new_sign_in_is_enough(
    known: Browser, shop: Caller, max_age: str
) -> None:
    before = claims_of(id_token(shop, known))["auth_time"]
    with later(5):
        asked = known.authorize(scope=OPENID, max_age=max_age)
        code = answer(known.sign_in(at=asked["Location"]))["code"]
        after = claims_of(shop.exchange(code).json()["id_token"])["auth_time"]
    assert after >= before + 5


@pytest.mark.rule("AS-49")
@pytest.mark.spec("OIDC Core §2")
def test_another_device_does_not_change_auth_time(known: Browser, shop: Caller) -> None:
    before = claims_of(id_token(shop, known))
    with later(3600):
        elsewhere = Browser()
        elsewhere.sign_in()
        after = claims_of(id_token(shop, known))
        other = claims_of(id_token(shop, elsewhere))
    assert after["auth_time"] == before["auth_time"]
    assert other["auth_time"] >= before["auth_time"] + 3600
    assert other["sid"] != before["sid"]
    assert other["sub"] == before["sub"]


@pytest.mark.rule("AS-50")
@pytest.mark.spec("OIDC Core §3.1.2.2")
def test_a_hint_of_another_person_wants_that_person(
    known: Browser, shop: Caller
) -> None:
    of_alice = id_token(shop, known)
    bob = Browser()
    bob.sign_in("bob")
    bob.allow("profile", scope=OPENID)
    said = answer(bob.authorize(scope=OPENID, prompt="none", id_token_hint=of_alice))
    assert said["error"] == "login_required"
    asked = bob.authorize(scope=OPENID, id_token_hint=of_alice)
    assert asked["Location"].startswith("/sign-in/")
    said = answer(bob.sign_in("bob", at=asked["Location"]))
    assert said["error"] == "login_required"
    asked = bob.authorize(scope=OPENID, id_token_hint=of_alice)
    assert "code" in answer(bob.sign_in("alice", at=asked["Location"]))


@pytest.mark.spec("OIDC Core §3.1.2.2")
def test_a_hint_cannot_be_walked_around(known: Browser, shop: Caller) -> None:
    of_alice = id_token(shop, known)
    bob = Browser()
    bob.sign_in("bob")
    asked = bob.authorize(scope=OPENID, id_token_hint=of_alice)
    request_id = parse_qs(urlsplit(asked["Location"]).query)["request"][0]
    bob.sign_in("bob")
    assert bob.decide(f"/consent/{request_id}/", "allow").status_code == 404


@pytest.mark.rule("AS-50")
@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_an_expired_hint_is_still_a_hint(known: Browser, shop: Caller) -> None:
    hint = id_token(shop, known)
    with later(3600):
        given = known.authorize(scope=OPENID, prompt="none", id_token_hint=hint)
        assert "code" in answer(given)


@pytest.mark.rule("AS-50", "AS-55")
@pytest.mark.spec("RFC 8725 §3.1")
@pytest.mark.parametrize("forgery", ["none", "hs256", "issuer", "other key", "at+jwt"])
def test_a_forged_hint_is_refused(known: Browser, shop: Caller, forgery: str) -> None:
    genuine = claims_of(id_token(shop, known))
    signer = keys.signer(keys.Purpose.ID_TOKEN)
    headers = {"kid": signer.kid, "typ": "JWT"}
    match forgery:
        case "none":
            hint = jwt.encode(genuine, "", "none", headers)
        case "hs256":
            hint = jwt.encode(genuine, "x" * 40, "HS256", headers)
        case "issuer":
            hint = signer.sign(genuine | {"iss": "https://mallory.example"}, typ="JWT")
        case "other key":
            hint = keys.signer(keys.Purpose.ACCESS_TOKEN).sign(genuine, typ="JWT")
        case _:
            hint = signer.sign(genuine, typ="at+jwt")
    said = answer(known.authorize(scope=OPENID, prompt="none", id_token_hint=hint))
    assert said["error"] == "invalid_request"


@pytest.mark.rule("AS-50")
def test_a_hint_of_another_client_is_refused(known: Browser, shop: Caller) -> None:
    genuine = claims_of(id_token(shop, known))
    hint = keys.signer(keys.Purpose.ID_TOKEN).sign(
        genuine | {"aud": "photos"}, typ="JWT"
    )
    said = answer(known.authorize(scope=OPENID, id_token_hint=hint))
    assert said["error"] == "invalid_request"


def test_login_hint_fills_in_the_name(stranger: Browser) -> None:
    page = stranger.get(stranger.authorize(login_hint="alice")["Location"])
    assert b'value="alice"' in page.content


@pytest.mark.spec("OIDC Core §3.1.2.3")
def test_the_cookie_changes_with_every_sign_in(stranger: Browser) -> None:
    page = stranger.authorize()["Location"]
    cookies = [stranger.cookies["authserver_session"].value]
    for _ in range(2):
        stranger.sign_in(at=page)
        cookies.append(stranger.cookies["authserver_session"].value)
    assert len(set(cookies)) == 3


def test_somebody_else_signing_in_ends_the_session_that_was_here(
    known: Browser,
) -> None:
    known.sign_in("bob")
    of_alice, of_bob = Session.objects.order_by("pk")
    assert of_alice.ended_at is not None
    assert of_bob.is_live


def test_a_session_ends_after_its_lifetime(known: Browser) -> None:
    Session.objects.update(expires_at=timezone.now())
    assert wants_sign_in(known)
