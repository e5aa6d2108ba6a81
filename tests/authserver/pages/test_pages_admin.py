"""Staff's pages: everything can be managed, and no secret is shown."""

import json

import pytest
from django.apps import apps

from authserver.admin import site
from authserver.models import (
    AccessToken,
    Authorization,
    Client,
    Event,
    LogoutDelivery,
    Session,
    SigningKey,
    User,
)
from tests.authserver.pages.cast import (
    CALLBACK,
    Browser,
    answer,
    authorize,
    connect,
    exchange,
    redeem,
)


def test_only_staff_enters_the_administration(browser: Browser, staff: Browser) -> None:
    assert Browser().get("/admin/")["Location"].startswith("/admin/login/")
    login = Browser().get("/admin/login/?next=/admin/")
    assert login["Location"] == "/sign-in/?next=/admin/"
    assert Browser().post("/admin/login/", {"username": "admin"}).status_code == 302
    assert browser.get("/admin/login/").status_code == 403
    assert staff.get("/admin/").status_code == 200


@pytest.mark.rule("AS-10")
def test_the_administration_lists_clients_without_pkce(
    staff: Browser, shop: Client
) -> None:
    Client.objects.create(name="Old app", pkce_required=False)
    listed = staff.get("/admin/authserver/client/?pkce_required__exact=0")
    assert b"Old app" in listed.content
    assert b"Print Shop" not in listed.content


def test_the_administration_shows_no_secret(
    staff: Browser, shop: Client, alice: User
) -> None:
    key = SigningKey.objects.first()
    paths = [
        f"client/{shop.pk}/change/",
        f"user/{alice.pk}/change/",
        "client/",
        "user/",
        "signingkey/",
        *([f"signingkey/{key.pk}/change/"] if key else []),
    ]
    shop.refresh_from_db()
    hidden = (shop.client_secret, alice.password)
    for path in paths:
        page = staff.get(f"/admin/authserver/{path}").content.decode()
        assert not any(secret in page for secret in hidden), path
        assert "sealed" not in page


@pytest.mark.rule("AS-03")
@pytest.mark.spec("RFC 9700 §2.6")
@pytest.mark.parametrize(
    "uri", ["http://mallory.example/", "javascript:alert(1)", "https://a.example/#f"]
)
def test_the_administration_judges_registrations_like_everybody(
    staff: Browser, shop: Client, uri: str
) -> None:
    path = f"/admin/authserver/client/{shop.pk}/change/"
    form = {
        "name": "Print Shop",
        "application_type": "web",
        "client_type": "confidential",
        "redirect_uris": uri,
        "grant_types": json.dumps(["authorization_code"]),
        "token_endpoint_auth_methods": json.dumps(["client_secret_basic"]),
        "scope": "openid",
        "access_token_lifetime": "300",
        "response_modes": json.dumps(["query"]),
        "id_token_signed_response_alg": "RS256",
    }
    assert staff.post(path, form).status_code == 200
    shop.refresh_from_db()
    assert shop.redirect_uris == CALLBACK
    form["redirect_uris"] = "https://shop.example/cb"
    assert staff.post(path, form).status_code == 302
    shop.refresh_from_db()
    assert shop.redirect_uris == "https://shop.example/cb"
    assert shop.client_secret, "saving does not touch the secret"


def act(staff: Browser, model: str, action: str, *pks: object) -> None:
    form = {"action": action, "_selected_action": [str(pk) for pk in pks]}
    assert staff.post(f"/admin/authserver/{model}/", form).status_code == 302


def test_every_list_can_be_looked_at(staff: Browser, browser: Browser) -> None:
    connect(browser)
    browser.post("/sign-out/")
    names = [
        model._meta.model_name
        for model in apps.get_app_config("authserver").get_models()
        if site.is_registered(model)
    ]
    assert {"logoutdelivery", "devicegrant", "accesstoken", "event"} <= set(names)
    for name in names:
        assert staff.get(f"/admin/authserver/{name}/").status_code == 200, name


def test_verifying_a_client_is_what_people_read(
    staff: Browser, browser: Browser, alice: User, shop: Client
) -> None:
    Client.objects.filter(pk=shop.pk).update(user=alice)
    request_id = browser.ask()
    assert b"not looked at by us" in browser.get(f"/consent/{request_id}/").content
    act(staff, "client", "verify", shop.pk)
    assert b"we know who runs it" in browser.get(f"/consent/{request_id}/").content
    assert "Verified by the operator." in browser.get("/activity/").content.decode()


