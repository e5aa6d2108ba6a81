"""What all pages have in common: whose they are, their headers, their errors."""

from datetime import timedelta

import pytest
from django.conf import settings

from authserver.models import User
from tests.authserver.pages.cast import Browser, authorize


@pytest.mark.parametrize("path", ["/", "/apps/", "/activity/", "/developer/"])
def test_a_strangers_visit_leads_to_the_sign_in_page(path: str) -> None:
    answered = Browser().get(path)
    assert answered.status_code == 302
    assert answered["Location"] == f"/sign-in/?next={path}"


@pytest.mark.spec("OIDC Core §2")
def test_the_overview_says_who_one_is_and_what_sub_means(
    browser: Browser, alice: User
) -> None:
    assert "Alice Ferrand" in browser.get("/").content.decode()
    page = browser.get("/profile/").content.decode()
    assert str(alice.sub) in page
    assert "never changes" in page


@pytest.mark.rule("AS-07")
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


@pytest.mark.rule("AS-56")
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


def test_an_old_session_ends_by_itself(browser: Browser) -> None:
    assert timedelta(days=14).total_seconds() == settings.SESSION_COOKIE_AGE
    session = browser.session
    session.set_expiry(-1)
    session.save()
    assert browser.get("/")["Location"].startswith("/sign-in/")
