"""UserInfo: what it tells, to whom, and how it refuses."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from authserver.models import Client, User
from tests.authserver.parties import FORM, PICKER, Browser, Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_claims(browser: Browser) -> None:
    User.objects.filter(username="alice").update(
        middle_name="M.",
        nickname="Al",
        profile="https://alice.example/",
        picture="https://alice.example/me.png",
        website="https://alice.example/blog",
        gender="female",
        birthdate="1990-01-02",
        zoneinfo="Europe/Paris",
        locale="fr-FR",
        phone_number="+33 1 23 45 67 89",
        street_address="1 rue de la Paix",
        locality="Paris",
        postal_code="75002",
        country="France",
    )
    every = f"openid profile email address phone {PICKER}"
    Client.objects.filter(client_id="printshop").update(scope=every)


SCOPES: dict[str, dict[str, type]] = {
    "profile": {
        "name": str,
        "given_name": str,
        "family_name": str,
        "middle_name": str,
        "nickname": str,
        "preferred_username": str,
        "profile": str,
        "picture": str,
        "website": str,
        "gender": str,
        "birthdate": str,
        "zoneinfo": str,
        "locale": str,
        "updated_at": int,
    },
    "email": {"email": str, "email_verified": bool},
    "address": {"address": dict},
    "phone": {"phone_number": str, "phone_number_verified": bool},
}


@pytest.mark.spec("OIDC Core §5.4")
@pytest.mark.parametrize("scope", [*SCOPES, "profile email address phone", ""])
def test_each_scope_opens_its_claims_in_their_types(
    all_claims: None, browser: Browser, shop: Caller, scope: str
) -> None:
    asked = f"openid {scope}".strip()
    given = shop.exchange(browser.code(*asked.split(), scope=asked)).json()
    told = shop.userinfo(given["access_token"]).json()
    expected: dict[str, type] = {"sub": str}
    for name in scope.split():
        expected |= SCOPES[name]
    assert {name: type(value) for name, value in told.items()} == expected
    assert told["sub"] == "5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60"


@pytest.mark.spec("OIDC Core §5.3.2")
def test_what_is_not_known_is_left_out(shop: Caller, tokens: dict[str, str]) -> None:
    told = shop.userinfo(tokens["access_token"]).json()
    assert told["email"] == "alice@example.com"
    assert "middle_name" not in told
    assert "" not in told.values()


@pytest.mark.spec("OIDC Core §5.3.1")
def test_three_ways_to_present_a_token(shop: Caller, tokens: dict[str, str]) -> None:
    token, bearer = tokens["access_token"], f"Bearer {tokens['access_token']}"
    by_get = shop.http.get("/oauth/userinfo", headers={"authorization": bearer})
    by_post = shop.http.post("/oauth/userinfo", headers={"authorization": bearer})
    by_form = shop.post("/oauth/userinfo", {"access_token": token}, authorization="")
    for response in (by_get, by_post, by_form):
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert response.json()["sub"]


def challenge(response: Any, status: int, error: str) -> bool:
    assert response.status_code == status, response.content
    said = response["WWW-Authenticate"]
    assert said.startswith("Bearer ")
    return (f'error="{error}"' in said) if error else ("error" not in said)


@pytest.mark.rule("AS-52")
@pytest.mark.spec("RFC 6750 §3.1")
def test_refusals(shop: Caller, tokens: dict[str, str]) -> None:
    token, http = tokens["access_token"], shop.http

    def get(**headers: str) -> Any:
        return http.get("/oauth/userinfo", headers=headers)

    assert challenge(get(), 401, "")
    assert challenge(get(authorization="Basic eDp5"), 401, "")
    assert challenge(get(authorization=token), 401, "")
    assert challenge(get(authorization="Bearer "), 400, "invalid_request")
    assert challenge(get(authorization="Bearer x"), 401, "invalid_token")
    assert challenge(get(authorization=f"Bearer {token} x"), 401, "invalid_token")
    assert challenge(get(authorization="Bearer é\u00ff"), 401, "invalid_token")
    assert http.put("/oauth/userinfo").status_code == 405


@pytest.mark.rule("AS-37")
@pytest.mark.spec("RFC 9700 §4.3.2")
def test_a_token_in_the_address_is_refused(
    shop: Caller, tokens: dict[str, str]
) -> None:
    token = tokens["access_token"]
    for headers in ({}, {"authorization": f"Bearer {token}"}):
        response = shop.http.get(
            "/oauth/userinfo", {"access_token": token}, headers=headers
        )
        assert challenge(response, 400, "invalid_request")


@pytest.mark.spec("RFC 6750 §2")
def test_a_token_presented_twice_is_refused(
    shop: Caller, tokens: dict[str, str]
) -> None:
    form = {"access_token": tokens["access_token"]}
    bearer = f"Bearer {tokens['access_token']}"
    response = shop.post("/oauth/userinfo", form, authorization=bearer)
    assert challenge(response, 400, "invalid_request")
    body = f"access_token={tokens['access_token']}&access_token=x"
    response = shop.http.post("/oauth/userinfo", body, FORM)
    assert challenge(response, 400, "invalid_request")


@pytest.mark.rule("AS-52")
@pytest.mark.spec("RFC 6750 §3.1")
def test_a_token_without_openid_is_forbidden(browser: Browser, shop: Caller) -> None:
    given = shop.exchange(browser.code(scope=PICKER)).json()
    response = shop.userinfo(given["access_token"])
    assert challenge(response, 403, "insufficient_scope")
    assert 'scope="openid"' in response["WWW-Authenticate"]


@pytest.mark.rule("AS-52")
def test_an_expired_token_opens_nothing(shop: Caller, tokens: dict[str, str]) -> None:
    start = timezone.now()
    with time_machine.travel(start + timedelta(seconds=298), tick=False):
        assert shop.userinfo(tokens["access_token"]).status_code == 200
    with time_machine.travel(start + timedelta(seconds=301), tick=False):
        assert shop.userinfo(tokens["access_token"]).status_code == 401
