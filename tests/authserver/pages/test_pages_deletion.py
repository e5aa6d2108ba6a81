"""Deleting an account: everything here goes, apps are told first, nobody else is hit."""

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as BrowserSession
from django.db.models import Q

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


def delete(browser: Browser) -> object:
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

    answered = delete(browser)

    assert answered["Location"] == "/profile/deleted/"  # type: ignore[index]
    assert b"Your account is deleted" in browser.get("/profile/deleted/").content
    assert Browser().sign_in().status_code == 400
    assert browser.get("/").status_code == 302
    for model in apps.get_app_config("authserver").get_models():
        if model is not User:
            left = model._default_manager.filter(_of(model, pk))
            assert not left.exists(), model
    for session in BrowserSession.objects.all():
        assert session.get_decoded().get("_auth_user_id") != str(pk)
    assert not User.objects.filter(sub=sub).exists()
    assert bobs.get("/").status_code == 200
    assert b"Print Shop" in bobs.get("/apps/").content
    [letter] = letters()
    assert "was deleted" in letter.subject


def _of(model: type, pk: int) -> Q:
    """Rows that point at this person."""
    names = [f.name for f in model._meta.get_fields() if f.related_model is User]  # type: ignore[attr-defined]
    direct = [name for name in names if hasattr(model, name)]
    return (
        Q(*[(name, pk) for name in direct], _connector=Q.OR) if direct else Q(pk=None)
    )


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
    assert delete(strict).status_code == 403  # type: ignore[attr-defined]
    assert User.objects.filter(pk=alice.pk).exists()
