"""Every endpoint and every page, and whatever may be sent to it: never a 500.

What is refused is refused in the shape that the specification gives a refusal.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.db import transaction
from django.test import Client as DjangoClient
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authserver import registration
from authserver.models import Client
from tests.authserver.fuzz import Message, Values, messages, rubbish, texts
from tests.authserver.parties import (
    CALLBACK,
    CHALLENGE,
    ISSUER,
    PASSWORD,
    PICKER,
    SHOP,
    VERIFIER,
    Browser,
    Caller,
    request_of_shop,
)
from tests.story.forms import forms_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("X-04")]

settings.register_profile(
    "usual",
    deadline=None,  # how long one takes says nothing on a busy machine
    max_examples=100,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(  # CI=true: fewer, and the same each time
    "ci",
    settings.get_profile("usual"),
    max_examples=40,
    derandomize=True,
    database=None,
)
settings.load_profile("ci" if os.environ.get("CI") else "usual")

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
REGISTERED = {  # RFC 6749 §11.4 and what was registered since
    *("invalid_request", "unauthorized_client", "access_denied", "invalid_scope"),
    *("unsupported_response_type", "server_error", "temporarily_unavailable"),
    *("invalid_client", "invalid_grant", "unsupported_grant_type", "invalid_token"),
    *("insufficient_scope", "unsupported_token_type", "interaction_required"),
    *("login_required", "account_selection_required", "consent_required"),
    *("invalid_request_uri", "invalid_request_object", "request_not_supported"),
    *("request_uri_not_supported", "registration_not_supported", "invalid_target"),
    *("unmet_authentication_requirements", "authorization_pending", "slow_down"),
    *("expired_token",),
}
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")  # RFC 6749 §5.2
CREDENTIALS = (
    "printshop:demo-printshop-client-secret",
    "photos_api:demo-photos-api-introspection-secret",
    "printshop:wrong",
    "printshop",
    "%00:%ff",
)
CLIENTS = ("printshop", "photos", "mallory")
USUAL = request_of_shop()
OFFLINE = request_of_shop(scope="openid profile email offline_access", nonce="n")
AUTHORIZATION: Values = {
    "response_type": ("code", "token", "code id_token"),
    "client_id": CLIENTS,
    "redirect_uri": (CALLBACK, f"{SHOP}/elsewhere"),
    "scope": (f"openid {PICKER}", "openid profile email offline_access", "nothing"),
    "state": ("xyz",),
    "nonce": ("n",),
    "code_challenge": (CHALLENGE, "short"),
    "code_challenge_method": ("S256", "plain"),
    "response_mode": ("query", "form_post", "fragment"),
    "prompt": ("none", "login", "consent", "select_account", "none login"),
    "max_age": ("0", "10000", "-1"),
    "acr_values": ("password",),
    "claims": ('{"id_token": {"acr": {"essential": true, "values": ["x"]}}}', "{}"),
    "display": ("page", "hologram"),
    "ui_locales": ("en fr",),
    "id_token_hint": ("eyJhbGciOiJub25lIn0.e30.",),
    "login_hint": ("alice",),
    "resource": ("http://localhost:8002", "https://elsewhere.example"),
    "include_granted_scopes": ("true",),
    "request": ("eyJhbGciOiJub25lIn0.e30.",),
    "request_uri": ("urn:ietf:params:oauth:request_uri:x",),
}


@pytest.fixture
def material(tokens: dict[str, str], browser: Browser) -> Values:
    """Real codes and tokens, which rubbish is mixed with."""
    code = browser.code("openid", PICKER)
    token = (tokens["access_token"], tokens["refresh_token"], tokens["id_token"])
    return {"code": (code,), "token": token}


@contextmanager
def undone() -> Iterator[None]:
    """What one message does to the database, the next one does not find."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def same(browser: Browser) -> Browser:
    """The same browser once more, however the other one fares."""
    again = Browser()
    again.cookies.load(browser.cookies.output(header="", attrs=[], sep=";"))
    return again


def send(http: DjangoClient, path: str, message: Message) -> Any:
    """The answer; an exception in a view is raised here, and no answer at all."""
    address = f"{path}?{message.query}" if message.query else path
    response = http.generic(
        message.method,
        address,
        message.body,
        message.content_type,
        headers=message.headers,
    )
    assert response.status_code < 500, response.content
    return response


