"""Connected apps: what was allowed, and taking it back."""

import pytest

from authserver.models import AccessToken, Authorization, Event, RefreshToken, User
from tests.authserver.pages.cast import (
    CALLBACK,
    PICKER,
    Browser,
    answer,
    authorize,
    connect,
    exchange,
    redeem,
)


def test_each_app_is_one_row_in_plain_words(browser: Browser) -> None:
    connect(browser)
    connect(browser, "openid email")
    page = browser.get("/apps/").content.decode()
    assert page.count("<article") == 1
    for said in (
        "Print Shop",
        "localhost:8000",
        "See the photos you pick for it",
        "See your e-mail address",
        "last used",
        "Remove access",
    ):
        assert said in page, said


def test_no_app_is_said_too(browser: Browser) -> None:
    assert b"No app has access" in browser.get("/apps/").content


@pytest.mark.rule("AS-41")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_removing_access_ends_consent_and_every_token_at_once(
    browser: Browser, alice: User
) -> None:
    first, second = connect(browser), connect(browser)
    unspent = answer(browser.decide(browser.ask("openid email"), "allow", "email"))
    bearer = {"authorization": f"Bearer {first['access_token']}"}
    assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 200
    authorization = Authorization.objects.get()

    answered = browser.post(f"/apps/{authorization.pk}/remove/")

    assert (answered.status_code, answered["Location"]) == (303, "/apps/")
    assert not Authorization.objects.live().exists()
    assert not AccessToken.objects.live().exists()
    assert not RefreshToken.objects.live().exists()
    for tokens in (first, second):
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 401
        refused = exchange(
            grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        )
        assert refused.json()["error"] == "invalid_grant"
    late = redeem(unspent["code"])
    assert late.json()["error"] == "invalid_grant"
    page = browser.get("/apps/").content
    assert b"Print Shop no longer has access" in page
    assert b"No app has access" in page
    assert alice.events.filter(kind=Event.Kind.REMOVED).count() == 1


def test_after_removal_the_print_shop_must_ask_again(browser: Browser) -> None:
    connect(browser)
    assert browser.get(authorize(f"openid {PICKER}"))["Location"].startswith(CALLBACK)
    browser.post(f"/apps/{Authorization.objects.get().pk}/remove/")
    again = browser.get(authorize(f"openid {PICKER}"))
    assert again["Location"].startswith("/consent/")


def test_removing_twice_does_no_harm(browser: Browser) -> None:
    connect(browser)
    path = f"/apps/{Authorization.objects.get().pk}/remove/"
    assert [browser.post(path).status_code for _ in range(2)] == [303, 303]
    assert Event.objects.filter(kind=Event.Kind.REMOVED).count() == 1


def test_nobody_removes_what_is_not_theirs(browser: Browser) -> None:
    tokens = connect(browser)
    path = f"/apps/{Authorization.objects.get().pk}/remove/"
    bob = Browser()
    assert bob.post(path)["Location"].startswith("/sign-in/")
    bob.sign_in("bob")
    assert bob.post(path).status_code == 404
    assert b"Print Shop" not in bob.get("/apps/").content
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert Browser().get("/oauth/userinfo", headers=bearer).status_code == 200


def test_removal_needs_a_button_and_its_token(browser: Browser) -> None:
    connect(browser)
    path = f"/apps/{Authorization.objects.get().pk}/remove/"
    assert browser.get(path).status_code == 405
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(path).status_code == 403
    assert Authorization.objects.live().exists()


@pytest.mark.parametrize("pk", ["0", "x", "-1", "9" * 30, "1%00"])
def test_removing_what_does_not_exist_is_404(browser: Browser, pk: str) -> None:
    assert browser.post(f"/apps/{pk}/remove/").status_code == 404
