"""The token endpoint: who may redeem what, once, and how a refusal looks."""

import base64
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django.utils.http import urlencode

from authserver import registration
from authserver.models import (
    AccessToken,
    AuthorizationCode,
    Client,
    Event,
    RefreshToken,
    User,
)
from tests.authserver.parties import (
    CALLBACK,
    CHALLENGE,
    ISSUER,
    PICKER,
    VERIFIER,
    Browser,
    Caller,
    answer,
    challenge_of,
    random_verifier,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(browser: Browser) -> str:
    """Alice allowed the print shop to see what she picks."""
    return browser.code()


def refused(response: Any, error: str, status: int = 400) -> bool:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]
    body = response.json()
    assert body["error"] == error, body
    assert body["error_description"]
    return True


@pytest.mark.rule("AS-37")
@pytest.mark.spec("RFC 6749 §5.1")
def test_a_code_gives_tokens(shop: Caller, code: str) -> None:
    response = shop.exchange(code)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    given = response.json()
    assert given["token_type"] == "Bearer"
    assert given["expires_in"] == 300
    assert given["scope"] == f"openid {PICKER}"
    assert given.keys() == {
        *("access_token", "refresh_token", "id_token"),
        *("token_type", "expires_in", "scope"),
    }


@pytest.mark.rule("AS-17")
@pytest.mark.spec("RFC 6749 §10.10")
def test_codes_and_tokens_are_long_and_never_stored(shop: Caller, code: str) -> None:
    given = shop.exchange(code).json()
    assert len(code) >= 22
    assert len(given["refresh_token"]) >= 43
    stored = [
        str(row)
        for model in (AuthorizationCode, AccessToken, RefreshToken)
        for row in model.objects.values()
    ]
    for secret in (code, given["access_token"], given["refresh_token"]):
        assert not any(secret in row for row in stored)


@pytest.mark.rule("AS-16", "X-05")
@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_code_lives_sixty_seconds(browser: Browser, shop: Caller) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        early, late = browser.code(), browser.code()
        clock.move_to(start + timedelta(seconds=59))
        assert shop.exchange(early).status_code == 200
        clock.move_to(start + timedelta(seconds=60))
        assert refused(shop.exchange(late), "invalid_grant")


@pytest.mark.rule("AS-15")
@pytest.mark.spec("RFC 6749 §4.1.2")
@pytest.mark.parametrize("seconds", [0, 30, 600])
def test_a_replayed_code_kills_every_token_that_came_of_it(
    shop: Caller, code: str, seconds: int
) -> None:
    first = shop.exchange(code).json()
    second = shop.refresh(first["refresh_token"]).json()
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True):
        assert refused(shop.exchange(code), "invalid_grant")
        assert refused(shop.refresh(second["refresh_token"]), "invalid_grant")
        assert refused(shop.refresh(first["refresh_token"]), "invalid_grant")
        for given in (first, second):
            assert shop.userinfo(given["access_token"]).status_code == 401
    assert Event.objects.filter(kind=Event.Kind.CODE_REPLAYED).count() == 1


def test_a_replay_kills_nothing_else(
    browser: Browser, shop: Caller, tokens: dict[str, str], code: str
) -> None:
    shop.exchange(code)
    shop.exchange(code)
    assert shop.userinfo(tokens["access_token"]).status_code == 200
    assert shop.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.rule("AS-13")
@pytest.mark.spec("RFC 7636 §4.6")
@pytest.mark.parametrize(
    "verifier",
    [
        None,
        "",
        "short",
        VERIFIER[:-1],
        f"{VERIFIER}x",
        VERIFIER[::-1],
        CHALLENGE,
        "é" * 43,
        "x" * 129,
        "x" * 3000,
        random_verifier(),
    ],
)
def test_a_stolen_code_is_useless_and_burnt(
    shop: Caller, code: str, verifier: str | None
) -> None:
    assert refused(shop.exchange(code, code_verifier=verifier), "invalid_grant")
    assert refused(shop.exchange(code), "invalid_grant")
    assert not AccessToken.objects.exists()


@pytest.mark.rule("AS-15")
@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_wrong_proof_on_a_used_code_raises_no_alarm(shop: Caller, code: str) -> None:
    given = shop.exchange(code).json()
    wrong = shop.exchange(code, code_verifier=random_verifier())
    assert refused(wrong, "invalid_grant")
    assert shop.userinfo(given["access_token"]).status_code == 200
    assert not Event.objects.filter(kind=Event.Kind.CODE_REPLAYED).exists()


@pytest.mark.rule("AS-13")
@pytest.mark.spec("RFC 7636 §4.1")
@pytest.mark.parametrize("length", [43, 128])
def test_verifiers_of_every_length_work(
    browser: Browser, shop: Caller, length: int
) -> None:
    verifier = ("aZ09-._~" * 16)[:length]
    code = browser.code(code_challenge=challenge_of(verifier))
    assert shop.exchange(code, code_verifier=verifier).status_code == 200


