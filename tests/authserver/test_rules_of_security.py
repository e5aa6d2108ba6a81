"""Security rules that are about all endpoints, clients or tokens at once: as tables."""

import uuid
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from authserver import logout_tokens, registration
from authserver.models import Client, Event, LogoutDelivery, Session
from tests.authserver.parties import (
    CALLBACK,
    PICKER,
    SHOP,
    Browser,
    Caller,
    answer,
    claims_of,
    photos_api,
)

pytestmark = pytest.mark.django_db

GRANTS = (
    *("authorization_code", "refresh_token", registration.DEVICE_CODE),
    *("client_credentials", "password", "implicit"),
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
)
OWN = {
    "web": {"authorization_code", "refresh_token"},
    "browser": {"authorization_code", "refresh_token"},
    "native": {"authorization_code", "refresh_token"},
    "device": {registration.DEVICE_CODE, "refresh_token"},
}


def registered(kind: str) -> Client:
    """A client of this type, public ones as they are, a web server with a secret."""
    client = Client(client_id=f"a-{kind}-app", name=kind, application_type=kind)
    client.client_secret = ""
    if kind != "device":
        scheme = "app.example:/callback" if kind == "native" else f"{SHOP}/cb"
        client.redirect_uris = scheme
    registration.shape(client)
    if not client.is_public:
        registration.set_secret(client, "s" * 40)
    client.full_clean()
    client.save()
    return client


@pytest.mark.rule("AS-21", "AS-20", "AS-34")
@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize(("kind", "grant"), [*product(OWN, GRANTS)])
def test_each_type_of_client_has_its_grants(
    registrations: None, kind: str, grant: str
) -> None:
    client = registered(kind)
    caller = Caller(client.client_id, "" if client.is_public else "s" * 40)
    known = {"code": "c", "refresh_token": "r", "device_code": "d", "scope": "openid"}
    more = {"redirect_uri": CALLBACK, "username": "alice", "password": "x"}
    refused = caller.token({"grant_type": grant} | known | more)
    expected = {
        True: {"invalid_grant", "expired_token"},
        False: {"unauthorized_client", "unsupported_grant_type"},
    }
    assert refused.status_code == 400
    assert refused.json()["error"] in expected[grant in OWN[kind]]


# No kind of token opens a door of another kind.


@dataclass(frozen=True)
class House:
    """Every place that takes a token, and whether it let one in."""

    browser: Browser
    shop: Caller

    def opens(self, door: str, token: str) -> bool:
        """Whether it does."""
        return bool(getattr(self, door)(token))

    def userinfo(self, token: str) -> bool:
        return bool(self.shop.userinfo(token).status_code == 200)

    def introspection(self, token: str) -> bool:
        """As the resource server and as the client itself."""
        told = [photos_api().introspect(token), self.shop.introspect(token)]
        return any(answered.json()["active"] for answered in told)

    def refresh(self, token: str) -> bool:
        return bool(self.shop.refresh(token).status_code == 200)

    def code(self, token: str) -> bool:
        return bool(self.shop.exchange(token).status_code == 200)

    def device(self, token: str) -> bool:
        form = {"grant_type": registration.DEVICE_CODE, "device_code": token}
        return bool(self.shop.token(form).status_code == 200)

    def hint(self, token: str) -> bool:
        told = answer(self.browser.authorize(prompt="none", id_token_hint=token))
        return "code" in told

    def logout(self, token: str) -> bool:
        self.browser.get("/oauth/logout", {"id_token_hint": token})
        return not Session.objects.live().exists()

    def secret(self, token: str) -> bool:
        thief = Caller(self.shop.client_id, token)
        return bool(thief.revoke("x").status_code == 200)


DOORS = {
    "userinfo": "access token",
    "introspection": "access token",
    "refresh": "refresh token",
    "code": "code",
    "device": "device code",
    "hint": "ID token",
    "logout": "ID token",
    "secret": "client secret",
}
KINDS = ("access", "refresh", "id")
KEYS = ("access token", "refresh token", "ID token", "logout token", "code")


@pytest.fixture
def ring(browser: Browser, shop: Caller, tokens: dict[str, str]) -> dict[str, str]:
    """One token of each kind, all of Alice's one session."""
    claims = claims_of(tokens["id_token"])
    about = LogoutDelivery(
        client=Client.objects.get(client_id="printshop"),
        sub=uuid.UUID(claims["sub"]),
        sid=uuid.UUID(claims["sid"]),
    )
    return {
        "access token": tokens["access_token"],
        "refresh token": tokens["refresh_token"],
        "ID token": tokens["id_token"],
        "logout token": logout_tokens.logout_token(about),
        "code": browser.code("openid", PICKER),
    }