def is_an_error_of_a_client(response: Any) -> None:
    """JSON with a registered name and a plain sentence: RFC 6749 §5.2."""
    assert response["Content-Type"].startswith("application/json"), response.content
    body = json.loads(response.content)
    assert body["error"] in REGISTERED
    assert DESCRIPTION.fullmatch(body.get("error_description", ""))
    if response.status_code == 401:
        assert "WWW-Authenticate" in response


def is_a_page(response: Any) -> None:
    """HTML with a heading (HEAD shows none), and no way to put it in a frame."""
    assert response["Content-Type"].startswith("text/html")
    assert b"<h1" in response.content or not response.content
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def is_a_way_on(response: Any) -> None:
    """A redirect within this site, or to an address that a client registered."""
    location = response["Location"]
    if location.startswith("/") and not location.startswith("//"):
        return
    assert location.startswith(SHOP), location
    query = parse_qs(urlsplit(location).query)
    if "error" in query:
        assert query["error"][0] in REGISTERED
        assert query["iss"] == [ISSUER]


BACK_CHANNEL: dict[str, Values] = {
    "/oauth/token": {
        "grant_type": ("authorization_code", "refresh_token", DEVICE_CODE, "password"),
        "redirect_uri": (CALLBACK,),
        "code_verifier": (VERIFIER, "short"),
        "refresh_token": (),
        "code": (),
        "device_code": (),
        "scope": ("openid", PICKER),
        "resource": ("http://localhost:8002", "https://elsewhere.example"),
        "client_id": CLIENTS,
        "client_secret": ("demo-printshop-client-secret",),
        "username": ("alice",),
        "password": (PASSWORD,),
    },
    "/oauth/revoke": {
        "token": (),
        "token_type_hint": ("access_token", "refresh_token", "x"),
        "client_id": CLIENTS,
        "client_secret": ("demo-printshop-client-secret",),
    },
    "/oauth/introspect": {
        "token": (),
        "token_type_hint": ("access_token", "refresh_token", "x"),
        "client_id": ("photos_api",),
        "client_secret": ("demo-photos-api-introspection-secret",),
    },
    "/oauth/device_authorization": {
        "client_id": (*CLIENTS, "television"),
        "scope": ("openid", PICKER),
        "resource": ("http://localhost:8002",),
    },
}
OF_A_DEVICE = {"client_id": "television", "scope": "openid"}


@pytest.fixture
def television(registrations: None) -> None:
    """A device, of which demo/registrations.toml has none."""
    device = Client(client_id="television", name="Television", client_secret="")
    device.application_type = Client.Type.DEVICE
    registration.shape(device).save()


