"""Every refusal at the wire: its status, its ``error``, its challenge."""

import time
from urllib.parse import urlencode

import pytest
import requests

from tests.story.client import CALLBACK, LIBRARY, PICKER, Attempt, Client, query_of
from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Fields, Visitor, form_with


@pytest.fixture(scope="module")
def client(town: Town) -> Client:
    return Client.register(town, "Refused client")


@pytest.fixture(scope="module")
def other(town: Town) -> Client:
    return Client.register(town, "Another client")


@pytest.fixture
def alice(town: Town) -> Visitor:
    return Visitor(town.issuer)


# The authorization request.


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "nobody"},
        {"client_id": "\0"},
        {"redirect_uri": None},
        {"redirect_uri": "http://localhost:9/callback/"},
        {"redirect_uri": "http://localhost:9/Callback"},
        {"redirect_uri": "http://localhost:9/callback?more=1"},
        {"redirect_uri": "http://localhost:9.evil.example/callback"},
        {"redirect_uri": "http://localhost:9@evil.example/callback"},
        {"redirect_uri": "//evil.example/callback"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "http://localhost:9/callback#fragment"},
    ],
)
def test_an_untrusted_address_is_never_redirected_to(
    alice: Visitor, client: Client, changes: dict[str, str | None]
) -> None:
    answer = alice.get(client.authorization_url(Attempt(), **changes))
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.spec("RFC 6749 §3.1")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_identity_is_shown_not_redirected(
    alice: Visitor, client: Client, name: str
) -> None:
    url = client.authorization_url(Attempt())
    answer = alice.get(f"{url}&{name}=x")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"scope": "openid no.such.scope"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://evil.example/r"}, "request_uri_not_supported"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
    ],
)
def test_the_client_is_told_what_is_wrong_with_its_request(
    alice: Visitor,
    client: Client,
    town: Town,
    changes: dict[str, str | None],
    error: str,
) -> None:
    attempt = Attempt()
    answer = alice.get(client.authorization_url(attempt, **changes))
    assert answer.status_code in (302, 303), answer.text
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    told = query_of(answer)
    assert told["error"] == error
    assert told["state"] == attempt.state
    assert told["iss"] == town.issuer  # RFC 9207 §2
    assert "code" not in told


@pytest.mark.spec("RFC 6749 §3.1")
@pytest.mark.parametrize("name", ["state", "scope", "code_challenge", "response_type"])
def test_a_repeated_parameter_is_refused(
    alice: Visitor, client: Client, name: str
) -> None:
    url = client.authorization_url(Attempt())
    answer = alice.get(f"{url}&{urlencode({name: 'again'})}")
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    assert query_of(answer)["error"] == "invalid_request"


# Consent.


def consent_page(alice: Visitor, client: Client, attempt: Attempt) -> requests.Response:
    page = alice.follow(alice.get(client.authorization_url(attempt)))
    return alice.follow(alice.sign_in(page, "alice", "print-shop-demo"))


@pytest.mark.spec("RFC 6749 §10.13")
def test_a_tampered_consent_form_gains_nothing(
    alice: Visitor, client: Client, other: Client
) -> None:
    attempt = Attempt(scope=f"openid {PICKER} offline_access")
    page = consent_page(alice, client, attempt)
    tampered: Fields = {
        "decision": "allow",
        "scope": ["openid", PICKER, LIBRARY, "photoslibrary.appendonly"],
        "client_id": other.client_id,
        "redirect_uri": "http://evil.example/",
        "state": "forged",
        "code_challenge": "A" * 43,
        "nonce": "forged",
    }
    answer = alice.submit(page, tampered, having="decision")
    answer = alice.follow(answer, until=CALLBACK)
    assert query_of(answer)["state"] == attempt.state
    tokens = client.exchange(query_of(answer)["code"], attempt).json()
    assert set(tokens["scope"].split()) == {"openid", PICKER}


def test_a_decision_without_the_form_s_token_is_refused(
    alice: Visitor, client: Client
) -> None:
    page = consent_page(alice, client, Attempt())
    answer = alice.post(page.url, data={"decision": "allow"})
    assert answer.status_code == 403


