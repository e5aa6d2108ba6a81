"""The account's own pages: overview, connected apps, activity, errors, staff."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from authserver.models import (
    AccessToken,
    Authorization,
    Client,
    Event,
    RefreshToken,
    SigningKey,
    User,
)
from tests.authserver.pages_cast import (
    CALLBACK,
    PICKER,
    VERIFIER,
    Browser,
    answer,
    authorize,
    people,
    print_shop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return people()[0]


@pytest.fixture
def shop() -> Client:
    return print_shop()


@pytest.fixture
def browser(alice: User, shop: Client) -> Browser:
    browser = Browser()
    browser.sign_in()
    return browser


@pytest.fixture
def staff(browser: Browser) -> Browser:
    User.objects.create_superuser("admin", "print-shop-demo", name="Ada")
    staff = Browser()
    staff.sign_in("admin")
    return staff


def exchange(**form: str) -> Any:
    """The print shop at the token endpoint."""
    basic = base64.b64encode(b"printshop:" + b"s" * 43).decode()
    return Browser().post(
        "/oauth/token",
        urlencode(form),
        "application/x-www-form-urlencoded",
        headers={"authorization": f"Basic {basic}"},
    )


def redeem(code: str) -> Any:
    """The print shop with a code."""
    return exchange(
        grant_type="authorization_code",
        code=code,
        code_verifier=VERIFIER,
        redirect_uri=CALLBACK,
    )


def connect(browser: Browser, scope: str = f"openid {PICKER} offline_access") -> Any:
    """Allow everything and let the print shop fetch its tokens."""
    asked = browser.get(authorize(scope, prompt="consent"))
    request_id = asked["Location"].split("/")[2]
    allowed = browser.decide(request_id, "allow", *scope.split())
    return redeem(answer(allowed)["code"]).json()


@pytest.mark.parametrize("path", ["/", "/apps/", "/activity/", "/developer/"])
def test_a_strangers_visit_leads_to_the_sign_in_page(path: str) -> None:
    answered = Browser().get(path)
    assert answered.status_code == 302
    assert answered["Location"] == f"/sign-in/?next={path}"


@pytest.mark.spec("OIDC Core §2")
def test_the_overview_says_who_one_is_and_what_sub_means(
    browser: Browser, alice: User
) -> None:
    page = browser.get("/").content.decode()
    assert "Alice Ferrand" in page
    assert str(alice.sub) in page
    assert "never changes" in page


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


def test_the_activity_tells_ones_own_story_only(browser: Browser) -> None:
    Browser().sign_in("alice", "wrong")
    tokens = connect(browser)
    bob = Browser()
    bob.sign_in("bob")
    page = browser.get("/activity/").content.decode()
    assert "You signed in." in page
    assert "Somebody tried to sign in with a wrong password." in page
    assert "You gave Print Shop access." in page
    assert "127.0.0.1" in page
    assert not any(
        token in page
        for token in tokens.values()
        if isinstance(token, str) and len(token) > 40
    )
    assert "Print Shop" not in bob.get("/activity/").content.decode()


@pytest.mark.parametrize("kind", Event.Kind)
def test_every_event_has_a_sentence(
    browser: Browser, alice: User, kind: Event.Kind
) -> None:
    Event.objects.record(kind, user=alice, reason="openid")
    assert browser.get("/activity/").status_code == 200


def test_activity_comes_in_pages(browser: Browser, alice: User) -> None:
    for _ in range(30):
        Event.objects.record(Event.Kind.SIGNED_OUT, user=alice)
    first, second = browser.get("/activity/"), browser.get("/activity/?page=2")
    assert (b"Older" in first.content, b"Newer" in first.content) == (True, False)
    assert (b"Older" in second.content, b"Newer" in second.content) == (False, True)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 5000, "%00", "1.5"])
def test_a_page_that_does_not_exist_is_the_nearest(browser: Browser, page: str) -> None:
    assert browser.get(f"/activity/?page={page}").status_code == 200


@pytest.mark.spec("RFC 6749 §10.13")
@pytest.mark.parametrize(
    "path",
    ["/", "/sign-up/", "/apps/", "/activity/", "/sign-out/", "/nope", "/developer/"],
)
def test_every_page_has_its_headers(browser: Browser, path: str) -> None:
    answered = browser.get(path)
    policy = answered["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert "script-src" not in policy
    assert answered["X-Frame-Options"] == "DENY"
    assert answered["Referrer-Policy"] == "same-origin"
    assert answered["X-Content-Type-Options"] == "nosniff"
    if path != "/nope":
        assert "no-store" in answered["Cache-Control"]


def test_cookies_are_ours_alone_and_out_of_reach_of_scripts(browser: Browser) -> None:
    for name in ("authserver_session", "authserver_csrf"):
        browser.get("/sign-out/")
        cookie = browser.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert set(browser.cookies) == {"authserver_session", "authserver_csrf"}


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nope", 404, "There is no such page"),
        ("/apps/99/remove/", 405, ""),
        ("/consent/x/", 404, "no longer open"),
        ("/admin/", 302, ""),
    ],
)
def test_errors_are_pages_that_say_what_to_do(
    browser: Browser, path: str, status: int, said: str
) -> None:
    answered = browser.get(path)
    assert answered.status_code == status
    assert said in answered.content.decode()
    if said:
        assert "nothing was lost" in answered.content.decode()


def test_a_strange_host_is_refused_with_a_page(browser: Browser) -> None:
    answered = Browser().get("/sign-in/", headers={"host": "mallory.example"})
    assert answered.status_code == 400


def test_a_mistake_of_ours_is_a_page_too(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("authserver.pages.activity.Paginator", broken)
    browser.raise_request_exception = False
    answered = browser.get("/activity/")
    assert answered.status_code == 500
    assert b"Something broke here" in answered.content
    assert b"Photos Account" in answered.content


@pytest.mark.spec("RFC 6749 §3.1.2.4")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": "nobody"}, "client_id"),
        ({"redirect_uri": "https://mallory.example/"}, "redirect_uri"),
    ],
)
def test_who_cannot_be_trusted_is_told_here_and_not_redirected(
    browser: Browser, changes: dict[str, str], said: str
) -> None:
    answered = browser.get(authorize(**changes))
    page = answered.content.decode()
    assert answered.status_code == 400
    assert "Location" not in answered
    assert said in page
    assert "You were not sent anywhere" in page
    assert "https://mallory.example/" not in page.replace("&#x27;", "'")


def test_only_staff_enters_the_administration(browser: Browser, staff: Browser) -> None:
    assert Browser().get("/admin/")["Location"].startswith("/admin/login/")
    login = Browser().get("/admin/login/?next=/admin/")
    assert login["Location"] == "/sign-in/?next=/admin/"
    assert Browser().post("/admin/login/", {"username": "admin"}).status_code == 302
    assert browser.get("/admin/login/").status_code == 403
    assert staff.get("/admin/").status_code == 200


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
    }
    assert staff.post(path, form).status_code == 200
    shop.refresh_from_db()
    assert shop.redirect_uris == CALLBACK
    form["redirect_uris"] = "https://shop.example/cb"
    assert staff.post(path, form).status_code == 302
    shop.refresh_from_db()
    assert shop.redirect_uris == "https://shop.example/cb"
    assert shop.client_secret, "saving does not touch the secret"


def test_an_old_session_ends_by_itself(browser: Browser) -> None:
    assert timedelta(days=14).total_seconds() == settings.SESSION_COOKIE_AGE
    session = browser.session
    session.set_expiry(-1)
    session.save()
    assert browser.get("/")["Location"].startswith("/sign-in/")
