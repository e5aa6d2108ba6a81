"""Signing in and out through the pages."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.utils import timezone

from authserver.models import Client, Event, PendingRequest, Session, User
from tests.authserver.pages.cast import CAROL, PASSWORD, Browser, authorize

WRONG = b"do not belong together"


@pytest.fixture
def browser(alice: User) -> Browser:
    return Browser()


def test_the_right_password_opens_the_account(browser: Browser) -> None:
    answered = browser.sign_in()
    assert (answered.status_code, answered["Location"]) == (303, "/")
    assert b"Alice Ferrand" in browser.get("/").content


@pytest.mark.rule("AS-56")
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    browser: Browser,
) -> None:
    wrong, unknown = browser.sign_in("alice", "x"), browser.sign_in("nobody", "x")
    assert wrong.status_code == unknown.status_code == 400
    same = wrong.content.replace(b'value="alice"', b'value="nobody"')
    assert _without_token(same) == _without_token(unknown.content)
    assert WRONG in wrong.content


def test_a_disabled_account_gets_the_answer_of_a_wrong_password(
    browser: Browser, alice: User
) -> None:
    wrong = browser.sign_in("alice", "x")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    disabled = browser.sign_in()
    assert disabled.status_code == 400
    assert _without_token(disabled.content) == _without_token(wrong.content)


def test_an_account_disabled_later_is_out_at_once(
    browser: Browser, alice: User
) -> None:
    browser.sign_in()
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert browser.get("/")["Location"].startswith("/sign-in/")


@pytest.mark.rule("AS-56")
@pytest.mark.spec("RFC 6749 §10.10")
@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_guessing_is_slowed_down_and_tells_nothing(browser: Browser, name: str) -> None:
    for _ in range(10):
        assert browser.sign_in(name, "x").status_code == 400
    refused = browser.sign_in(name, PASSWORD)
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    assert b"Wait five minutes" in refused.content
    other = Browser(REMOTE_ADDR="192.0.2.7")
    assert other.sign_in("bob").status_code == 303, "Bob is not in the way"


def test_somebody_slowed_down_may_try_again_later(browser: Browser) -> None:
    for _ in range(11):
        browser.sign_in("alice", "x")
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        assert browser.sign_in().status_code == 303


def test_a_stranger_elsewhere_does_not_lock_alice_out(browser: Browser) -> None:
    stranger = Browser(REMOTE_ADDR="192.0.2.7")
    for _ in range(11):
        stranger.sign_in("alice", "x")
    assert stranger.sign_in().status_code == 429
    assert browser.sign_in().status_code == 303


@pytest.mark.rule("AS-56")
def test_one_network_of_ipv6_is_one_place(browser: Browser) -> None:
    """Whoever has one such address has as many as they like."""
    for number in range(10):
        near = Browser(REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
        assert near.sign_in("alice", "x").status_code == 400
    near = Browser(REMOTE_ADDR="2001:db8:1:2:ffff::1")
    assert near.sign_in().status_code == 429
    next_door = Browser(REMOTE_ADDR="2001:db8:1:3::1")
    assert next_door.sign_in().status_code == 303
    assert b"from 2001:db8:1:2::/64" in next_door.get("/activity/").content


@pytest.mark.rule("AS-56")
def test_strangers_everywhere_do_not_lock_alice_out_at_home(
    browser: Browser, alice: User
) -> None:
    home = Browser(REMOTE_ADDR="198.51.100.7")
    assert home.sign_in().status_code == 303
    for number in range(104):
        Browser(REMOTE_ADDR=f"192.0.2.{number}").sign_in("alice", "x")
    assert Browser(REMOTE_ADDR="203.0.113.5").sign_in().status_code == 429
    assert home.sign_in().status_code == 303
    for _ in range(11):
        guessed = home.sign_in("alice", "x").status_code
    assert guessed == 429


def test_typed_names_are_not_stored(browser: Browser) -> None:
    browser.sign_in("my secret password", "x")
    assert "secret" not in Event.objects.get().reason


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "alice"},
        {"username": "alice\0", "password": PASSWORD},
        {"username": "alice", "password": PASSWORD + "\0"},
        {"username": "a" * 151, "password": PASSWORD},
        {"username": "alice", "password": "x" * 5000},
    ],
)
def test_a_malformed_form_is_refused_with_a_reason(
    browser: Browser, form: dict[str, str]
) -> None:
    answered = browser.post("/sign-in/", form)
    assert answered.status_code == 400
    assert b"errorlist" in answered.content


@pytest.mark.parametrize("body", [b"username=%FF&password=%FF", b"\xff=\0", b"&&=&%"])
def test_bytes_that_are_no_text_are_refused(browser: Browser, body: bytes) -> None:
    answered = browser.post("/sign-in/", body, "application/x-www-form-urlencoded")
    assert answered.status_code == 400


@pytest.mark.rule("AS-56")
def test_the_session_cookie_changes_at_sign_in(browser: Browser, shop: Client) -> None:
    browser.get(authorize())  # a request is kept, so there is a session to fixate
    before = browser.cookies["authserver_session"].value
    browser.sign_in()
    after = browser.cookies["authserver_session"].value
    assert before != after
    victim = Browser()
    victim.cookies["authserver_session"] = before
    assert victim.get("/").status_code == 302


def test_signing_in_again_changes_the_cookie_too(browser: Browser) -> None:
    browser.sign_in()
    before = browser.cookies["authserver_session"].value
    browser.sign_in()
    assert browser.cookies["authserver_session"].value != before


def test_the_page_names_the_client_one_signs_in_for(
    browser: Browser, shop: Client
) -> None:
    page = browser.get(f"/sign-in/?request={browser.ask()}").content.decode()
    assert "to continue to <strong>Print Shop</strong>" in page
    assert "<strong>localhost:8000</strong>" in page


def test_signing_in_continues_with_the_request(browser: Browser, shop: Client) -> None:
    request_id = browser.ask()
    form = {"username": "alice", "password": PASSWORD}
    answered = browser.post(f"/sign-in/?request={request_id}", form)
    assert answered.status_code == 303
    assert answered["Location"].endswith(f"/consent/{request_id}/")


def test_the_login_hint_fills_in_the_name(browser: Browser, shop: Client) -> None:
    request_id = browser.ask(login_hint='alice"><b>')
    page = browser.get(f"/sign-in/?request={request_id}").content
    assert b'value="alice&quot;&gt;&lt;b&gt;"' in page


def test_a_sign_in_page_with_a_request_lets_one_switch_accounts(
    browser: Browser, shop: Client
) -> None:
    browser.sign_in("alice")
    request_id = browser.ask()
    page = browser.get(f"/sign-in/?request={request_id}").content
    assert b"You are signed in here as <strong>alice</strong>" in page
    form = {"username": "bob", "password": PASSWORD}
    answered = browser.post(f"/sign-in/?request={request_id}", form)
    assert answered["Location"].endswith(f"/consent/{request_id}/")
    assert b"Bob Okafor" in browser.get(f"/consent/{request_id}/").content
    assert Session.objects.live().count() == 1, "Alice's ended with the switch"


def test_another_browsers_request_is_not_ours(browser: Browser, shop: Client) -> None:
    stolen = browser.ask()
    mallory = Browser()
    mallory.ask()
    for path in ("/sign-in/", "/sign-up/"):
        answered = mallory.get(f"{path}?request={stolen}")
        assert answered.status_code == 404
        assert b"no longer open" in answered.content


@pytest.mark.parametrize("request_id", ["", "x", "x" * 5000, "%00", "%ff", "../.."])
def test_an_unknown_request_is_an_error_page(
    browser: Browser, shop: Client, request_id: str
) -> None:
    browser.ask()
    for path in (f"/sign-in/?request={request_id}", f"/sign-up/?request={request_id}"):
        assert browser.get(path).status_code == 404


def test_a_request_older_than_an_hour_is_gone(browser: Browser, shop: Client) -> None:
    request_id = browser.ask()
    PendingRequest.objects.update(expires_at=timezone.now())
    assert browser.get(f"/sign-in/?request={request_id}").status_code == 404


OPEN_REDIRECTS = [
    "https://mallory.example/",
    "http://localhost:8001.mallory.example/",
    "//mallory.example/",
    "///mallory.example/",
    "/\\mallory.example/",
    "\\\\mallory.example/",
    "/\t/mallory.example/",
    "\t//mallory.example",
    "/%09/mallory.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:mallory.example",
    "http:///mallory.example",
    "https:/\\mallory.example",
    "mallory.example",
    "apps/",
    "@mallory.example",
    "\x00/apps/",
    "/\r\nLocation: https://mallory.example",
]


@pytest.mark.rule("AS-04")
@pytest.mark.spec("RFC 9700 §4.11.2")
@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/"])
@pytest.mark.parametrize("target", OPEN_REDIRECTS)
def test_next_leads_nowhere_else(browser: Browser, path: str, target: str) -> None:
    form = CAROL if path == "/sign-up/" else {"username": "alice", "password": PASSWORD}
    answered = browser.post(f"{path}?next={quote(target)}", form)
    assert answered.status_code == 303
    location = answered["Location"]
    assert location.startswith("/"), location
    assert not location.startswith(("//", "/\\")), location
    assert "\n" not in location


def test_next_leads_to_a_page_of_ours(browser: Browser) -> None:
    form = {"username": "alice", "password": PASSWORD}
    answered = browser.post("/sign-in/?next=/activity/%3Fpage%3D2", form)
    assert answered["Location"] == "/activity/?page=2"


def test_a_next_in_the_form_is_not_read(browser: Browser) -> None:
    form = {"username": "alice", "password": PASSWORD, "next": "https://m.example/"}
    assert browser.post("/sign-in/", form)["Location"] == "/"


def test_who_is_signed_in_needs_no_form(browser: Browser) -> None:
    browser.sign_in()
    assert browser.get("/sign-in/?next=/apps/")["Location"] == "/apps/"


def test_signing_out_needs_a_button(browser: Browser) -> None:
    browser.sign_in()
    assert b"Stay signed in" in browser.get("/sign-out/").content
    assert browser.get("/").status_code == 200, "asking signs nobody out"
    assert browser.post("/sign-out/").status_code == 303
    assert b"You are signed out" in browser.get("/sign-out/").content
    assert browser.get("/").status_code == 302
    assert not Session.objects.live().exists()


def test_a_cookie_kept_from_before_signing_out_is_worthless(browser: Browser) -> None:
    browser.sign_in()
    thief = Browser()
    thief.cookies["authserver_session"] = browser.cookies["authserver_session"].value
    assert thief.get("/").status_code == 200
    browser.post("/sign-out/")
    assert thief.get("/").status_code == 302


@pytest.mark.rule("AS-47")
@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/", "/sign-out/"])
def test_every_form_needs_its_token(alice: User, path: str) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.get("/sign-in/")
    form = CAROL | {"username": "alice", "password": PASSWORD}
    refused = browser.post(path, form, headers={"origin": "https://mallory.example"})
    assert refused.status_code == 403
    assert b"too old, or not ours" in refused.content
    assert not Session.objects.exists()


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-up/", "/sign-out/"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused(browser: Browser, path: str, method: str) -> None:
    assert browser.generic(method, path).status_code == 405


def _without_token(page: bytes) -> bytes:
    lines = page.splitlines()
    return b"\n".join(line for line in lines if b"csrfmiddlewaretoken" not in line)
