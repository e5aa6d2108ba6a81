"""Claims asked for one by one: the row, the choice, and where they are delivered."""

import json
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from authserver.models import Authorization, Client, User
from tests.authserver.parties import (
    PHOTOS,
    PICKER,
    Browser,
    Caller,
    answer,
    claims_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OIDC Core §5.5")]
ALICE = "5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60"
BOB = "b0b7a9d4-2f3c-4d7e-8a61-90c4d2e7f1b3"
ESSENTIAL = {"essential": True}


def claims(**members: Any) -> str:
    return json.dumps(members)


def decide(browser: Browser, asked: Any, *ticked: str, **boxes: list[str]) -> Any:
    """Allow on the consent page, with boxes of scopes and of claims ticked."""
    assert asked["Location"].startswith("/consent/"), asked["Location"]
    form = {"decision": "allow", "scope": list(ticked)} | boxes
    return browser.post(asked["Location"], form)


def given(
    browser: Browser, shop: Caller, ticked: list[str], **changes: str | None
) -> dict[str, str]:
    """Tokens of a fresh decision, the single claims ``ticked``."""
    asked = browser.authorize(**{"scope": "openid", "prompt": "consent"} | changes)
    scope = (changes.get("scope") or "openid").split()
    response = decide(browser, asked, *scope, claim=ticked)
    tokens: dict[str, str] = shop.exchange(answer(response)["code"]).json()
    return tokens


def about(token: str) -> dict[str, Any]:
    """What an ID token says about the person."""
    said = claims_of(token)
    protocol = {"iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "sid", "at_hash"}
    return {name: value for name, value in said.items() if name not in protocol}


def rows(browser: Browser, **changes: str | None) -> dict[str, tuple[str, bool, bool]]:
    """Field, ticked and locked of each row of the consent page."""
    asked = browser.authorize(**{"scope": "openid", "prompt": "consent"} | changes)
    page = browser.get(asked["Location"]).context["page"]
    return {row.name: (row.field, row.ticked, row.required) for row in page.rows}


def test_a_claim_is_delivered_where_it_was_asked_for(
    browser: Browser, shop: Caller
) -> None:
    wanted = claims(userinfo={"name": ESSENTIAL}, id_token={"email": None})
    tokens = given(browser, shop, ["name", "email"], claims=wanted)
    told = shop.userinfo(tokens["access_token"]).json()
    assert told == {"sub": ALICE, "name": "Alice Ferrand"}
    assert about(tokens["id_token"]) == {"email": "alice@example.com"}
    assert "email" not in claims_of(tokens["access_token"])


@pytest.mark.spec("OIDC Core §5.5.1")
def test_an_essential_one_is_ticked_and_a_voluntary_one_is_not(
    browser: Browser,
) -> None:
    wanted = claims(
        userinfo={"name": ESSENTIAL, "nickname": None, "profile": ESSENTIAL},
        id_token={"email": {"essential": False}},
    )
    found = rows(browser, claims=wanted, scope=f"openid {PICKER}")
    assert found.pop("openid") == ("scope", True, True)
    assert found.pop(PICKER) == ("scope", False, False)  # no longer the only thing
    assert found == {
        "name": ("claim", True, False),
        "nickname": ("claim", False, False),
        "profile": ("claim", True, False),
        "email": ("claim", False, False),
    }


def test_the_page_says_what_the_app_calls_essential(browser: Browser) -> None:
    wanted = claims(userinfo={"name": ESSENTIAL, "email": None})
    asked = browser.authorize(scope="openid", claims=wanted)
    html = browser.get(asked["Location"]).content.decode()
    assert html.count("the app says it cannot do without") == 1
    assert 'name="claim" value="name" id="claim-name"' in html


def test_whatever_is_not_ticked_is_not_told(browser: Browser, shop: Caller) -> None:
    wanted = claims(
        userinfo={"name": ESSENTIAL, "email": ESSENTIAL}, id_token={"name": ESSENTIAL}
    )
    tokens = given(browser, shop, ["email"], claims=wanted)
    told = shop.userinfo(tokens["access_token"]).json()
    assert told == {"sub": ALICE, "email": "alice@example.com"}
    assert about(tokens["id_token"]) == {}


def test_a_form_cannot_add_a_claim(browser: Browser, shop: Caller) -> None:
    wanted = claims(userinfo={"name": None})
    ticked = ["name", "email", "phone_number", "admin"]
    tokens = given(browser, shop, ticked, claims=wanted)
    assert shop.userinfo(tokens["access_token"]).json().keys() == {"sub", "name"}
    assert Authorization.objects.get().claims == "name"


def test_a_claim_of_a_scope_asked_for_has_no_row_of_its_own(
    browser: Browser, shop: Caller
) -> None:
    wanted = claims(id_token={"name": ESSENTIAL, "email": ESSENTIAL})
    asked = {"scope": "openid profile", "claims": wanted}
    assert rows(browser, **asked).keys() == {"openid", "profile", "email"}
    tokens = given(browser, shop, [], **asked)
    assert about(tokens["id_token"]) == {"name": "Alice Ferrand"}


def test_a_claim_goes_with_the_scope_that_was_refused(
    browser: Browser, shop: Caller
) -> None:
    asked = browser.authorize(
        scope="openid profile", claims=claims(id_token={"name": None})
    )
    code = answer(decide(browser, asked))["code"]
    assert about(shop.exchange(code).json()["id_token"]) == {}


def test_allowed_claims_are_remembered(browser: Browser, shop: Caller) -> None:
    wanted = claims(userinfo={"name": None}, id_token={"email": None})
    given(browser, shop, ["name", "email"], claims=wanted)
    again = browser.authorize(scope="openid", claims=wanted)
    tokens = shop.exchange(answer(again)["code"]).json()
    assert "email" in about(tokens["id_token"])
    more = claims(userinfo={"name": None, "nickname": None})
    asked = browser.authorize(scope="openid", claims=more)
    assert asked["Location"].startswith("/consent/")
    silent = browser.authorize(scope="openid", claims=more, prompt="none")
    assert answer(silent)["error"] == "consent_required"
    assert rows(browser, claims=more)["name"] == ("claim", True, False)


def test_a_claim_that_is_unticked_is_remembered_no_longer(
    browser: Browser, shop: Caller
) -> None:
    wanted = claims(userinfo={"name": None, "nickname": None})
    given(browser, shop, ["name", "nickname"], claims=wanted)
    given(browser, shop, ["name"], claims=wanted)
    asked = browser.authorize(scope="openid", claims=wanted)
    assert asked["Location"].startswith("/consent/")
    assert rows(browser, claims=wanted)["nickname"] == ("claim", False, False)


def test_claims_last_as_long_as_the_tokens(browser: Browser, shop: Caller) -> None:
    wanted = claims(userinfo={"name": None}, id_token={"email": None})
    scope = f"openid {PICKER}"
    tokens = given(browser, shop, ["name", "email"], claims=wanted, scope=scope)
    for _ in range(2):
        tokens = shop.refresh(tokens["refresh_token"]).json()
        told = shop.userinfo(tokens["access_token"]).json()
        assert told["name"] == "Alice Ferrand"
        assert about(tokens["id_token"]) == {"email": "alice@example.com"}


def test_a_refresh_without_the_scope_is_without_its_claims(
    browser: Browser, shop: Caller
) -> None:
    wanted = claims(id_token={"name": None, "email": None})
    scope = "openid profile"
    tokens = given(browser, shop, ["email"], claims=wanted, scope=scope)
    assert about(tokens["id_token"]).keys() == {"name", "email"}
    narrowed = shop.refresh(tokens["refresh_token"], scope="openid").json()
    assert about(narrowed["id_token"]).keys() == {"email"}
    assert shop.userinfo(narrowed["access_token"]).json().keys() == {"sub"}


def test_a_client_is_told_no_more_than_it_registered_for(
    browser: Browser, shop: Caller
) -> None:
    User.objects.filter(username="alice").update(phone_number="+33 1 23 45 67 89")
    wanted = claims(
        userinfo={"phone_number": ESSENTIAL, "name": None, "password": ESSENTIAL},
        id_token={"phone_number": ESSENTIAL, "is_staff": None, "name#fr": None},
        unheard_of={"name": None},
    )
    assert rows(browser, claims=wanted).keys() == {"openid", "name"}
    tokens = given(browser, shop, ["phone_number", "is_staff"], claims=wanted)
    assert shop.userinfo(tokens["access_token"]).json().keys() == {"sub"}
    assert about(tokens["id_token"]) == {}


def test_without_openid_claims_are_asked_for_in_vain(browser: Browser) -> None:
    wanted = claims(userinfo={"name": ESSENTIAL})
    assert rows(browser, scope=PICKER, claims=wanted).keys() == {PICKER}


def test_our_own_pages_get_them_without_being_asked_about(browser: Browser) -> None:
    response = browser.authorize(
        client_id="photos",
        redirect_uri=f"{PHOTOS}/sign-in/callback/",
        scope="openid",
        claims=claims(id_token={"name": None, "email": None}),
    )
    photos = Caller("photos")
    redirect_uri = f"{PHOTOS}/sign-in/callback/"
    code = answer(response)["code"]
    tokens = photos.exchange(code, redirect_uri=redirect_uri).json()
    assert about(tokens["id_token"]) == {"name": "Alice Ferrand"}  # registered: profile


@pytest.mark.spec("OIDC Core §5.5.1")
@pytest.mark.parametrize(
    ("wish", "is_told"),
    [
        ({"value": "alice@example.com"}, True),
        ({"value": "mallory@example.com"}, False),
        ({"values": ["x", "alice@example.com"]}, True),
        ({"values": ["x"], "essential": True}, False),
        ({"value": 7}, False),
        ({"values": []}, True),
        ({"unheard_of": 1}, True),
    ],
)
def test_a_claim_wanted_with_another_value_is_left_out(
    browser: Browser, shop: Caller, wish: dict[str, Any], is_told: bool
) -> None:
    wanted = claims(userinfo={"email": wish}, id_token={"email": wish})
    tokens = given(browser, shop, ["email"], claims=wanted)
    assert ("email" in shop.userinfo(tokens["access_token"]).json()) == is_told
    assert ("email" in about(tokens["id_token"])) == is_told


@pytest.mark.parametrize(
    "wanted",
    [
        *("x", "[]", '"name"', "1", "{", "{'userinfo': null}", "[" * 2000),
        *('{"userinfo": []}', '{"id_token": "name"}', '{"userinfo": {"name": 1}}'),
        '{"userinfo": {"name": {"essential": "yes"}}}',
        '{"userinfo": {"name": {"values": "Alice"}}}',
        '{"userinfo": {"name": {"value": NaN}}}',
        '{"userinfo": {"name": {"value": 1e999}}}',
        '{"userinfo": {"name": {"value": "\\u0000"}}}',
        '{"userinfo": {"name": {"value": "\\ud800"}}}',
        '{"userinfo": {"\\ud800": null}}',
    ],
)
def test_nonsense_is_refused_by_name(browser: Browser, wanted: str) -> None:
    said = answer(browser.authorize(scope="openid", claims=wanted))
    assert said["error"] == "invalid_request"
    assert "claim" in said["error_description"].lower()


@pytest.mark.parametrize(
    "wanted", ["{}", '{"userinfo": null}', '{"id_token": {}, "x": [1]}', " {} "]
)
def test_asking_for_nothing_is_fine(browser: Browser, wanted: str) -> None:
    assert rows(browser, claims=wanted).keys() == {"openid"}


# The three that are not told but decide.


@pytest.mark.spec("OIDC Core §5.5.1.1")
@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"essential": True, "values": ["urn:example:gold"]}, True),
        ({"essential": True, "value": "urn:example:gold"}, True),
        ({"essential": True, "values": ["urn:example:gold", "password"]}, False),
        ({"essential": True}, False),
        ({"values": ["urn:example:gold"]}, False),
        (None, False),
    ],
)
def test_an_essential_acr_that_we_cannot_reach_is_an_error(
    browser: Browser, shop: Caller, wish: Any, error: bool
) -> None:
    response = browser.authorize(scope="openid", claims=claims(id_token={"acr": wish}))
    if error:
        said = answer(response)
        assert said["error"] == "unmet_authentication_requirements"
        return
    code = answer(decide(browser, response))["code"]
    token = shop.exchange(code).json()["id_token"]
    assert claims_of(token)["acr"] == "password"


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize("acr_values", ["password", "urn:example:gold", "2 1 0"])
def test_acr_values_are_a_wish(browser: Browser, shop: Caller, acr_values: str) -> None:
    tokens = given(browser, shop, [], acr_values=acr_values)
    assert claims_of(tokens["id_token"])["acr"] == "password"