def test_a_consent_page_belongs_to_one_browser(
    town: Town, alice: Visitor, client: Client
) -> None:
    page = consent_page(alice, client, Attempt())
    mallory = Visitor(town.issuer)
    mallory.sign_in(mallory.get("/sign-in/"), "bob", "print-shop-demo")
    assert mallory.get(page.url).status_code == 404


def test_consent_cannot_be_framed(alice: Visitor, client: Client) -> None:
    page = consent_page(alice, client, Attempt())
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert form_with(page, "decision").method == "post"


# The token request.


@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "no-such"}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "\0"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "é"}, "invalid_grant"),
    ],
)
def test_a_wrong_token_request_has_its_name(
    client: Client, parameters: dict[str, str], error: str
) -> None:
    answer = client.token_request(**parameters)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert "no-store" in answer.headers["Cache-Control"]  # RFC 6749 §5.1


@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize("secret", ["", "wrong", "é", "\u0000"])
def test_a_client_that_cannot_prove_itself_is_challenged(
    client: Client, secret: str
) -> None:
    mallory = Client(client.town, client.client_id, secret or "-", address="127.0.0.66")
    answer = mallory.token_request(grant_type="authorization_code", code="x")
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.spec("RFC 7636 §4.6")
@pytest.mark.parametrize("verifier", ["", "short", "A" * 43, "é" * 43, "A" * 4000])
def test_a_stolen_code_is_useless_and_burnt(
    alice: Visitor, client: Client, verifier: str
) -> None:
    attempt = Attempt()
    code = client.code(alice, attempt)
    stolen = client.exchange(code, attempt, code_verifier=verifier)
    assert stolen.status_code == 400
    assert stolen.json()["error"] in {"invalid_grant", "invalid_request"}
    late = client.exchange(code, attempt)
    if stolen.json()["error"] == "invalid_grant":
        assert late.json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749 §4.1.3")
def test_a_code_is_worth_nothing_to_another_client_or_address(
    alice: Visitor, client: Client, other: Client
) -> None:
    attempt = Attempt()
    code = client.code(alice, attempt)
    assert other.exchange(code, attempt).json()["error"] == "invalid_grant"
    attempt = Attempt()
    code = client.code(alice, attempt)
    elsewhere = client.exchange(code, attempt, redirect_uri=f"{CALLBACK}/else")
    assert elsewhere.json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_replayed_code_kills_the_whole_family(alice: Visitor, client: Client) -> None:
    attempt = Attempt()
    code = client.code(alice, attempt)
    first = client.exchange(code, attempt).json()
    second = client.refresh(first["refresh_token"]).json()
    replay = client.exchange(code, attempt)
    assert replay.json()["error"] == "invalid_grant"
    for tokens in (first, second):
        assert client.userinfo(tokens["access_token"]).status_code == 401
        refused = client.refresh(tokens["refresh_token"])
        assert refused.json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_replayed_refresh_token_kills_the_whole_family(client: Client) -> None:
    first = client.tokens()
    second = client.refresh(first["refresh_token"]).json()
    time.sleep(11)  # past the moment in which a repeated refresh is two tabs
    assert client.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert client.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert client.userinfo(second["access_token"]).status_code == 401


@pytest.mark.spec("RFC 6749 §6")
def test_a_refresh_token_is_worth_nothing_to_another_client(
    client: Client, other: Client
) -> None:
    tokens = client.tokens()
    refused = other.refresh(tokens["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 7009 §2.2")
def test_revoking_says_200_and_means_it(town: Town, client: Client) -> None:
    tokens = client.tokens()
    for token in ("unknown", tokens["refresh_token"], tokens["refresh_token"]):
        answer = requests.post(
            f"{town.issuer}/oauth/revoke",
            data={"token": token},
            auth=(client.client_id, client.client_secret),
            timeout=TIMEOUT,
        )
        assert answer.status_code == 200
    assert client.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert client.userinfo(tokens["access_token"]).status_code == 401
