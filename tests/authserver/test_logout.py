"""RP-initiated logout: this session at this browser, never another."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone

from authserver import access, keys
from authserver.models import AccessToken, Client, RefreshToken, Session, User
from tests.authserver.parties import PHOTOS, PICKER, SHOP, Browser, Caller, answer

pytestmark = pytest.mark.django_db
DONE = f"{SHOP}/sign-out/done/"
SCOPE = "openid profile"


@pytest.fixture
def hint(browser: Browser, shop: Caller) -> str:
    """An ID token of this browser's session."""
    token: str = shop.exchange(browser.code("profile", scope=SCOPE)).json()["id_token"]
    return token


def is_signed_in(browser: Browser) -> bool:
    return "code" in answer(browser.authorize(scope=SCOPE, prompt="none"))


def asks(response: object) -> bool:
    """The person is asked, and is not sent to any client."""
    return getattr(response, "headers", {}).get("Location") == "/sign-out/"


@pytest.mark.rule("AS-53")
@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_with_a_hint_of_this_session_it_ends_and_returns(
    browser: Browser, hint: str
) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE, "state": "a b&c"}
    response = browser.get("/oauth/logout", asked)
    assert response.status_code == 303
    assert response["Location"] == f"{DONE}?state=a+b%26c"
    assert not is_signed_in(browser)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_by_post_it_does_the_same(browser: Browser, hint: str) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE, "state": "x"}
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    response = strict.post("/oauth/logout", asked)
    response = strict.get(response["Location"])
    assert response["Location"] == f"{DONE}?state=x"
    assert not is_signed_in(browser)


def test_without_an_address_to_return_to_it_says_so(
    browser: Browser, hint: str
) -> None:
    response = browser.get("/oauth/logout", {"id_token_hint": hint})
    assert response.status_code == 303
    page = browser.get(response["Location"])
    assert page.status_code == 200
    assert b"igned out" in page.content
    assert not is_signed_in(browser)


def test_an_expired_hint_is_still_a_hint(browser: Browser, hint: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        browser.get("/oauth/logout", {"id_token_hint": hint})
        assert not is_signed_in(browser)


@pytest.mark.spec("OIDC Core §10.1.1")
def test_a_hint_signed_with_a_retired_key_is_still_a_hint(
    browser: Browser, hint: str
) -> None:
    keys.rotate(keys.Purpose.ID_TOKEN)
    keys.rotate(keys.Purpose.ID_TOKEN)
    browser.get("/oauth/logout", {"id_token_hint": hint})
    assert not is_signed_in(browser)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_without_parameters_the_person_is_asked(browser: Browser, hint: str) -> None:
    assert asks(browser.get("/oauth/logout"))
    page = browser.get("/sign-out/")
    assert b"<form" in page.content
    assert is_signed_in(browser)
    browser.post("/sign-out/")
    assert not is_signed_in(browser)


@pytest.mark.rule("AS-05")
@pytest.mark.spec("RFC 9700 §4.11.2")
def test_an_app_that_nobody_looked_at_cannot_lead_strangers_away(
    browser: Browser, hint: str
) -> None:
    owner = User.objects.get(username="bob")
    Client.objects.filter(client_id="printshop").update(user=owner)
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE, "state": "a&b"}
    page = Browser().get("/oauth/logout", asked)
    assert page.status_code == 200
    assert "Go back to localhost:8000</a>" in page.content.decode()
    assert f'href="{DONE}?state=a%26b"' in page.content.decode()
    bob = Browser()
    bob.sign_in("bob")
    assert asks(bob.get("/oauth/logout", asked))
    response = browser.get("/oauth/logout", asked)  # who does sign out goes back
    assert response["Location"] == f"{DONE}?state=a%26b"


def test_an_app_that_was_stopped_leads_nobody_anywhere(
    browser: Browser, hint: str
) -> None:
    access.disable(Client.objects.get(client_id="printshop"))
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE}
    for anybody in (Browser(), browser):
        response = anybody.get("/oauth/logout", asked)
        assert response.status_code == 400
        assert "Location" not in response


@pytest.mark.rule("AS-53", "AS-04")
@pytest.mark.spec("OIDC RP-Initiated Logout §3")
@pytest.mark.parametrize(
    "uri",
    [
        "https://mallory.example/",
        DONE[:-1],
        f"{DONE}?x=1",
        f"{DONE}#",
        "javascript:alert(1)",
        f"{PHOTOS}/sign-out/done/",
        "\0",
    ],
)
def test_an_unregistered_address_is_never_gone_to(
    browser: Browser, hint: str, uri: str
) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": uri}
    response = browser.get("/oauth/logout", asked)
    assert response.status_code == 400
    assert "Location" not in response
    assert is_signed_in(browser)


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_a_registered_address_without_a_hint_is_not_gone_to(
    browser: Browser, hint: str
) -> None:
    asked = {"client_id": "printshop", "post_logout_redirect_uri": DONE}
    assert asks(browser.get("/oauth/logout", asked))
    assert is_signed_in(browser)