@pytest.mark.spec("OIDC Core §5.5.1")
@pytest.mark.parametrize("where", ["id_token", "userinfo"])
def test_a_sub_wanted_is_the_person_wanted(
    browser: Browser, shop: Caller, where: str
) -> None:
    browser.allow(scope="openid")
    bob = {"scope": "openid", "claims": claims(**{where: {"sub": {"value": BOB}}})}
    assert answer(browser.authorize(**bob, prompt="none"))["error"] == "login_required"
    asked = browser.authorize(**bob)
    assert asked["Location"].startswith("/sign-in/")
    back = answer(browser.sign_in("alice", at=asked["Location"]))
    assert back["error"] == "login_required"
    alice = claims(**{where: {"sub": {"values": [BOB, ALICE]}}})
    assert "code" in answer(browser.authorize(scope="openid", claims=alice))


@pytest.mark.spec("OIDC Core §5.5.1")
def test_two_people_at_once_are_nobody(browser: Browser, shop: Caller) -> None:
    tokens = given(browser, shop, [])
    wanted = claims(id_token={"sub": {"value": BOB}})
    said = answer(
        browser.authorize(
            scope="openid", claims=wanted, id_token_hint=tokens["id_token"]
        )
    )
    assert said["error"] == "login_required"


@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"display": "page"}, ""),
        ({"display": "popup"}, ""),
        ({"display": "touch"}, ""),
        ({"display": "wap"}, ""),
        ({"display": "hologram"}, "invalid_request"),
        ({"ui_locales": "fr-CA fr en"}, ""),
        ({"ui_locales": "xx"}, ""),
        ({"claims_locales": "fr"}, ""),
    ],
)
def test_display_and_languages(
    browser: Browser, changes: dict[str, str], error: str
) -> None:
    response = browser.authorize(**changes)
    if error:
        assert answer(response)["error"] == error
    else:
        assert response["Location"].startswith("/consent/")


def test_userinfo_is_one_statement(
    browser: Browser, shop: Caller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wanted = claims(userinfo={"name": None})
    tokens = given(browser, shop, ["name"], claims=wanted, scope="openid profile")
    with django_assert_num_queries(1):
        assert shop.userinfo(tokens["access_token"]).status_code == 200


# Who is asked at all.


@pytest.mark.spec("RFC 8252 §8.6")
@pytest.mark.parametrize("first_party", [True, False])
def test_a_client_without_a_secret_is_never_silent(
    browser: Browser, first_party: bool
) -> None:
    Client.objects.filter(client_id="printshop").update(
        client_type="public", skip_authorization=first_party
    )
    browser.allow("profile", scope="openid profile")
    said = answer(browser.authorize(scope="openid profile", prompt="none"))
    assert said["error"] == "consent_required"


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_prompt_consent_asks_even_for_our_own(browser: Browser) -> None:
    Client.objects.filter(client_id="printshop").update(skip_authorization=True)
    assert "code" in answer(browser.authorize())
    asked = browser.authorize(prompt="consent")
    assert asked["Location"].startswith("/consent/")