@pytest.mark.rule("AS-12")
@pytest.mark.spec("RFC 9700 §4.8.2")
def test_a_verifier_for_a_code_without_challenge_is_refused(
    browser: Browser, shop: Caller
) -> None:
    Client.objects.filter(client_id="printshop").update(pkce_required=False)
    without = {"code_challenge": None, "code_challenge_method": None}
    code = browser.code(**without)
    assert refused(shop.exchange(code), "invalid_grant")
    code = browser.code(**without)
    assert shop.exchange(code, code_verifier=None).status_code == 200


@pytest.mark.rule("AS-10")
@pytest.mark.spec("RFC 9700 §2.1.1")
def test_no_exception_from_pkce_for_a_public_client(browser: Browser) -> None:
    Client.objects.filter(client_id="printshop").update(
        pkce_required=False, client_type="public"
    )
    said = answer(browser.authorize(code_challenge=None, code_challenge_method=None))
    assert said["error"] == "invalid_request"


@pytest.mark.rule("AS-14")
@pytest.mark.spec("RFC 6749 §4.1.3")
@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": None},
        {"redirect_uri": CALLBACK[:-1]},
        {"redirect_uri": "http://localhost:8000/sign-in/callback/"},
        {"code": "x"},
    ],
)
def test_a_code_is_bound_to_its_redirect_uri(
    shop: Caller, code: str, changes: dict[str, Any]
) -> None:
    assert refused(shop.exchange(**{"code": code} | changes), "invalid_grant")
    assert not AccessToken.objects.exists()


@pytest.mark.rule("AS-14")
@pytest.mark.spec("RFC 6749 §4.1.3")
def test_a_code_is_bound_to_its_client(shop: Caller, code: str) -> None:
    assert refused(Caller("photos").exchange(code), "invalid_grant")
    assert shop.exchange(code).status_code == 200


def test_a_code_is_worth_nothing_once_the_account_is_disabled(
    shop: Caller, code: str
) -> None:
    User.objects.filter(username="alice").update(is_active=False)
    assert refused(shop.exchange(code), "invalid_grant")


@pytest.mark.rule("AS-14")
def test_a_code_is_worth_nothing_once_signed_out(
    browser: Browser, shop: Caller, code: str
) -> None:
    browser.post("/sign-out/")
    assert refused(shop.exchange(code), "invalid_grant")


# Who is asking.


@pytest.mark.rule("AS-38")
@pytest.mark.spec("RFC 6749 §2.3.1")
@pytest.mark.parametrize(
    "secret", ["wrong", "", "demo-photos-client-secret", "x" * 3000]
)
def test_a_wrong_secret_is_told_how_to_authenticate(code: str, secret: str) -> None:
    mallory = Caller(secret=secret or "x")
    response = mallory.exchange(code)
    assert refused(response, "invalid_client", 401)
    assert response["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.spec("RFC 6749 §3.2.1")
def test_no_authentication_is_no_client(shop: Caller, code: str) -> None:
    form = {"grant_type": "authorization_code", "code": code}
    for identity in ({}, {"client_id": "printshop"}, {"client_id": "nobody"}):
        response = shop.post("/oauth/token", form | identity, authorization="")
        assert refused(response, "invalid_client", 401)


@pytest.mark.spec("RFC 6749 §2.3.1")
def test_credentials_in_the_body(shop: Caller, code: str) -> None:
    form = {"client_id": "printshop", "client_secret": shop.secret}
    form |= {"grant_type": "authorization_code", "code": code}
    form |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    assert shop.post("/oauth/token", form, authorization="").status_code == 200


@pytest.mark.rule("AS-38")
@pytest.mark.spec("RFC 6749 §2.3.1")
def test_basic_credentials_are_form_decoded(browser: Browser) -> None:
    client = Client.objects.get(client_id="printshop")
    registration.set_secret(client, "s p+a%c&e:é")
    client.save()
    code = browser.code()
    encoded = urlencode({"": "s p+a%c&e:é"})[1:]
    assert Caller(secret=encoded).exchange(code).status_code == 200


@pytest.mark.rule("AS-38")
@pytest.mark.spec("RFC 6749 §2.3")
def test_two_ways_of_authentication_at_once_are_refused(
    shop: Caller, code: str
) -> None:
    both = {"client_id": "printshop", "client_secret": shop.secret}
    assert refused(shop.exchange(code, **both), "invalid_request")
    other = shop.exchange(code, client_id="photos")
    assert refused(other, "invalid_request")


@pytest.mark.rule("AS-38")
@pytest.mark.spec("RFC 7591 §2")
@pytest.mark.parametrize(
    ("registered", "basic", "post"),
    [("client_secret_basic", 200, 401), ("client_secret_post", 401, 200)],
)
def test_only_registered_methods_are_accepted(
    browser: Browser, registered: str, basic: int, post: int
) -> None:
    Client.objects.filter(client_id="printshop").update(
        token_endpoint_auth_methods=[registered]
    )
    shop = Caller()
    assert shop.exchange(browser.code()).status_code == basic
    body = {"client_id": "printshop", "client_secret": shop.secret}
    body |= {"grant_type": "authorization_code", "code": browser.code()}
    body |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    assert shop.post("/oauth/token", body, authorization="").status_code == post


def test_a_public_client_names_itself(browser: Browser) -> None:
    Client.objects.filter(client_id="printshop").update(
        client_type="public", client_secret="", token_endpoint_auth_methods=["none"]
    )
    kiosk = Caller(secret="")
    given = kiosk.exchange(browser.code())
    assert given.status_code == 200
    assert kiosk.refresh(given.json()["refresh_token"]).status_code == 200
    assert refused(Caller(secret="x").exchange(browser.code()), "invalid_client", 401)


@pytest.mark.spec("RFC 6749 §2.3.1")
def test_without_a_secret_basic_says_who_a_public_client_is(
    browser: Browser, code: str
) -> None:
    Client.objects.filter(client_id="printshop").update(
        client_type="public", token_endpoint_auth_methods=["none"]
    )
    form = {"grant_type": "authorization_code", "code": code}
    form |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    for pair, status in ((b"printshop:x", 401), (b"printshop:", 200)):
        basic = f"Basic {base64.b64encode(pair).decode()}"
        response = Caller().post("/oauth/token", form, authorization=basic)
        assert response.status_code == status


def test_an_empty_secret_proves_nothing(browser: Browser, code: str) -> None:
    Client.objects.filter(client_id="printshop").update(client_secret="")
    for pair in (b"printshop:", b"printshop:x"):
        basic = f"Basic {base64.b64encode(pair).decode()}"
        form = {"grant_type": "authorization_code", "code": code}
        response = Caller().post("/oauth/token", form, authorization=basic)
        assert refused(response, "invalid_client", 401)


def test_the_secret_before_is_accepted_for_a_while(browser: Browser) -> None:
    client = Client.objects.get(client_id="printshop")
    client.previous_secret = client.client_secret
    client.previous_secret_expires = timezone.now() + timedelta(days=1)
    client.client_secret = ""
    registration.set_secret(client, "the new one")
    client.save()
    assert Caller().exchange(browser.code()).status_code == 200
    assert Caller(secret="the new one").exchange(browser.code()).status_code == 200
    Client.objects.update(previous_secret_expires=timezone.now())
    assert refused(Caller().exchange(browser.code()), "invalid_client", 401)


@pytest.mark.rule("AS-17")
def test_secrets_are_stored_under_a_fast_hash(registrations: None) -> None:
    stored = Client.objects.get(client_id="printshop").client_secret
    assert stored.startswith("random_sha256$")


# What else can be wrong.


@pytest.mark.rule("AS-20")
@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"unheard_of": "1"}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "openid"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": ""}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x" * 4000}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "é"}, "invalid_grant"),
    ],
)
def test_other_requests_are_refused_by_name(
    shop: Caller, form: dict[str, str], error: str
) -> None:
    assert refused(shop.post("/oauth/token", form), error)


