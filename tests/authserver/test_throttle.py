"""Guessing is slowed down, and nobody can be locked out by it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authserver.models import Client, Event
from tests.authserver.parties import Browser, Caller, Response, photos_api
from tests.authserver.servers import Server

ENDPOINTS = {
    "/oauth/token": {"grant_type": "refresh_token", "refresh_token": "x"},
    "/oauth/revoke": {"token": "x"},
    "/oauth/introspect": {"token": "x"},
    "/oauth/device_authorization": {"scope": "openid"},
}
EVERY_GRANT = ["refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
TRIES = 10


def guess(path: str, client_id: str = "printshop", address: str = "") -> Response:
    mallory = Caller(client_id, "wrong")
    if address:
        mallory.http.defaults["REMOTE_ADDR"] = address
    return mallory.post(path, ENDPOINTS[path])


def exhaust(path: str, **more: str) -> None:
    for _ in range(TRIES):
        assert guess(path, **more).status_code == 401


@pytest.mark.rule("AS-38")
@pytest.mark.django_db
@pytest.mark.spec("RFC 6749 §2.3.1")
@pytest.mark.parametrize("path", ENDPOINTS)
def test_wrong_secrets_are_slowed_down(shop: Caller, path: str) -> None:
    exhaust(path)
    refused = guess(path)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "300"
    assert "no-store" in refused["Cache-Control"]
    assert refused.json()["error"] == "invalid_client"
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        assert guess(path).status_code == 401


@pytest.mark.django_db
def test_a_secret_guessed_in_the_body_counts_too(shop: Caller) -> None:
    form = {"client_id": "printshop", "client_secret": "wrong", "token": "x"}
    answers = [
        shop.post("/oauth/revoke", form, authorization="") for _ in range(TRIES + 1)
    ]
    assert [answer.status_code for answer in answers] == [401] * TRIES + [429]


@pytest.mark.django_db
def test_guesses_are_counted_over_all_endpoints(shop: Caller) -> None:
    for count in range(TRIES):
        guess(list(ENDPOINTS)[count % len(ENDPOINTS)])
    assert {guess(path).status_code for path in ENDPOINTS} == {429}


@pytest.mark.rule("AS-38")
@pytest.mark.django_db
@pytest.mark.parametrize("path", ENDPOINTS)
def test_the_right_secret_always_works(
    shop: Caller, tokens: dict[str, str], path: str
) -> None:
    Client.objects.filter(client_id="printshop").update(grant_types=EVERY_GRANT)
    exhaust(path)
    assert guess(path).status_code == 429
    form = ENDPOINTS[path] | {"token": tokens["access_token"]}
    form |= {"refresh_token": tokens["refresh_token"]}
    assert shop.post(path, form).status_code == 200


@pytest.mark.django_db
def test_a_stranger_slows_down_nobody_else(shop: Caller) -> None:
    exhaust("/oauth/token", address="192.0.2.7")
    assert guess("/oauth/token", address="192.0.2.7").status_code == 429
    assert guess("/oauth/token").status_code == 401
    assert guess("/oauth/token", "photos", "192.0.2.7").status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["one", "another each time"])
def test_an_unknown_client_is_slowed_down_alike(shop: Caller, named: str) -> None:
    names = ["nobody" if named == "one" else f"nobody{n}" for n in range(TRIES + 1)]
    codes = [guess("/oauth/token", name).status_code for name in names]
    assert codes == [401] * TRIES + [429]


@pytest.mark.django_db
def test_one_address_may_not_try_every_client(registrations: None) -> None:
    kept = [f"shop{n}" for n in range(11)]
    for name in kept:
        Client.objects.create(client_id=name, token_endpoint_auth_methods=["none"])
    codes = Counter(
        guess("/oauth/token", name).status_code for name in kept for _ in range(TRIES)
    )
    assert codes == {401: 100, 429: 10}


@pytest.mark.django_db
def test_what_goes_beyond_the_limit_is_not_written_down(shop: Caller) -> None:
    """Or a flood of guesses would fill the database and never end its own pause."""
    for _ in range(TRIES + 20):
        guess("/oauth/token")
    kept = Event.objects.filter(kind=Event.Kind.CLIENT_FAILED)
    assert kept.count() == TRIES
    assert set(kept.values_list("client__client_id", flat=True)) == {"printshop"}
    assert {event.reason for event in kept} == {""}


@pytest.mark.django_db
def test_a_right_secret_costs_no_statement_more(
    shop: Caller, tokens: dict[str, str]
) -> None:
    exhaust("/oauth/token")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert shop.refresh(tokens["refresh_token"]).status_code == 200
    assert not [q for q in captured if "authserver_event" in q["sql"]]


@pytest.mark.django_db
def test_an_inactive_token_is_no_failure(shop: Caller, registrations: None) -> None:
    for _ in range(TRIES + 5):
        assert photos_api().introspect("x").json() == {"active": False}
        assert shop.refresh("x").status_code == 400


@pytest.mark.django_db
def test_a_right_password_is_not_counted(stranger: Browser) -> None:
    for _ in range(TRIES * 2):
        assert Browser().sign_in().status_code == 303
    assert not Event.objects.filter(kind=Event.Kind.SIGN_IN_FAILED).exists()


# At once, in two processes.


@pytest.mark.rule("AS-38", "X-05")
@pytest.mark.parametrize(
    ("path", "client_id"),
    [
        ("/oauth/token", "printshop"),
        ("/oauth/revoke", "photos"),
        ("/oauth/introspect", "nobody"),
    ],
)
def test_guesses_at_once_get_no_further(
    server: Server, path: str, client_id: str
) -> None:

    def run(_: int) -> requests.Response:
        auth = (client_id, "wrong")
        return requests.post(
            f"{server.url}{path}", ENDPOINTS[path], auth=auth, timeout=60
        )

    with ThreadPoolExecutor(16) as pool:
        codes = Counter(answer.status_code for answer in pool.map(run, range(30)))
    assert codes.keys() == {401, 429}
    assert codes[401] <= TRIES


@pytest.mark.rule("AS-56", "X-05")
def test_passwords_tried_at_once_get_no_further(server: Server) -> None:
    page = requests.get(f"{server.url}/sign-in/", timeout=30)
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"username": "bob", "password": "wrong", "csrfmiddlewaretoken": token}

    def run(_: int) -> requests.Response:
        return requests.post(page.url, form, cookies=page.cookies, timeout=60)

    with ThreadPoolExecutor(16) as pool:
        codes = Counter(answer.status_code for answer in pool.map(run, range(30)))
    assert codes.keys() <= {400, 429}
    assert codes[400] <= TRIES
