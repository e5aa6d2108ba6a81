"""The developer's console: own clients, by the rules of all, secret shown once."""

import base64
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from authserver import registration
from authserver.models import Client, User
from tests.authserver.pages.cast import (
    CALLBACK,
    VERIFIER,
    Browser,
    answer,
)

FORM = {
    "name": "Alice's Albums",
    "redirect_uris": "https://albums.example/cb",
    "scope": ["openid", "email"],
    "id_token_signed_response_alg": "RS256",
}


def register(browser: Browser, kind: str = "web", **changes: Any) -> Any:
    return browser.post(f"/developer/new/{kind}/", FORM | changes)


def secret_in(page: Any) -> str:
    found = re.search(r'id="client-secret">([^<]+)<', page.content.decode())
    return found[1] if found else ""


def authenticates(client_id: str, secret: str) -> bool:
    """Whether the token endpoint knows this client; the code is wrong in any case."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    answered = Browser().post(
        "/oauth/token",
        urlencode(form | {"code_verifier": VERIFIER}),
        "application/x-www-form-urlencoded",
        headers={"authorization": f"Basic {basic}"},
    )
    return bool(answered.json()["error"] != "invalid_client")


def test_a_registered_app_works_and_its_secret_is_shown_once(browser: Browser) -> None:
    assert b"No app yet" in browser.get("/developer/").content
    registered = register(browser)
    client = Client.objects.get(user__username="alice")
    secret = secret_in(registered)
    assert registered.status_code == 201
    assert "no-store" in registered["Cache-Control"]
    assert len(secret) >= 43
    assert secret not in client.client_secret
    assert authenticates(client.client_id, secret)
    for path in ("/developer/", f"/developer/{client.client_id}/"):
        page = browser.get(path).content.decode()
        assert client.client_id in page
        assert secret not in page
        assert client.client_secret not in page


@pytest.mark.rule("AS-42")
def test_people_can_sign_in_to_it_and_see_whose_it_is(
    browser: Browser, shop: Client
) -> None:
    register(browser, redirect_uris=CALLBACK)
    client = Client.objects.get(name="Alice's Albums")
    bob = Browser()
    bob.sign_in("bob")
    request_id = bob.ask("openid email", client_id=client.client_id)
    page = bob.get(f"/consent/{request_id}/").content.decode()
    assert "Registered by the developer <strong>alice</strong>, not looked at" in page
    assert answer(bob.decide(request_id))["code"]


def test_the_print_shop_is_not_marked(browser: Browser, shop: Client) -> None:
    page = browser.get(f"/consent/{browser.ask()}/").content
    assert b"Verified: we know who runs it" in page
    assert b"not looked at" not in page


@pytest.mark.spec("RFC 8252 §8.4")
def test_a_native_app_gets_no_secret_and_must_use_pkce(browser: Browser) -> None:
    uris = "http://127.0.0.1/cb\ncom.example.albums:/cb"
    registered = register(browser, "native", redirect_uris=uris)
    client = Client.objects.get(user__username="alice")
    assert registered.status_code == 201
    assert secret_in(registered) == ""
    assert client.is_public
    assert client.pkce_required
    assert client.token_endpoint_auth_methods == ["none"]


@pytest.mark.rule("AS-42", "AS-03")
@pytest.mark.spec("RFC 9700 §2.6")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "n" * 300},
        {"name": "nul\0"},
        {"name": "PRINT  shop"},
        {"name": "Print Shop\u200b"},
        {"name": "Print\u3164Shop"},
        {"name": "\u202epohS tnirP"},
        {"name": "Print Sh\u043ep"},
        {"name": "\uff30rint Sh\u00f6p"},
        {"name": "Print-Shop \u2713"},
        {"redirect_uris": ""},
        {"redirect_uris": "albums.example/cb"},
        {"redirect_uris": "http://albums.example/cb"},
        {"redirect_uris": "https://albums.example/cb#fragment"},
        {"redirect_uris": "https://*.example/cb"},
        {"redirect_uris": "https://albums.example@mallory.example/cb"},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": "data:text/html,x"},
        {"redirect_uris": "com.example.albums:/cb"},
        {"redirect_uris": "https://albums.example/cb\nhttp://m.example/"},
        {"redirect_uris": "https://[bad/cb"},
        {"kind": "native", "redirect_uris": "albums:/cb"},
        {"kind": "native", "redirect_uris": "javascript:alert(1)"},
        {"kind": "browser", "allowed_origins": "https://albums.example/path"},
        {"kind": "browser", "allowed_origins": "*"},
        {"kind": "browser", "allowed_origins": "null"},
        {"backchannel_logout_uri": "http://169.254.169.254/latest"},
        {"backchannel_logout_uri": "https://albums.example/out#fragment"},
        {"client_uri": "javascript:alert(1)"},
        {"policy_uri": "ftp://albums.example/"},
        {"tos_uri": "data:text/html,x"},
        {"id_token_signed_response_alg": "none"},
        {"id_token_signed_response_alg": "HS256"},
        {"post_logout_redirect_uris": "javascript:alert(1)"},
        {"scope": []},
        {"scope": ["openid", "admin"]},
    ],
)
def test_a_bad_registration_is_refused_with_a_reason(
    browser: Browser, shop: Client, changes: dict[str, Any]
) -> None:
    answered = register(browser, **changes)
    assert answered.status_code == 400
    assert b"errorlist" in answered.content
    assert Client.objects.count() == 1


@pytest.mark.rule("AS-42")
def test_an_app_is_not_mistaken_for_one_in_other_letters(
    browser: Browser, shop: Client
) -> None:
    Client.objects.create(client_id="copa", name="Copa")
    refused = register(browser, name="\u0421\u043e\u0440\u0430")
    assert b"There is an app of this name already." in refused.content


@pytest.mark.parametrize(
    "name",
    [
        "\u5199\u771f\u30d7\u30ea\u30f3\u30c8 Lab",
        "Caf\u00e9 & S\u00f6hne",
        "\u0424\u043e\u0442\u043e 24",
    ],
)
def test_people_name_apps_in_their_own_language(browser: Browser, name: str) -> None:
    assert register(browser, name=name).status_code == 201
    assert Client.objects.get(user__username="alice").name == name


@pytest.mark.rule("AS-42")
def test_nobody_registers_more_than_the_form_offers(browser: Browser) -> None:
    register(
        browser,
        skip_authorization="on",
        pkce_required="",
        user="1",
        client_id="printshop",
        client_secret="known",
        client_type="public",
        access_token_lifetime="99999999",
        application_type="device",
        allowed_origins="https://mallory.example",
        verified_at="2026-01-01 00:00",
        rotate_refresh_tokens="",
        grant_types='["password"]',
    )
    client = Client.objects.get(user__username="alice")
    assert not client.skip_authorization
    assert client.pkce_required
    assert client.rotate_refresh_tokens
    assert client.client_id != "printshop"
    assert client.user.username == "alice"
    assert client.access_token_lifetime == 300
    assert client.application_type == "web"
    assert client.allowed_origins == ""
    assert client.verified_at is None
    assert client.grant_types == ["authorization_code", "refresh_token"]
    assert not authenticates(client.client_id, "known")


def test_only_its_owner_sees_it(browser: Browser, shop: Client) -> None:
    register(browser)
    client = Client.objects.get(name="Alice's Albums")
    bob = Browser()
    bob.sign_in("bob")
    assert b"Albums" not in bob.get("/developer/").content
    for client_id in (client.client_id, shop.client_id, "x", "%00"):
        assert bob.get(f"/developer/{client_id}/").status_code == 404
        assert bob.post(f"/developer/{client_id}/secret/").status_code == 404
        assert bob.post(f"/developer/{client_id}/remove/").status_code == 404
    assert Client.objects.count() == 2


def test_a_new_secret_works_at_once_and_the_old_one_a_day_more(
    browser: Browser,
) -> None:
    old = secret_in(register(browser))
    client = Client.objects.get(user__username="alice")
    new = secret_in(browser.post(f"/developer/{client.client_id}/secret/"))
    assert new
    assert new != old
    assert authenticates(client.client_id, new)
    assert authenticates(client.client_id, old)
    Client.objects.update(previous_secret_expires=client.created)
    assert authenticates(client.client_id, new)
    assert not authenticates(client.client_id, old)


@pytest.mark.rule("AS-42")
@pytest.mark.parametrize(
    ("path", "during"), [("edit", "shape"), ("secret", "new_secret")]
)
def test_what_staff_decides_meanwhile_is_not_undone(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, path: str, during: str
) -> None:
    """Disabled, and its old secret ended, after the row was read for this request."""
    register(browser)
    client = Client.objects.get(user__username="alice")
    real = getattr(registration, during)

    def meanwhile(*args: Any) -> Any:
        Client.objects.update(disabled_at=client.created, rotate_refresh_tokens=False)
        return real(*args)

    monkeypatch.setattr(registration, during, meanwhile)
    changed = FORM | {"name": "Alice's Prints", "scope": ["email"]}
    answered = browser.post(f"/developer/{client.client_id}/{path}/", changed)
    assert answered.status_code in {200, 303}
    client.refresh_from_db()
    assert client.disabled_at == client.created
    assert not client.rotate_refresh_tokens
    if path == "edit":
        assert client.name == "Alice's Prints"
        assert (client.scope, client.required_scope) == ("email", "")


def test_a_native_app_can_be_given_no_secret(browser: Browser) -> None:
    register(browser, "native", redirect_uris="http://127.0.0.1/cb")
    client = Client.objects.get(user__username="alice")
    answered = browser.post(f"/developer/{client.client_id}/secret/")
    assert answered.status_code == 303
    assert secret_in(browser.get(answered["Location"])) == ""
    assert (
        Client.objects.get(user__username="alice").client_secret == client.client_secret
    )


def test_a_removed_app_is_gone_for_everybody(browser: Browser, shop: Client) -> None:
    secret = secret_in(register(browser, redirect_uris=CALLBACK))
    client = Client.objects.get(name="Alice's Albums")
    request_id = browser.ask("openid", client_id=client.client_id)
    assert answer(browser.decide(request_id))["code"]
    answered = browser.post(f"/developer/{client.client_id}/remove/")
    assert answered["Location"] == "/developer/"
    assert b"no longer registered" in browser.get("/developer/").content
    assert not authenticates(client.client_id, secret)
    assert b"Albums" not in browser.get("/apps/").content
    assert browser.get("/activity/").status_code == 200


@pytest.mark.rule("AS-42")
def test_twenty_apps_are_the_limit(browser: Browser, alice: User) -> None:
    for number in range(20):
        Client.objects.create(name=f"App {number}", user=alice)
    for ask in (register, lambda b: b.get("/developer/new/web/")):
        assert ask(browser)["Location"] == "/developer/"
        assert b"20 apps are the limit" in browser.get("/developer/").content
    assert Client.objects.filter(user=alice).count() == 20


@pytest.mark.parametrize("what", ["secret", "remove"])
def test_looking_changes_nothing(browser: Browser, what: str) -> None:
    register(browser)
    client_id = Client.objects.get(user__username="alice").client_id
    assert browser.get(f"/developer/{client_id}/{what}/").status_code == 405
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(f"/developer/{client_id}/{what}/").status_code == 403