@pytest.mark.spec("RFC 6749 §3.2")
@pytest.mark.parametrize("rotates", [True, False])
@pytest.mark.parametrize(
    "name",
    [
        *("refresh_token", "response_type", "device_code", "scope", "scopes", "nonce"),
        *("client", "user", "issue", "access_token", "state", "extra_credentials"),
    ],
)
def test_what_a_grant_does_not_know_changes_nothing(
    browser: Browser, shop: Caller, name: str, rotates: bool
) -> None:
    known = Client.objects.filter(client_id="printshop")
    known.update(rotate_refresh_tokens=rotates)
    plain = shop.exchange(browser.code()).json()
    for _ in range(2):
        given = shop.exchange(browser.code(), **{name: "1234"})
        assert given.status_code == 200
        assert given.json().keys() == plain.keys()
        assert given.json()["scope"] == plain["scope"]
        assert "1234" not in given.json().values()


@pytest.mark.rule("AS-21")
@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize(
    ("grant_types", "error"),
    [(["refresh_token"], "unauthorized_client"), ([], "unauthorized_client")],
)
def test_a_client_uses_only_its_own_grants(
    shop: Caller, code: str, grant_types: list[str], error: str
) -> None:
    Client.objects.filter(client_id="printshop").update(grant_types=grant_types)
    assert refused(shop.exchange(code), error)


def test_no_refresh_token_for_a_client_that_may_not_use_it(
    shop: Caller, code: str
) -> None:
    only = ["authorization_code"]
    Client.objects.filter(client_id="printshop").update(grant_types=only)
    assert "refresh_token" not in shop.exchange(code).json()
    assert not RefreshToken.objects.exists()


@pytest.mark.rule("X-06")
def test_a_refusal_is_recorded_without_token_material(shop: Caller, code: str) -> None:
    shop.exchange(code, code_verifier="x" * 43)
    event = Event.objects.filter(kind=Event.Kind.REFUSED).latest("pk")
    assert event.client is not None
    assert event.client.client_id == "printshop"
    assert event.address == "127.0.0.1"
    assert code not in event.reason
    assert "x" * 43 not in event.reason


@pytest.mark.rule("AS-18")
def test_the_issuer_is_one(registrations: None) -> None:
    assert Caller().http.get("/.well-known/openid-configuration").json()["issuer"] == (
        ISSUER
    )
