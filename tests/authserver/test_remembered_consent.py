"""Consent: when it is asked for, remembered, narrowed, added to."""

import pytest

from authserver.models import Authorization, Client
from tests.authserver.parties import (
    CALLBACK,
    GOOGLE,
    LIBRARY,
    PHOTOS,
    PICKER,
    Browser,
    Caller,
    answer,
    claims_of,
)

pytestmark = pytest.mark.django_db
EVERYTHING = f"openid profile {PICKER} {LIBRARY} offline_access"


def is_asked(browser: Browser, **changes: str | None) -> bool:
    return bool(browser.authorize(**changes)["Location"].startswith("/consent/"))


def scope_of(shop: Caller, code: str) -> str:
    scope: str = shop.exchange(code).json()["scope"]
    return scope


@pytest.mark.rule("AS-41")
@pytest.mark.spec("OIDC Core §3.1.2.4")
def test_what_was_allowed_is_not_asked_again(browser: Browser) -> None:
    browser.allow("profile", PICKER, scope=f"openid profile {PICKER}")
    assert not is_asked(browser, scope="openid profile")
    assert not is_asked(browser, scope=PICKER)
    assert is_asked(browser, scope=f"openid {LIBRARY}")
    assert is_asked(browser, scope="openid profile offline_access")


@pytest.mark.rule("AS-41")
def test_one_person_allows_for_nobody_else(browser: Browser) -> None:
    browser.allow("profile", scope="openid profile")
    bob = Browser()
    bob.sign_in("bob")
    assert is_asked(bob, scope="openid profile")


@pytest.mark.rule("AS-40")
@pytest.mark.spec("RFC 8252 §8.6")
def test_a_public_client_is_always_asked_for(browser: Browser) -> None:
    Client.objects.filter(client_id="printshop").update(client_type="public")
    browser.allow("profile", scope="openid profile")
    assert is_asked(browser, scope="openid profile")


def test_our_own_pages_need_no_consent(browser: Browser) -> None:
    given = browser.authorize(
        client_id="photos",
        redirect_uri=f"{PHOTOS}/sign-in/callback/",
        scope="openid profile",
    )
    assert "code" in answer(given)
    assert Authorization.objects.get().scopes == {"openid", "profile"}


@pytest.mark.spec("RFC 6749 §3.3")
def test_a_partial_grant_is_a_success_with_a_reduced_scope(
    browser: Browser, shop: Caller
) -> None:
    code = browser.code(PICKER, scope=EVERYTHING)
    given = shop.exchange(code).json()
    assert given["scope"] == f"openid {PICKER}"
    assert claims_of(given["access_token"])["scope"] == f"openid {PICKER}"
    assert Authorization.objects.get().scopes == {"openid", PICKER}


@pytest.mark.spec("RFC 9700 §4.7.1")
def test_a_form_cannot_widen_what_the_client_asked_for(
    browser: Browser, shop: Caller
) -> None:
    code = browser.code("profile", "email", LIBRARY, "admin", scope=f"openid {PICKER}")
    assert scope_of(shop, code) == f"openid {PICKER}"


def test_a_form_cannot_redirect_elsewhere(browser: Browser) -> None:
    page = browser.authorize()["Location"]
    for decision in ("deny", "allow"):
        response = browser.post(
            page,
            {"decision": decision, "redirect_uri": "https://mallory.example/"}
            | {"client_id": "photos", "state": "mallory", "scope": "admin"},
        )
        if response.status_code == 303:
            assert response["Location"].startswith(f"{CALLBACK}?")
            assert answer(response)["state"] == "xyz"


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_denying_is_access_denied(browser: Browser) -> None:
    page = browser.authorize()["Location"]
    said = answer(browser.decide(page, "deny", PICKER))
    assert said["error"] == "access_denied"
    assert said["state"] == "xyz"
    assert said["iss"]
    assert not Authorization.objects.exists()


def test_granted_scopes_are_included_when_asked(browser: Browser, shop: Caller) -> None:
    browser.allow("profile", PICKER, scope=f"openid profile {PICKER}")
    code = browser.code(LIBRARY, scope=LIBRARY, include_granted_scopes="true")
    assert set(scope_of(shop, code).split()) == {"openid", "profile", PICKER, LIBRARY}
    code = browser.code(LIBRARY, scope=LIBRARY)
    assert scope_of(shop, code) == LIBRARY


@pytest.mark.rule("AS-40")
@pytest.mark.spec("RFC 8252 §8.6")
def test_a_public_client_gets_nothing_that_the_page_did_not_show(
    browser: Browser, shop: Caller
) -> None:
    browser.allow("profile", PICKER, scope=f"openid profile {PICKER}")
    public = {"client_type": "public", "token_endpoint_auth_methods": ["none"]}
    Client.objects.filter(client_id="printshop").update(**public)
    code = browser.code(scope="openid", include_granted_scopes="true")
    assert scope_of(Caller("printshop", ""), code) == "openid"


def test_a_client_gets_back_no_more_than_it_may_ask_for_today(
    browser: Browser, shop: Caller
) -> None:
    browser.allow("profile", PICKER, scope=f"openid profile {PICKER}")
    Client.objects.filter(client_id="printshop").update(scope="openid profile")
    code = browser.code(scope="openid", include_granted_scopes="true")
    assert scope_of(shop, code) == "openid profile"


@pytest.mark.rule("AS-41")
def test_what_is_unticked_is_remembered_no_longer(
    browser: Browser, shop: Caller
) -> None:
    scope = f"openid profile {PICKER}"
    browser.allow("profile", PICKER, scope=scope)
    asked = {"scope": scope, "include_granted_scopes": "true"}
    assert scope_of(shop, browser.code("profile", **asked)) == "openid profile"
    assert Authorization.objects.get().scopes == {"openid", "profile"}
    assert is_asked(browser, scope=scope)
    assert not is_asked(browser, scope="openid profile")


@pytest.mark.rule("AS-41")
def test_what_was_not_asked_about_stays_remembered(browser: Browser) -> None:
    browser.allow("profile", PICKER, scope=f"openid profile {PICKER}")
    browser.code(scope="openid profile")
    assert Authorization.objects.get().scopes == {"openid", PICKER}


@pytest.mark.spec("RFC 6749 §3.3")
def test_a_scope_comes_back_as_it_was_spelled(browser: Browser, shop: Caller) -> None:
    scope = f"openid {GOOGLE}{PICKER}"
    given = shop.exchange(browser.code(scope=scope)).json()
    assert given["scope"] == scope
    assert claims_of(given["access_token"])["scope"] == f"openid {PICKER}"
    again = shop.refresh(given["refresh_token"]).json()
    assert again["scope"] == scope
    narrowed = shop.refresh(again["refresh_token"], scope=f"{GOOGLE}{PICKER}").json()
    assert narrowed["scope"] == f"{GOOGLE}{PICKER}"


@pytest.mark.spec("OIDC Core §11")
def test_offline_access_is_a_choice_of_its_own(browser: Browser, shop: Caller) -> None:
    code = browser.code(PICKER, scope=f"openid {PICKER} offline_access")
    assert "offline_access" not in scope_of(shop, code).split()
