"""The sessions page: where one is signed in, and signing out there."""

import uuid

import pytest

from authserver import browsers
from authserver.models import Client, Event, LogoutDelivery, Session
from tests.authserver.pages.cast import Browser, connect

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604"


@pytest.fixture
def phone(browser: Browser) -> Browser:
    """Alice's other browser."""
    phone = Browser(REMOTE_ADDR="192.0.2.1", HTTP_USER_AGENT=PHONE)
    phone.sign_in()
    return phone


def there(page: bytes) -> list[str]:
    """The addresses of the buttons that sign out elsewhere."""
    return [
        part.split('"')[0]
        for part in page.decode().split('action="')[1:]
        if part.startswith("/sessions/") and "/others/" not in part
    ]


def test_each_browser_is_named_so_that_its_owner_knows_it(
    browser: Browser, phone: Browser
) -> None:
    page = browser.get("/sessions/").content.decode()
    for said in ("Safari on an iPhone", "192.0.2.1", "127.0.0.1", "last seen"):
        assert said in page, said
    assert page.count("This browser") == 1
    assert page.index("This browser") < page.index("Safari on an iPhone")


def test_sign_out_there_ends_that_session_and_no_other(
    browser: Browser, phone: Browser
) -> None:
    [path] = there(browser.get("/sessions/").content)
    assert browser.post(path)["Location"] == "/sessions/"
    assert phone.get("/")["Location"].startswith("/sign-in/")
    assert browser.get("/").status_code == 200
    assert b"signed out already" in browser.post(path, follow=True).content
    assert Event.objects.filter(kind=Event.Kind.SESSION_ENDED).count() == 1


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_apps_used_there_are_told(browser: Browser, phone: Browser) -> None:
    shop = connect(phone, "openid")
    assert shop["access_token"]
    Client.objects.filter(client_id="printshop").update(
        backchannel_logout_uri="http://localhost:8000/backchannel-logout/"
    )
    [path] = there(browser.get("/sessions/").content)
    browser.post(path)
    [delivery] = LogoutDelivery.objects.all()
    assert delivery.sid == Session.objects.get(address="192.0.2.1").sid


def test_sign_out_everywhere_else_leaves_this_one(
    browser: Browser, phone: Browser
) -> None:
    assert b"Sign out everywhere else" in browser.get("/sessions/").content
    answered = browser.post("/sessions/others/end/", follow=True)
    assert b"One other browser is signed out" in answered.content
    assert b"Sign out everywhere else" not in answered.content
    assert phone.get("/").status_code == 302


def test_nobody_ends_what_is_not_theirs(browser: Browser, bobs: Browser) -> None:
    alices = Session.objects.get(user__username="alice")
    bobs.post(f"/sessions/{alices.sid}/end/")
    bobs.post("/sessions/others/end/")
    assert browser.get("/").status_code == 200
    stranger = Browser()
    for path in (f"/sessions/{alices.sid}/end/", "/sessions/others/end/"):
        assert stranger.post(path)["Location"].startswith("/sign-in/")
    assert browser.get("/").status_code == 200


def test_this_browser_is_not_ended_by_its_own_name(browser: Browser) -> None:
    here = Session.objects.get(user__username="alice")
    browser.post(f"/sessions/{here.sid}/end/")
    assert browser.get("/").status_code == 200


def test_it_needs_a_button_and_its_token(browser: Browser, phone: Browser) -> None:
    [path] = there(browser.get("/sessions/").content)
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    for address in (path, "/sessions/others/end/"):
        assert browser.get(address).status_code == 405
        assert strict.post(address).status_code == 403
    assert phone.get("/").status_code == 200


@pytest.mark.parametrize("sid", ["x", "0", str(uuid.uuid4()), "%00"])
def test_a_session_that_is_not_there_does_no_harm(browser: Browser, sid: str) -> None:
    assert browser.post(f"/sessions/{sid}/end/").status_code in {303, 404}
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605", "Safari on a Mac"),
        (PHONE, "Safari on an iPhone"),
        ("curl/8.5.0", "curl"),
        ("Something on Linux", "A browser on Linux"),
        ("", "An unknown browser"),
        ("<script>", "An unknown browser"),
    ],
)
def test_browsers_have_the_names_people_use(user_agent: str, name: str) -> None:
    assert browsers.name(user_agent) == name