@pytest.mark.rule("AS-53", "AS-55")
@pytest.mark.parametrize("forgery", ["garbage", "altered", "no signature"])
def test_an_altered_hint_is_refused(browser: Browser, hint: str, forgery: str) -> None:
    head, body, signature = hint.split(".")
    forged = {
        "garbage": "garbage",
        "altered": f"{head}.{body[:-2]}AA.{signature}",
        "no signature": f"{head}.{body}.",
    }[forgery]
    asked = {"id_token_hint": forged, "post_logout_redirect_uri": DONE}
    response = browser.get("/oauth/logout", asked)
    assert response.status_code == 400
    assert is_signed_in(browser)


@pytest.mark.parametrize("client_id", ["photos", "nobody", "x\0"])
def test_a_client_id_that_is_not_the_hints_is_refused(
    browser: Browser, hint: str, client_id: str
) -> None:
    asked = {"id_token_hint": hint, "client_id": client_id}
    assert browser.get("/oauth/logout", asked).status_code == 400
    assert is_signed_in(browser)


@pytest.mark.parametrize("client_id", ["nobody", "x\0", "x" * 3000])
def test_an_unknown_client_is_refused(browser: Browser, client_id: str) -> None:
    assert browser.get("/oauth/logout", {"client_id": client_id}).status_code == 400


def test_from_another_machine_nothing_ends(
    stranger: Browser, browser: Browser, shop: Caller, tokens: dict[str, str]
) -> None:
    """The stock toolkit deletes every token of the person, in every application."""
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": DONE}
    assert stranger.get("/oauth/logout", asked).status_code == 303
    assert shop.userinfo(tokens["access_token"]).status_code == 200
    assert shop.refresh(tokens["refresh_token"]).status_code == 200
    assert Session.objects.get().is_live
    assert is_signed_in(browser)


@pytest.mark.rule("AS-53")
def test_a_hint_of_another_persons_session_ends_nothing(
    browser: Browser, hint: str
) -> None:
    bob = Browser()
    bob.sign_in("bob")
    bob.allow("profile", scope=SCOPE)
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE}
    assert asks(bob.get("/oauth/logout", asked))
    assert is_signed_in(bob)
    assert is_signed_in(browser)


@pytest.mark.rule("AS-53")
def test_other_sessions_and_other_clients_tokens_stay(
    browser: Browser, shop: Caller, hint: str
) -> None:
    mine = shop.exchange(browser.code(scope="openid")).json()
    photos = Caller("photos")
    uri = f"{PHOTOS}/sign-in/callback/"
    given = browser.authorize(client_id="photos", redirect_uri=uri, scope="openid")
    theirs = photos.exchange(answer(given)["code"], redirect_uri=uri).json()
    phone = Browser()
    phone.sign_in()
    elsewhere = shop.exchange(phone.code(scope=f"openid {PICKER}")).json()
    browser.get("/oauth/logout", {"id_token_hint": hint})
    assert shop.userinfo(mine["access_token"]).status_code == 401
    assert shop.refresh(mine["refresh_token"]).status_code == 400
    assert photos.userinfo(theirs["access_token"]).status_code == 200
    assert shop.userinfo(elsewhere["access_token"]).status_code == 200
    assert shop.refresh(elsewhere["refresh_token"]).status_code == 200
    assert is_signed_in(phone)


def test_offline_access_outlives_logout(
    browser: Browser, shop: Caller, tokens: dict[str, str]
) -> None:
    browser.get("/oauth/logout", {"id_token_hint": tokens["id_token"]})
    assert not is_signed_in(browser)
    assert shop.refresh(tokens["refresh_token"]).status_code == 200
    assert not AccessToken.objects.exclude(revoked_at=None).exists()
    assert not RefreshToken.objects.exclude(revoked=None).exists()


def test_the_page_of_the_client_is_not_told_where_one_was(
    browser: Browser, hint: str
) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE}
    response = browser.get("/oauth/logout", asked)
    assert response["Referrer-Policy"] == "no-referrer"
    assert urlsplit(response["Location"]).query == ""


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
@pytest.mark.parametrize("method", ["get", "post"])
def test_logout_hint_and_ui_locales_are_accepted(
    browser: Browser, hint: str, method: str
) -> None:
    asked = {"id_token_hint": hint, "client_id": "printshop", "unknown": "parameter"}
    asked |= {"logout_hint": "bob", "ui_locales": "fr-CA fr en"}
    asked["post_logout_redirect_uri"] = DONE
    response = getattr(browser, method)("/oauth/logout", asked)
    if method == "post":
        response = browser.get(response["Location"])
    assert response["Location"] == DONE
    assert not is_signed_in(browser)


