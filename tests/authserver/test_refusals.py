"""Where an error goes when the client cannot be trusted, and what is written down."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from authserver.models import Client, Event, User
from tests.authserver.parties import CALLBACK, ISSUER, Browser, answer

pytestmark = pytest.mark.django_db
MALFORMED = {"response_type": "token"}


@pytest.fixture
def unchecked(registrations: None) -> Client:
    """A client that Bob registered in the console, and nobody has looked at."""
    client = Client.objects.get(client_id="printshop")
    client.user = User.objects.get(username="bob")
    client.save()
    return client


def way_back(html: str) -> str:
    """Where the page's button leads."""
    [address] = re.findall(r'<a class="button" href="([^"]*)" rel="noreferrer">', html)
    return unescape(address)


@pytest.mark.rule("AS-05")
@pytest.mark.spec("RFC 9700 §4.11.2")
@pytest.mark.parametrize(
    "changes",
    [
        MALFORMED,
        {"scope": "unknown"},
        {"response_type": "code id_token", "prompt": "none"},
        {"request": "x"},
        {"id_token_hint": "x", "prompt": "none"},
        {"claims": "x"},
    ],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_an_error_of_an_unchecked_client_is_shown_with_a_way_back(
    unchecked: Client, stranger: Browser, is_signed_in: bool, changes: dict[str, str]
) -> None:
    if is_signed_in:
        stranger.sign_in()
    response = stranger.authorize(**changes)
    assert response.status_code == 400
    assert "Location" not in response
    assert "no-store" in response["Cache-Control"]
    html = response.content.decode()
    assert "registered by <strong>bob</strong>" in html
    address = way_back(html)
    assert address.startswith(f"{CALLBACK}?")
    query = parse_qs(urlsplit(address).query)
    assert query["error"]
    assert query["state"] == ["xyz"]
    assert query["iss"] == [ISSUER]


@pytest.mark.rule("AS-05")
@pytest.mark.spec("RFC 9700 §4.11.2")
def test_a_checked_client_is_answered_at_once(
    unchecked: Client, browser: Browser
) -> None:
    Client.objects.filter(pk=unchecked.pk).update(verified_at=timezone.now())
    assert answer(browser.authorize(**MALFORMED))["error"]


def test_the_way_back_can_be_a_form(unchecked: Client, browser: Browser) -> None:
    response = browser.authorize(response_mode="form_post", state="<b>", **MALFORMED)
    assert response.status_code == 400
    html = response.content.decode()
    assert f'<form method="post" action="{CALLBACK}"' in html
    assert 'name="error" value="unsupported_response_type"' in html
    assert 'name="state" value="&lt;b&gt;"' in html
    assert "<script" not in html
    policy = response["Content-Security-Policy"]
    assert "form-action http://localhost:8000;" in policy + ";"


@pytest.mark.rule("AS-05", "AS-48")
@pytest.mark.spec("OIDC Core §3.1.2.6")
@pytest.mark.parametrize("prompt", ["none", "none ", " none"])
def test_a_silent_request_of_an_unchecked_client_is_answered(
    unchecked: Client, stranger: Browser, prompt: str
) -> None:
    said = answer(stranger.authorize(prompt=prompt))
    assert said["error"] == "login_required"
    stranger.sign_in()
    said = answer(stranger.authorize(prompt=prompt))
    assert said["error"] == "consent_required"


def test_a_person_who_decided_goes_back_at_once(
    unchecked: Client, browser: Browser
) -> None:
    page = browser.authorize()["Location"]
    assert answer(browser.decide(page, "deny"))["error"] == "access_denied"
    assert "code" in answer(browser.allow())


# What is written down.


@pytest.mark.rule("X-06")
@pytest.mark.parametrize(
    ("changes", "reason", "names_client"),
    [
        (MALFORMED, "unsupported_response_type: The only", True),
        ({"scope": "unknown"}, "invalid_scope: A scope is unknown", True),
        ({"prompt": "none"}, "consent_required: The resource owner", True),
        ({"redirect_uri": "https://mallory.example"}, "invalid_request: The ad", False),
        ({"client_id": "nobody"}, "invalid_request: No app is registered", False),
    ],
)
def test_a_refusal_is_in_the_activity_of_who_is_signed_in(
    browser: Browser, changes: dict[str, str], reason: str, names_client: bool
) -> None:
    browser.authorize(state="secret-state", code_challenge="x" * 43, **changes)
    event = Event.objects.filter(kind=Event.Kind.REFUSED).get()
    assert event.user == User.objects.get(username="alice")
    assert event.reason.startswith(reason)
    assert "secret-state" not in event.reason
    assert (event.client is not None) == names_client
    assert event.address == "127.0.0.1"


def test_a_refusal_of_a_stranger_is_in_nobodys_activity(stranger: Browser) -> None:
    stranger.authorize(**MALFORMED)
    assert not Event.objects.filter(kind=Event.Kind.REFUSED).exists()


def test_a_hint_of_another_person_is_written_down_too(
    browser: Browser, stranger: Browser
) -> None:
    browser.allow("profile", scope="openid profile")
    wanted = '{"id_token":{"sub":{"value":"b0b7a9d4-2f3c-4d7e-8a61-90c4d2e7f1b3"}}}'
    asked = browser.authorize(scope="openid profile", claims=wanted)
    said = answer(browser.sign_in(at=asked["Location"]))
    assert said["error"] == "login_required"
    assert Event.objects.filter(kind=Event.Kind.REFUSED).count() == 1