def test_disabling_a_client_ends_what_it_holds(
    staff: Browser, browser: Browser, shop: Client
) -> None:
    tokens = connect(browser)
    unspent = answer(browser.decide(browser.ask("openid email"), "allow", "email"))
    act(staff, "client", "disable", shop.pk)
    assert not AccessToken.objects.live().exists()
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 401
    assert redeem(unspent["code"]).status_code in {400, 401}
    assert browser.get(authorize()).status_code == 400
    act(staff, "client", "enable", shop.pk)
    assert redeem(unspent["code"]).json()["error"] == "invalid_grant", "burnt"
    refresh_token = tokens["refresh_token"]
    refused = exchange(grant_type="refresh_token", refresh_token=refresh_token)
    assert refused.json()["error"] == "invalid_grant", "ended is ended"
    assert browser.get(authorize()).status_code == 302 or browser.ask()


@pytest.mark.parametrize("how", ["action", "form"])
def test_what_a_disabled_account_had_lent_stays_ended(
    staff: Browser, browser: Browser, alice: User, how: str
) -> None:
    """Also what was to outlive sessions, once the account is enabled again."""
    tokens = connect(browser, "openid offline_access")
    unspent = browser.decide(browser.ask("openid email"), "allow", "email")
    if how == "action":
        act(staff, "user", "disable", alice.pk)
    else:
        path = f"/admin/authserver/user/{alice.pk}/change/"
        form = {"username": "alice", "name": "Alice"}
        assert staff.post(path, form).status_code == 302
    User.objects.filter(pk=alice.pk).update(is_active=True)
    refresh_token = tokens["refresh_token"]
    refused = exchange(grant_type="refresh_token", refresh_token=refresh_token)
    assert refused.json()["error"] == "invalid_grant"
    assert redeem(answer(unspent)["code"]).json()["error"] == "invalid_grant"
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 401


@pytest.mark.rule("AS-56")
def test_the_administration_is_no_second_door_to_a_password(
    staff: Browser, alice: User
) -> None:
    """Neither throttled nor recorded, it would sign out nobody."""
    form = {"old_password": "print-shop-demo"}
    form |= dict.fromkeys(("new_password1", "new_password2"), "a long walk by the sea")
    for answered in (
        staff.get("/admin/password_change/"),
        staff.post("/admin/password_change/", form),
    ):
        assert answered.status_code == 303
        assert answered["Location"] == "/password/"
    assert Browser().sign_in("admin").status_code == 303


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
@pytest.mark.parametrize("how", ["action", "form", "delete", "delete_selected"])
def test_disabling_an_account_signs_it_out_everywhere(
    staff: Browser, browser: Browser, alice: User, how: str
) -> None:
    Client.objects.update(backchannel_logout_uri="http://localhost:8000/out/")
    tokens = connect(browser, "openid")
    path = f"/admin/authserver/user/{alice.pk}"
    match how:
        case "action":
            act(staff, "user", "disable", alice.pk)
        case "form":
            form = {"username": "alice", "name": "Alice"}
            assert staff.post(f"{path}/change/", form).status_code == 302
        case "delete":
            assert staff.post(f"{path}/delete/", {"post": "yes"}).status_code == 302
        case _:
            chosen = {"action": how, "_selected_action": [alice.pk], "post": "yes"}
            staff.post("/admin/authserver/user/", chosen)
    assert browser.get("/").status_code == 302
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 401
    assert LogoutDelivery.objects.count() == 1
    assert Browser().sign_in().status_code == 400


def test_a_session_and_an_authorization_can_be_ended(
    staff: Browser, browser: Browser, alice: User
) -> None:
    tokens = connect(browser)
    act(staff, "authorization", "take_back", Authorization.objects.get().pk)
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 401
    assert b"Taken back by the operator." in browser.get("/activity/").content
    act(staff, "session", "end", Session.objects.get(user=alice).pk)
    assert browser.get("/").status_code == 302


def test_what_is_a_record_cannot_be_changed(staff: Browser, alice: User) -> None:
    event = Event.objects.record(Event.Kind.SIGNED_IN, user=alice)
    path = f"/admin/authserver/event/{event.pk}"
    assert staff.post(f"{path}/change/", {"reason": "x"}).status_code == 403
    assert staff.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    assert staff.get("/admin/authserver/event/add/").status_code == 403
