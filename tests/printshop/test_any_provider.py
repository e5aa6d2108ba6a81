"""The provider is whoever the settings name: what it can differ in."""

import time
from typing import Any

import pytest
from django.utils import timezone
from provider import (
    ALICE,
    PICK,
    SIGNING_KEYS,
    Provider,
    public_jwk,
    query_of,
)
from pytest_django import Settings
from visitors import Browser

from printshop import provider as known
from printshop.connection import access_token, disconnect
from printshop.models import Connection, Customer


@pytest.mark.rule("CL-09")
@pytest.mark.spec("RFC 7518 §3.1")
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"])
def test_a_provider_signs_as_was_agreed(
    browser: Browser, provider: Provider, settings: Settings, algorithm: str
) -> None:
    provider.algorithm = settings.ID_TOKEN_ALGORITHM = algorithm
    provider.keys = [public_jwk(SIGNING_KEYS[algorithm], "k1", algorithm)]
    assert browser.sign_in().status_code == 302
    assert browser.is_signed_in


@pytest.mark.rule("CL-13")
@pytest.mark.spec("OIDC Core §3.1.3.6")
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"])
def test_at_hash_is_checked_with_the_hash_of_the_algorithm(
    browser: Browser, provider: Provider, settings: Settings, algorithm: str
) -> None:
    provider.algorithm = settings.ID_TOKEN_ALGORITHM = algorithm
    provider.keys = [public_jwk(SIGNING_KEYS[algorithm], "k1", algorithm)]
    provider.token_changes = {"access_token": "another-than-was-hashed"}
    assert browser.sign_in().status_code == 400
    assert not browser.is_signed_in


@pytest.mark.spec("RFC 9864 §2.2")
@pytest.mark.parametrize("named", ["EdDSA", "Ed25519", None])
def test_a_key_may_bear_either_name_of_its_algorithm(
    browser: Browser, provider: Provider, settings: Settings, named: str | None
) -> None:
    provider.algorithm = settings.ID_TOKEN_ALGORITHM = "Ed25519"
    jwk = public_jwk(SIGNING_KEYS["Ed25519"], "k1", "Ed25519") | {"alg": named}
    provider.keys = [{name: value for name, value in jwk.items() if value}]
    assert browser.sign_in().status_code == 302


@pytest.mark.rule("CL-17")
@pytest.mark.spec("RFC 6749 §2.3.1")
@pytest.mark.parametrize(
    ("offered", "configured", "used"),
    [
        (None, "", "basic"),
        (["client_secret_basic", "client_secret_post"], "", "basic"),
        (["private_key_jwt", "client_secret_post"], "", "post"),
        (
            ["client_secret_basic", "client_secret_post"],
            "client_secret_post",
            "post",
        ),
    ],
)
def test_credentials_go_the_way_that_the_provider_offers(
    browser: Browser,
    provider: Provider,
    settings: Settings,
    *,
    offered: list[str] | None,
    configured: str,
    used: str,
) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": offered}
    provider.client_authentication = [f"client_secret_{used}"]
    settings.CLIENT_AUTHENTICATION = configured
    assert browser.sign_in().status_code == 302
    [request] = provider.asked("/token")
    assert ("Authorization" in request.headers) == (used == "basic")
    assert ("client_secret" in request.form) == (used == "post")  # never both


@pytest.mark.parametrize("used", ["basic", "post"])
def test_credentials_go_the_same_way_for_giving_tokens_back(
    alice: Browser, provider: Provider, settings: Settings, used: str
) -> None:
    provider.client_authentication = [f"client_secret_{used}"]
    methods = {"token_endpoint_auth_methods_supported": [f"client_secret_{used}"]}
    provider.metadata = methods
    known.forget()
    alice.connect()
    assert disconnect(Customer.objects.get())
    [request] = provider.asked("/revoke")
    assert provider._client(request) == provider.client


@pytest.mark.parametrize(
    ("offered", "configured"),
    [
        (["private_key_jwt"], ""),
        (["none"], ""),
        ("client_secret_basic", ""),
        (7, ""),
        (["client_secret_basic"], "client_secret_post"),
    ],
)
def test_without_a_way_in_common_no_credentials_are_sent(
    browser: Browser,
    provider: Provider,
    settings: Settings,
    offered: Any,
    configured: str,
) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": offered}
    settings.CLIENT_AUTHENTICATION = configured
    assert browser.get("/sign-in/").status_code == 424
    assert not provider.asked("/token")


@pytest.mark.spec("RFC 8707 §2.2")
@pytest.mark.parametrize("resource", ["", "https://photos.example"])
def test_the_photo_service_is_named_where_the_provider_wants_it(
    alice: Browser, provider: Provider, settings: Settings, resource: str
) -> None:
    settings.RESOURCE = resource
    assert query_of(alice.get("/connect/")["Location"]).get("resource", "") == resource
    assert "resource" not in query_of(alice.get("/sign-in/")["Location"])
    alice.connect()
    Connection.objects.update(access_token_expires_at="2020-01-01T00:00Z")
    access_token(Connection.objects.get())
    signing_in, connecting, refreshing = provider.asked("/token")
    assert "resource" not in signing_in.form
    assert connecting.form.get("resource", "") == resource
    assert refreshing.form.get("resource", "") == resource


def test_scopes_are_called_as_the_provider_calls_them(
    alice: Browser, provider: Provider, settings: Settings
) -> None:
    settings.SIGN_IN_SCOPE = "openid given_name"
    settings.PICK_SCOPE = "https://photos.example/pick"
    settings.OFFLINE_SCOPE = "stay"
    asked = query_of(alice.get("/sign-in/")["Location"])["scope"]
    assert asked == "openid given_name"
    path = "/connect/?missing=offline_access"
    asked = query_of(alice.get(path)["Location"])["scope"]
    assert asked == "openid https://photos.example/pick stay"
    alice.connect(path)
    assert Connection.objects.get().works_at_night


