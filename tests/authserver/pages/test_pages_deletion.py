"""Deleting an account: everything here goes, and apps are told."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as BrowserSession

from authserver.models import Client, LogoutDelivery, User
from tests.authserver.pages.cast import (
    CALLBACK,
    PASSWORD,
    Browser,
    answer,
    connect,
    exchange,
    letters,
)


def delete(browser: Browser) -> Any:
    return browser.post("/profile/delete/", {"current_password": PASSWORD})


def test_the_page_says_what_goes_and_what_stays(browser: Browser, alice: User) -> None:
    connect(browser)
    Client.objects.create(name="Alice's Albums", user=alice)
    page = browser.get("/profile/delete/").content.decode()
    for said in (
        "1 app loses access",
        "Your app Alice&#x27;s Albums, for everybody",
        "Print Shop",
        "only they can delete",
        str(alice.sub),
    ):
        assert said in page, said


def test_everything_of_hers_goes_and_nothing_of_his(
    browser: Browser, bobs: Browser, alice: User
) -> None:
    connect(browser)
    connect(bobs)
    Client.objects.create(name="Alice's Albums", user=alice)
    pk, sub = alice.pk, str(alice.sub)
    assert {"Session", "Authorization", "AccessToken", "Event"} <= set(rows_of(pk))

    answered = delete(browser)

    assert answered["Location"] == "/profile/deleted/"
    assert b"Your account is deleted" in browser.get("/profile/deleted/").content
    assert Browser().sign_in().status_code == 400
    assert browser.get("/").status_code == 302
    assert rows_of(pk) == []
    for session in BrowserSession.objects.all():
        assert session.get_decoded().get("_auth_user_id") != str(pk)
    assert not User.objects.filter(sub=sub).exists()
    assert bobs.get("/").status_code == 200
    assert b"Print Shop" in bobs.get("/apps/").content
    [letter] = letters()
    assert "was deleted" in letter.subject


def rows_of(pk: int) -> list[str]:
    """The models that hold rows which point at this person."""
    return [
        model.__name__
        for model in apps.get_app_config("authserver").get_models()
        for field in model._meta.concrete_fields
        if field.related_model is User
        and model._default_manager.filter(**{field.attname: pk}).exists()
    ]


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_her_apps_are_told_though_she_is_gone(browser: Browser, alice: User) -> None:
    Client.objects.update(backchannel_logout_uri="http://localhost:8000/out/")
    connect(browser)
    sub = alice.sub
    delete(browser)
    [delivery] = LogoutDelivery.objects.all()
    assert (delivery.sub, delivery.user) == (sub, None)
    assert delivery.delivered_at is None


def test_tokens_of_a_deleted_account_open_nothing(browser: Browser) -> None:
    tokens = connect(browser)
    delete(browser)
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 401
    refresh_token = tokens["refresh_token"]
    refused = exchange(grant_type="refresh_token", refresh_token=refresh_token)
    assert refused.json()["error"] == "invalid_grant"


@pytest.mark.rule("AS-51")
def test_who_signs_up_with_the_name_again_is_somebody_else(
    browser: Browser, alice: User
) -> None:
    sub = alice.sub
    delete(browser)
    form = {
        "username": "alice",
        "name": "Alice",
        "email": "alice@example.com",
        "password": "a long walk by the sea",
    }
    again = Browser()
    again.post("/sign-up/", form)
    assert User.objects.get(username="alice").sub != sub
    assert b"No app has access" in again.get("/apps/").content


def test_people_who_used_her_app_have_it_no_longer(
    browser: Browser, bobs: Browser, alice: User
) -> None:
    form = {"name": "Albums", "redirect_uris": CALLBACK, "scope": ["openid"]}
    browser.post(
        "/developer/new/web/", form | {"id_token_signed_response_alg": "RS256"}
    )
    client = Client.objects.get(name="Albums")
    allowed = bobs.decide(bobs.ask("openid", client_id=client.client_id))
    assert answer(allowed)["code"]
    delete(browser)
    assert b"No app has access" in bobs.get("/apps/").content
    assert bobs.get("/activity/").status_code == 200


def test_it_needs_the_button_of_the_form(browser: Browser, alice: User) -> None:
    browser.get("/profile/delete/?current_password=" + PASSWORD)
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert delete(strict).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()
