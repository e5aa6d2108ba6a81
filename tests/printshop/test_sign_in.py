"""Signing in: the answer is judged in order, and a bad one changes nothing."""

import base64
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.utils import timezone
from provider import ALICE, BOB, Provider, query_of
from visitors import Browser

from printshop.models import Attempt, Customer


@pytest.mark.rule("CL-12")
def test_alice_is_signed_in_and_known_by_issuer_and_subject(
    browser: Browser, provider: Provider
) -> None:
    assert browser.sign_in("/sign-in/?next=/orders/")["Location"] == "/orders/"
    customer = Customer.objects.get()
    assert (customer.iss, customer.sub) == (provider.url, ALICE.sub)
    assert str(customer) == "Alice Ferrand"


@pytest.mark.rule("CL-02")
@pytest.mark.spec("RFC 7636 §4.3")
def test_the_request_carries_everything_it_should(browser: Browser) -> None:
    query = query_of(browser.get("/sign-in/")["Location"])
    assert query["response_type"] == "code"
    assert query["scope"] == "openid profile email"
    assert query["redirect_uri"] == "http://testserver/sign-in/callback/"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == len(query["state"]) == 43
    again = query_of(browser.get("/sign-in/")["Location"])
    for name in ("state", "nonce", "code_challenge"):
        assert query[name] != again[name]


@pytest.mark.rule("CL-17")
@pytest.mark.spec("RFC 6749 §2.3.1")
def test_the_secret_is_form_encoded_before_it_is_base64(
    browser: Browser, provider: Provider
) -> None:
    browser.sign_in()
    [request] = provider.asked("/token")
    credentials = base64.b64decode(request.headers["Authorization"].split()[1]).decode()
    assert credentials.startswith("printshop:a%3Ab%25c%2Bd+e%26f%2F%C3%BC")
    assert "client_secret" not in request.form


@pytest.mark.rule("CL-01")
@pytest.mark.spec("RFC 6749 §10.12")
@pytest.mark.parametrize(
    "changes",
    [
        {"state": None},
        {"state": ""},
        {"state": "guessed"},
        {"state": "é\x00" + "x" * 3000},
        {"state": "x" * 5000},
        {"error": "access_denied", "state": "guessed"},
        {"error": "access_denied", "state": None},
    ],
)
def test_an_answer_without_our_state_is_refused_unread(
    alice: Browser, provider: Provider, changes: dict[str, Any]
) -> None:
    requests_before = len(provider.requests)
    query = {"code": "stolen", "iss": provider.url} | changes
    sent = urlencode(
        {name: value for name, value in query.items() if value is not None}
    )
    page = alice.get(f"/sign-in/callback/?{sent}")
    assert page.status_code == 400
    assert "Sign in again" in page.content.decode()
    assert alice.is_signed_in  # an error answer never signs anyone out
    assert len(provider.requests) == requests_before


@pytest.mark.rule("CL-01")
@pytest.mark.rule("CL-15")
def test_an_answer_counts_once(browser: Browser, provider: Provider) -> None:
    answer = browser.depart()
    assert browser.get(answer).status_code == 302
    assert browser.get(answer).status_code == 400
    assert len(provider.asked("/token")) == 1
    assert browser.is_signed_in


@pytest.mark.rule("CL-01")
@pytest.mark.rule("CL-23")
@pytest.mark.spec("RFC 9700 §4.7")
def test_mallory_cannot_sign_alice_in_as_mallory(
    browser: Browser, provider: Provider
) -> None:
    answer_for_mallory = Browser().depart()
    assert browser.get(answer_for_mallory).status_code == 400
    assert not browser.is_signed_in
    assert not provider.asked("/token")


@pytest.mark.rule("CL-04")
@pytest.mark.spec("RFC 9207 §2.4")
@pytest.mark.parametrize("iss", [None, "", "https://evil.example", "{url}/"])
def test_a_mix_up_makes_no_token_request(
    browser: Browser, provider: Provider, iss: str | None
) -> None:
    provider.answer_changes = {"iss": iss and iss.format(url=provider.url)}
    assert browser.sign_in().status_code == 400
    assert not provider.asked("/token")


@pytest.mark.rule("CL-04")
@pytest.mark.rule("CL-20")
@pytest.mark.spec("RFC 9207 §2.4")
def test_iss_is_looked_at_before_the_error(
    browser: Browser, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.error = "server_error"
    provider.answer_changes = {"iss": "https://evil.example"}
    browser.sign_in()
    assert "another server" in caplog.text
    assert "server_error" not in caplog.text


def test_a_provider_that_never_names_itself_need_not(
    browser: Browser, provider: Provider
) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": None}
    provider.answer_changes = {"iss": None}
    assert browser.sign_in().status_code == 302


@pytest.mark.rule("CL-20")
@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("access_denied", 403),
        ("server_error", 400),
        ("<script>alert(1)</script>", 400),
        ("x" * 4000, 400),
    ],
)
def test_an_error_answer_is_a_page_and_changes_nothing(
    alice: Browser, provider: Provider, error: str, status: int
) -> None:
    provider.error = error
    page = alice.sign_in()
    assert page.status_code == status
    assert "<script>" not in page.content.decode()
    assert alice.is_signed_in