def meant(path: str, material: Values) -> list[dict[str, str]]:
    """Forms that this endpoint would answer with 200."""
    code, (access, refresh, _) = material["code"][0], material["token"]
    redeem = {"grant_type": "authorization_code", "code": code}
    redeem |= {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return {
        "/oauth/token": [
            redeem,
            {"grant_type": "refresh_token", "refresh_token": refresh},
        ],
        "/oauth/revoke": [{"token": access}, {"token": refresh}],
        "/oauth/introspect": [{"token": access}],
        "/oauth/device_authorization": [OF_A_DEVICE],
    }[path]


@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize("path", BACK_CHANNEL)
@given(data=st.data())
def test_the_back_channel(
    shop: Caller, television: None, material: Values, path: str, data: st.DataObject
) -> None:
    everything = [value for values in material.values() for value in values]
    known = {name: own or everything for name, own in BACK_CHANNEL[path].items()}
    credentials = ("", *CREDENTIALS) if "device" in path else CREDENTIALS
    message = data.draw(messages(meant(path, material), known, credentials))
    with undone():
        response = send(shop.http, path, message)
    if response.status_code not in {200, 405}:
        is_an_error_of_a_client(response)
    if response.status_code == 200 and path != "/oauth/revoke":
        assert json.loads(response.content)


@pytest.mark.spec("RFC 6750 §3.1")
@given(data=st.data())
def test_userinfo(shop: Caller, material: Values, data: st.DataObject) -> None:
    known = {"access_token": (*material["token"], *material["code"])}
    usual = [{"access_token": material["token"][0]}]
    with undone():
        response = send(shop.http, "/oauth/userinfo", data.draw(messages(usual, known)))
    if response.status_code in {200, 405}:
        return
    assert response.status_code in {400, 401, 403}
    challenge = response["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    if named := re.search(r'error="([^"]*)"', challenge):
        assert named[1] in REGISTERED
    assert challenge.isascii()


@pytest.mark.spec("RFC 6749 §4.1.2.1")
@pytest.mark.parametrize("signed_in", [True, False])
@given(data=st.data())
def test_authorization_requests(
    browser: Browser, signed_in: bool, data: st.DataObject
) -> None:
    http = same(browser) if signed_in else Browser()
    drawn = messages([USUAL, OFFLINE], AUTHORIZATION, method="GET")
    with undone():
        response = send(http, "/oauth/authorize", data.draw(drawn))
        for _ in range(3):
            if not response.has_header("Location"):
                break
            is_a_way_on(response)
            if not response["Location"].startswith("/"):
                return
            response = http.get(response["Location"])
            assert response.status_code < 500
    if response.status_code != 405:
        is_a_page(response)


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
@given(data=st.data())
def test_logout(browser: Browser, tokens: dict[str, str], data: st.DataObject) -> None:
    known: Values = {
        "id_token_hint": (tokens["id_token"], tokens["access_token"]),
        "client_id": CLIENTS,
        "post_logout_redirect_uri": (f"{SHOP}/sign-out/done/", f"{SHOP}/elsewhere"),
        "state": ("xyz",),
        "logout_hint": ("alice",),
        "ui_locales": ("en",),
    }
    usual = {name: known[name][0] for name in list(known)[:4]}
    drawn = messages([usual], known, method="GET")
    with undone():
        response = send(same(browser), "/oauth/logout", data.draw(drawn))
    if response.has_header("Location"):
        is_a_way_on(response)
    elif response.status_code != 405:
        is_a_page(response)


# Pages: all there are, found by asking Django.


def routes(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Every route of this server, such as /consent/<str:request_id>/."""
    for found in resolver.url_patterns:
        route = prefix + str(found.pattern)
        if isinstance(found, URLPattern):
            yield route
        elif not route.startswith("/admin/"):
            yield from routes(found, route)


CONVERTER = re.compile(r"<(?:\w+:)?\w+>")
ROUTES = [
    route
    for route in routes(get_resolver("authserver.urls"))
    if route not in {*BACK_CHANNEL, "/oauth/userinfo", "/oauth/authorize"}
]
PIECES = ("1", "printshop", "x", "00000000-0000-0000-0000-000000000000")


@pytest.fixture
def fields(browser: Browser, route: str) -> Values:
    """What the forms of a page ask for, beside what any page may be given."""
    known: dict[str, tuple[str, ...]] = {"next": ("/apps/",), "request": ("x",)}
    shown = browser.get(CONVERTER.sub("1", route))
    if b"<form" in shown.content:
        forms = forms_of(shown.content.decode())
        known |= {name: ("x", "", "1") for form in forms for name in form.names}
    return dict(sorted(known.items()))


@pytest.mark.parametrize("route", ROUTES)
@settings(max_examples=8)
@given(data=st.data())
def test_pages(
    browser: Browser, route: str, fields: Values, data: st.DataObject
) -> None:
    pieces = st.sampled_from(PIECES) | texts.map(lambda text: quote(text, safe=""))
    path = CONVERTER.sub(lambda _: data.draw(pieces) or "x", route)
    http = same(browser) if data.draw(st.booleans()) else Browser()
    usual = {name: values[0] for name, values in fields.items()}
    with undone():
        response = send(http, path, data.draw(messages([usual], fields)))
    if response.has_header("Location"):
        assert urlsplit(response["Location"]).netloc == ""
    elif response.status_code not in {200, 405}:
        is_a_page(response)


@given(value=rubbish)
def test_paths_that_do_not_exist(browser: Browser, value: str) -> None:
    with undone():
        response = browser.get(f"/{value.lstrip('/')}")
    assert response.status_code < 500