@pytest.mark.rule("AS-33", "AS-55", "X-03")
@pytest.mark.spec("RFC 8725 §3.12")
@pytest.mark.parametrize(("door", "key"), [*product(DOORS, KEYS)])
def test_a_token_opens_its_own_doors_and_no_other(
    browser: Browser, shop: Caller, ring: dict[str, str], door: str, key: str
) -> None:
    opened = House(browser, shop).opens(door, ring[key])
    assert opened == (DOORS[door] == key)


# What is told, to whom, and how long it is kept.


@pytest.mark.rule("AS-37")
@pytest.mark.spec("RFC 6749 §5.1")
def test_no_answer_of_the_back_channel_is_kept(
    shop: Caller, tokens: dict[str, str]
) -> None:
    for answered in (
        shop.refresh(tokens["refresh_token"]),
        shop.refresh("nonsense"),
        photos_api().introspect(tokens["access_token"]),
        photos_api().introspect("nonsense"),
        shop.userinfo(tokens["access_token"]),
        shop.userinfo("nonsense"),
        shop.revoke(tokens["refresh_token"]),
        Caller("printshop", "wrong").revoke("x"),
    ):
        assert "no-store" in answered["Cache-Control"]


@pytest.mark.rule("X-06")
def test_what_happens_is_recorded_and_holds_no_token(
    browser: Browser, shop: Caller, tokens: dict[str, str]
) -> None:
    code = browser.code("openid", PICKER)
    first = shop.exchange(code).json()
    shop.exchange(code)  # a replay
    shop.refresh("nonsense")
    shop.revoke(tokens["refresh_token"])
    Caller("printshop", "wrong").revoke("x")
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds >= {
        *("signed_in", "granted", "code_replayed", "refused", "token_revoked"),
        "client_failed",
    }
    reasons = " ".join(Event.objects.values_list("reason", flat=True))
    given = [pair[f"{kind}_token"] for pair in (first, tokens) for kind in KINDS]
    assert not any(secret in reasons for secret in [code, shop.secret, *given])
    replay = Event.objects.get(kind=Event.Kind.CODE_REPLAYED)
    assert replay.user
    assert replay.client
    assert replay.reason


# Text of every script.


@pytest.mark.rule("X-02")
@pytest.mark.spec("RFC 8725 §3.7")
@pytest.mark.parametrize(
    "text",
    [
        "Grüße",
        "印刷店",
        "متجر الطباعة",
        "\u202eevil\u202c",
        "a\u0301",  # decomposed: not put together on the way
        "\u00e1",
        "\u0440\u0430\u0443\u0440\u0430l",  # looks like a payment service
        "👩\u200d👩\u200d👧",
        "\ufeffx",
        "\U0001d513rint",
    ],
)
def test_text_of_every_script_survives(
    browser: Browser, shop: Caller, text: str
) -> None:
    Client.objects.filter(client_id="printshop").update(name=text)
    page = browser.authorize(prompt="consent", state=text, nonce=text)
    shown = browser.get(page["Location"])
    assert text in shown.content.decode()
    told = answer(browser.decide(page["Location"], "allow", "openid"))
    assert told["state"] == text
    given = shop.exchange(told["code"]).json()
    assert claims_of(given["id_token"])["nonce"] == text


@pytest.mark.rule("X-02")
@pytest.mark.parametrize(
    "client_id", ["printsh\u043ep", "PRINTSHOP", "printshop\u200b"]
)
def test_a_client_id_that_only_looks_alike_is_another(
    browser: Browser, client_id: str
) -> None:
    assert browser.authorize(client_id=client_id).status_code == 400


# Who stands in front.


@pytest.mark.rule("AS-43")
@pytest.mark.spec("RFC 9700 §4.13")
@pytest.mark.parametrize(
    ("trusted", "sender", "forwarded", "seen"),
    [
        ([], "203.0.113.5", "198.51.100.7", "203.0.113.5"),
        (["10.0.0.0/8"], "203.0.113.5", "198.51.100.7", "203.0.113.5"),
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/8"], "10.0.0.2", "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/8"], "10.0.0.2", "1.2.3.4, 10.0.0.9", "1.2.3.4"),
        (["10.0.0.0/8"], "10.0.0.2", "nonsense", "10.0.0.2"),
    ],
)
def test_forwarded_headers_count_from_named_proxies_only(
    settings: Settings, trusted: list[str], sender: str, forwarded: str, seen: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    http: Any = Browser(REMOTE_ADDR=sender)
    http.post(
        "/sign-in/",
        {"username": "alice", "password": "wrong"},
        headers={"x-forwarded-for": forwarded, "x-forwarded-proto": "https"},
    )
    event = Event.objects.latest("pk")
    assert event.address == seen