@pytest.mark.spec("RFC 6749 §3.1")
@pytest.mark.parametrize("name", ["state", "code", "iss", "error"])
def test_a_repeated_parameter_is_refused(browser: Browser, name: str) -> None:
    answer = browser.depart()
    value = query_of(answer).get(name, "x")
    again = urlencode([(name, value), (name, value)])
    assert browser.get(f"{answer}&{again}").status_code == 400
    assert not browser.is_signed_in


@pytest.mark.rule("CL-01")
def test_tabs_do_not_disturb_one_another(browser: Browser) -> None:
    first = browser.depart("/sign-in/?next=/orders/")
    second = browser.depart("/sign-in/?next=/connection/")
    assert browser.get(first)["Location"] == "/orders/"
    assert browser.get(second)["Location"] == "/connection/"


@pytest.mark.rule("CL-01")
def test_an_answer_that_took_too_long_is_refused(browser: Browser) -> None:
    answer = browser.depart()
    Attempt.objects.update(created_at=timezone.now() - Attempt.LIFETIME)
    assert browser.get(answer).status_code == 400


@pytest.mark.rule("CL-01")
def test_an_answer_for_the_connection_does_not_sign_in(alice: Browser) -> None:
    answer = alice.depart("/connect/").replace("/connect/", "/sign-in/")
    assert alice.get(answer).status_code == 400


@pytest.mark.rule("CL-14")
@pytest.mark.spec("RFC 9700 §4.11.1")
@pytest.mark.parametrize(
    "next_path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "/" + "x" * 600,
        "/a\x00b",
        " /orders/",
        "",
    ],
)
def test_next_stays_in_the_shop(browser: Browser, next_path: str) -> None:
    query = urlencode({"next": next_path})
    location = browser.sign_in(f"/sign-in/?{query}")["Location"]
    assert urlsplit(location).netloc == ""
    assert location.startswith("/")
    assert location[1:2] not in {"/", "\\", "\t"}


@pytest.mark.rule("CL-11")
@pytest.mark.spec("OIDC Core §5.3.2")
@pytest.mark.parametrize("sub", [BOB.sub, None, "", 7])
def test_userinfo_about_somebody_else_signs_nobody_in(
    browser: Browser, provider: Provider, sub: Any
) -> None:
    provider.userinfo = {"sub": sub}
    assert browser.sign_in().status_code == 400
    assert not browser.is_signed_in
    assert not Customer.objects.exists()


@pytest.mark.rule("CL-12")
@pytest.mark.spec("OIDC Core §5.7")
@pytest.mark.parametrize("verified", [True, False, None, "true"])
def test_an_e_mail_address_never_links_accounts(
    alice: Browser, provider: Provider, verified: Any
) -> None:
    provider.person = BOB
    provider.userinfo = {"email": ALICE.email, "email_verified": verified}
    bob = Browser()
    bob.sign_in()
    assert Customer.objects.filter(email=ALICE.email).count() == 2
    assert bob.session["_auth_user_id"] != alice.session["_auth_user_id"]


@pytest.mark.parametrize("name", [None, 7, ["x"], "a\x00b", "x" * 9000, "ع\u202e"])
def test_a_strange_name_does_no_harm(
    browser: Browser, provider: Provider, name: Any
) -> None:
    provider.userinfo = {"name": name, "email": name}
    assert browser.sign_in().status_code == 302
    assert browser.get("/").status_code == 200


def test_a_closed_account_stays_out(alice: Browser, provider: Provider) -> None:
    Customer.objects.update(is_active=False)
    newcomer = Browser()
    assert newcomer.sign_in().status_code == 400
    assert not newcomer.is_signed_in
    assert alice.get("/orders/").status_code == 302


@pytest.mark.rule("CL-23")
def test_the_session_key_changes_at_sign_in(browser: Browser) -> None:
    answer = browser.depart()
    before = browser.session.session_key
    browser.get(answer)
    assert browser.session.session_key != before


def test_another_person_may_sign_in_after(alice: Browser, provider: Provider) -> None:
    provider.person = BOB
    assert alice.sign_in().status_code == 302
    assert "Bob Okafor" in alice.get("/").content.decode()
