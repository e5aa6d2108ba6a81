"""Somebody else's program orders a print at the shop, with a token for the shop alone.

It knows the shop's address and its own registration; the rest it is told.
"""

import base64
import io
import json
import re
import uuid
from typing import Any

import pytest
import requests
from PIL import Image

from tests.story.client import PASSWORD, PICKER, Attempt, Client
from tests.story.town import Town, eventually
from tests.story.visitor import TIMEOUT, Fields, Visitor

SCOPE = "printshop.orders"
BOTH = f"openid offline_access {SCOPE} {PICKER}"
RECIPIENT = {
    "name": "Alice Ferrand",
    "address": {
        "line1": "12 Rue des Lilas",
        "postalOrZipCode": "75020",
        "townOrCity": "Paris",
        "countryCode": "FR",
    },
}


@pytest.fixture(scope="module")
def albums(town: Town) -> Client:
    """A program that makes albums of photos."""
    return Client.register(town, "Album maker", f"--scope={SCOPE}")


@pytest.fixture(scope="module")
def tokens(town: Town, albums: Client) -> dict[str, Any]:
    """Alice, a customer of the shop, lets the album maker order prints."""
    alice = Visitor(town.shop)
    page = alice.follow(alice.get("/sign-in/"))
    page = alice.follow(alice.sign_in(page, "alice", PASSWORD))
    if 'name="decision"' in page.text:
        allowed: Fields = {"decision": "allow"}
        page = alice.follow(alice.submit(page, allowed, having="decision"))
    assert page.url.startswith(town.shop)
    attempt = Attempt(scope=BOTH)
    code = albums.code(Visitor(town.issuer), attempt)
    answer = albums.exchange(code, attempt, resource=town.shop)
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return given


def call(
    town: Town, token: str, method: str, path: str, **options: Any
) -> requests.Response:
    """One call of the orders resource."""
    headers = {"Authorization": f"Bearer {token}"} | options.pop("headers", {})
    return requests.request(
        method, f"{town.shop}/v1/{path}", headers=headers, timeout=TIMEOUT, **options
    )


def photo() -> bytes:
    """A blue one."""
    written = io.BytesIO()
    Image.new("RGB", (1800, 1200), "#335577").save(written, "JPEG")
    return written.getvalue()


def claims(token: str) -> dict[str, Any]:
    """What a token says; nothing is checked."""
    payload = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return told


@pytest.mark.spec("RFC 9728 §5.1")
@pytest.mark.spec("RFC 9728 §3")
def test_a_program_finds_out_where_to_get_a_token(town: Town) -> None:
    refused = requests.get(f"{town.shop}/v1/orders", timeout=TIMEOUT)
    assert refused.status_code == 401
    challenge = refused.headers["WWW-Authenticate"]
    [address] = re.findall(r'resource_metadata="([^"]+)"', challenge)
    [scope] = re.findall(r'scope="([^"]+)"', challenge)
    metadata = requests.get(address, timeout=TIMEOUT).json()
    assert metadata["resource"] == town.shop
    assert metadata["authorization_servers"] == [town.issuer]
    document = requests.get(
        f"{town.issuer}/.well-known/openid-configuration", timeout=TIMEOUT
    ).json()
    assert scope in metadata["scopes_supported"]
    assert scope in document["scopes_supported"]


def test_the_person_is_told_what_it_will_be_able_to_do(
    town: Town, albums: Client
) -> None:
    visitor = Visitor(town.issuer)
    page = visitor.get(albums.authorization_url(Attempt(scope=f"openid {SCOPE}")))
    page = visitor.follow(page, until=albums.redirect_uri)
    page = visitor.follow(visitor.sign_in(page, "bob", PASSWORD))
    assert "Order prints for you" in page.text
    assert "orders you placed yourself" in page.text


@pytest.mark.spec("RFC 8707 §2.2")
@pytest.mark.spec("RFC 9068 §4")
def test_a_token_for_the_shop_orders_a_print(
    town: Town, tokens: dict[str, Any]
) -> None:
    token = tokens["access_token"]
    assert claims(token)["aud"] in (town.shop, [town.shop])
    jpg = {"Content-Type": "image/jpeg"}
    sent = call(
        town, token, "POST", "assets?fileName=blue.jpg", data=photo(), headers=jpg
    )
    assert sent.status_code == 201, sent.text
    item = {"sku": "10x15", "copies": 2, "assets": [{"id": sent.json()["asset"]["id"]}]}
    quoted = {"destinationCountryCode": "FR", "items": [item]}
    [quote, _] = call(town, token, "POST", "quotes", json=quoted).json()["quotes"]
    order = {
        "idempotencyKey": uuid.uuid4().hex,
        "recipient": RECIPIENT,
        "items": [item],
    }
    first = call(town, token, "POST", "orders", json=order)
    again = call(town, token, "POST", "orders", json=order)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    made = first.json()["order"]
    assert again.json()["order"]["id"] == made["id"]
    assert made["charges"][0]["totalCost"] == quote["costSummary"]["totalCost"]

    def is_complete() -> bool:
        answer = call(town, token, "GET", f"orders/{made['id']}").json()
        return bool(answer["order"]["status"]["stage"] == "Complete")

    eventually(is_complete)
    late = call(town, token, "POST", f"orders/{made['id']}/actions/cancel", json={})
    assert late.status_code == 409


@pytest.mark.spec("RFC 8707 §2.2")
def test_a_token_for_one_service_is_refused_by_the_other(
    town: Town, albums: Client, tokens: dict[str, Any]
) -> None:
    sessions = f"{town.photos}/picker/v1/sessions"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    refused = requests.post(sessions, json={}, headers=headers, timeout=TIMEOUT)
    assert refused.status_code == 401
    answer = albums.refresh(tokens["refresh_token"], resource=town.photos)
    assert answer.status_code == 200, answer.text
    for_photos = answer.json()["access_token"]
    refused = call(town, for_photos, "GET", "orders")
    assert refused.status_code == 401
    assert "meant for another service" in refused.headers["WWW-Authenticate"]
    headers = {"Authorization": f"Bearer {for_photos}"}
    begun = requests.post(sessions, json={}, headers=headers, timeout=TIMEOUT)
    assert begun.status_code == 200


def test_a_token_without_the_scope_learns_which_one_it_needs(
    town: Town, albums: Client
) -> None:
    token = albums.tokens(scope=f"openid {PICKER}")["access_token"]
    answer = call(town, token, "GET", "orders")
    assert answer.status_code == 401  # it is not for the shop at all
    attempt = Attempt(scope=f"openid {SCOPE}")
    code = albums.code(Visitor(town.issuer), attempt)
    given = albums.exchange(code, attempt).json()
    assert call(town, given["access_token"], "GET", "orders").status_code == 200


def test_who_never_came_to_the_shop_orders_nothing(town: Town, albums: Client) -> None:
    token = albums.tokens("admin", scope=f"openid {SCOPE}")["access_token"]
    answer = call(town, token, "GET", "orders")
    assert answer.status_code == 403
    assert "sign in" in answer.json()["detail"]