@pytest.mark.spec("OIDC Core §11")
def test_the_person_is_asked_where_access_is_to_last(alice: Browser) -> None:
    assert "prompt" not in query_of(alice.get("/connect/")["Location"])
    lasting = query_of(alice.get("/connect/?missing=offline_access")["Location"])
    assert lasting["prompt"] == "consent"


@pytest.mark.spec("RFC 6749 §5.1")
@pytest.mark.parametrize(
    ("scope", "refresh_token", "lasts"),
    [
        (PICK, True, True),
        (PICK, False, False),
        (f"openid {PICK}", True, False),
        (f"openid {PICK} offline_access", True, True),
        (None, True, True),
    ],
)
def test_lasting_access_shows_in_the_refresh_token_where_the_scope_is_silent(
    alice: Browser,
    provider: Provider,
    scope: str | None,
    refresh_token: bool,
    lasts: bool,
) -> None:
    lent: dict[str, Any] = {} if refresh_token else {"refresh_token": None}
    provider.token_changes = lent | {"scope": scope}
    alice.connect("/connect/?missing=offline_access")
    assert Connection.objects.get().outlasts_the_visit == lasts
    Connection.objects.update(access_token_expires_at=timezone.now())
    if refresh_token:
        access_token(Connection.objects.get())
    assert Connection.objects.get().outlasts_the_visit == lasts


@pytest.mark.spec("RFC 6749 §6")
def test_it_lasts_on_with_the_refresh_token_that_stays(
    alice: Browser, provider: Provider
) -> None:
    provider.token_changes = {"scope": PICK}
    alice.connect("/connect/?missing=offline_access")
    Connection.objects.update(access_token_expires_at=timezone.now())
    provider.token_changes |= {"refresh_token": None}
    access_token(Connection.objects.get())
    assert Connection.objects.get().works_at_night


def test_pages_and_failures_speak_of_the_provider_by_its_name(
    browser: Browser, provider: Provider, settings: Settings
) -> None:
    settings.PROVIDER_NAME, settings.PHOTOS_NAME = "Acme", "Acme Pictures"
    pages = [browser.get("/").content.decode()]
    answer = browser.depart()
    pages += [browser.get(f"{answer}x").content.decode()]
    pages += [browser.get("/sign-in/callback/").content.decode()]
    browser.sign_in()
    pages += [
        browser.get(path).content.decode()
        for path in ("/choose/", "/connection/", "/sign-out/", "/sign-out/done/")
    ]
    provider.stop()
    known.forget()
    pages += [browser.get("/sign-in/").content.decode()]
    assert "Acme account" in pages[0]
    assert "Acme account" in pages[2]
    assert "Acme Pictures" in pages[3]
    assert "Your Acme account does not answer" in pages[-1]
    assert not any("Photos account" in page for page in pages)


@pytest.mark.rule("CL-13")
@pytest.mark.spec("OIDC Core §3.1.2.1")
@pytest.mark.parametrize(
    ("ago", "status"), [(0, 302), (50, 302), (3600, 400), (None, 400)]
)
def test_a_sign_in_is_as_recent_as_was_asked_for(
    browser: Browser,
    provider: Provider,
    settings: Settings,
    ago: int | None,
    status: int,
) -> None:
    settings.MAX_AGE = 60
    signed_in_at = None if ago is None else int(time.time()) - ago
    provider.claims = {"auth_time": signed_in_at}
    assert query_of(browser.get("/sign-in/")["Location"])["max_age"] == "60"
    assert browser.sign_in().status_code == status
    assert browser.is_signed_in == (status == 302)


def test_any_sign_in_will_do_unless_configured(browser: Browser) -> None:
    assert "max_age" not in query_of(browser.get("/sign-in/")["Location"])


@pytest.mark.rule("CL-04")
@pytest.mark.spec("RFC 9700 §4.4")
def test_an_answer_of_one_provider_is_not_taken_for_anothers(
    browser: Browser, provider: Provider, settings: Settings
) -> None:
    another = Provider()
    answer = browser.depart()
    settings.ISSUER = another.url
    assert browser.get(answer).status_code == 400
    assert not provider.asked("/token")
    assert not another.asked("/token")
    another.stop()


@pytest.mark.rule("CL-04")
@pytest.mark.spec("RFC 9700 §4.4.1")
def test_a_code_of_the_honest_provider_is_not_sent_to_mallorys(
    browser: Browser, provider: Provider, settings: Settings
) -> None:
    mallorys = Provider()
    settings.ISSUER = mallorys.url
    # Asked at Mallory's, Alice's browser is sent on to the honest one with our
    # state: its answer arrives here, and says by whom it was made.
    asked = browser.get("/sign-in/")["Location"]
    answer = browser.follow(asked.replace(mallorys.url, provider.url))
    assert browser.get(answer).status_code == 400
    assert not mallorys.asked("/token")
    mallorys.stop()


@pytest.mark.rule("CL-12")
@pytest.mark.spec("OIDC Core §5.7")
def test_the_same_subject_of_another_issuer_is_another_person(
    alice: Browser, provider: Provider, settings: Settings
) -> None:
    another = Provider()
    settings.ISSUER = another.url
    assert Browser().sign_in().status_code == 302
    assert Customer.objects.filter(sub=ALICE.sub).count() == 2
    another.stop()