def test_a_hint_that_was_posted_is_not_put_into_an_address(
    browser: Browser, hint: str
) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE, "state": "x"}
    address = browser.post("/oauth/logout", asked)["Location"]
    assert not any(part in address for part in hint.split("."))
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        assert browser.get(address).status_code == 400
        assert is_signed_in(browser)


@pytest.mark.parametrize("change", ["cut", "altered", "of another session", "posted"])
def test_what_is_handed_on_cannot_be_forged(
    browser: Browser, hint: str, change: str
) -> None:
    address: str = browser.post("/oauth/logout", {"id_token_hint": hint})["Location"]
    if change == "posted":
        signed = address.split("request=")[1]
        assert asks_after_post(browser, {"request": signed})
    elif change == "of another session":
        bob = Browser()
        bob.sign_in("bob")
        assert asks(bob.get(address))
        assert bob.get("/activity/").status_code == 200
    else:
        forged = (
            address[:-2]
            if change == "cut"
            else address.replace("request=", "request=x")
        )
        assert browser.get(forged).status_code == 400
    assert is_signed_in(browser)


def asks_after_post(browser: Browser, form: dict[str, str]) -> bool:
    return asks(browser.get(browser.post("/oauth/logout", form)["Location"]))


@pytest.mark.parametrize(
    "form",
    [
        {"id_token_hint": "garbage"},
        {"client_id": "nobody"},
        {"client_id": "x\0"},
        {"state": ["x", "y"]},
    ],
)
def test_what_is_wrong_is_said_to_a_post_as_well(
    browser: Browser, form: dict[str, Any]
) -> None:
    assert browser.post("/oauth/logout", form).status_code == 400


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
@pytest.mark.parametrize(
    "state", ["x" * 128, "a=b&c=d#e", "é ✓", "%41", "+ +", "<script>", "\r\nX: y"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_state_comes_back_exactly(
    browser: Browser, hint: str, state: str, method: str
) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE, "state": state}
    response = getattr(browser, method)("/oauth/logout", asked)
    if method == "post":
        response = browser.get(response["Location"])
    assert answer(response) == {"state": state}


@pytest.mark.spec("OIDC RP-Initiated Logout §3")
def test_a_registered_query_is_kept(browser: Browser, hint: str) -> None:
    Client.objects.filter(client_id="printshop").update(
        post_logout_redirect_uris=f"{DONE}?from=op"
    )
    asked = {"id_token_hint": hint, "state": "x"}
    asked["post_logout_redirect_uri"] = f"{DONE}?from=op"
    response = browser.get("/oauth/logout", asked)
    assert response["Location"] == f"{DONE}?from=op&state=x"


@pytest.mark.parametrize(
    "repeated", ["id_token_hint", "post_logout_redirect_uri", "state", "client_id"]
)
def test_a_repeated_parameter_is_refused(
    browser: Browser, hint: str, repeated: str
) -> None:
    asked: dict[str, Any] = {"id_token_hint": hint, "post_logout_redirect_uri": DONE}
    asked |= {"state": "x", "client_id": "printshop"}
    asked[repeated] = [asked[repeated], asked[repeated]]
    assert browser.get("/oauth/logout", asked).status_code == 400
    assert is_signed_in(browser)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_a_hint_that_another_key_of_ours_signed_is_no_hint(
    browser: Browser, hint: str, shop: Caller
) -> None:
    """An access token names the same person and session, but is none (AS-33)."""
    given = shop.exchange(browser.code("profile", scope=SCOPE)).json()
    asked = {"id_token_hint": given["access_token"]}
    assert browser.get("/oauth/logout", asked).status_code == 400
    assert is_signed_in(browser)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_the_hint_of_a_session_that_is_over_leads_back_and_ends_nothing(
    browser: Browser, hint: str
) -> None:
    browser.post("/sign-out/")
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE, "state": "x"}
    response = browser.get("/oauth/logout", asked)
    assert response["Location"] == f"{DONE}?state=x"


def test_the_hint_of_an_earlier_session_of_this_browser_asks(
    browser: Browser, hint: str
) -> None:
    browser.post("/sign-out/")
    browser.sign_in()
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": DONE}
    assert asks(browser.get("/oauth/logout", asked))
    assert is_signed_in(browser)


def test_signing_in_again_keeps_the_session_and_its_hints(
    browser: Browser, hint: str
) -> None:
    browser.authorize(scope=SCOPE, prompt="login")
    browser.sign_in()
    browser.get("/oauth/logout", {"id_token_hint": hint})
    assert not is_signed_in(browser)
