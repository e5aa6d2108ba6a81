"""What ends a Library URL, which opens by itself, before its hour is over."""

import time
from datetime import timedelta

import pytest
from authorization_server import AuthorizationServer
from django.test import Client
from django.utils import timezone
from photo_cast import AUDIENCE, BOB, App, Issuer, Library, refused, told
from pytest_django.fixtures import Settings

from photos_api.management.commands import worker
from photos_api.models import Withdrawal

pytestmark = pytest.mark.django_db
MEDIA_ITEMS = "/library/v1/mediaItems"


@pytest.fixture
def lent(
    server: AuthorizationServer, issuer: Issuer, library: Library, settings: Settings
) -> tuple[App, str]:
    """The shop, and where a picture is that it was told of: no token is needed."""
    settings.INTROSPECTION_KEPT = 0
    token = issuer.token(iss=server.url)
    server.means(token)
    library.photo(by="printshop")
    [item] = told(App(token).get(MEDIA_ITEMS))["mediaItems"]
    url = item["baseUrl"].removeprefix(AUDIENCE) + "=w10"
    assert Client().get(url).status_code == 200
    return App(token), url


@pytest.mark.rule("RS-12")
def test_library_urls_end_when_their_apps_token_turns_out_dead(
    server: AuthorizationServer, lent: tuple[App, str], issuer: Issuer
) -> None:
    app, url = lent
    server.revokes(app.token)
    assert Client().get(url).status_code == 200  # nobody has asked yet
    assert app.get(MEDIA_ITEMS).status_code == 401
    refused(Client().get(url), 404, "NOT_FOUND")
    earlier = App(issuer.token(iss=server.url, jti="2"))
    server.means(earlier.token, iat=int(time.time()) - 60)
    assert earlier.get(MEDIA_ITEMS).status_code == 200
    refused(Client().get(url), 404, "NOT_FOUND")
    back = App(issuer.token(iss=server.url, jti="3"))
    server.means(back.token)
    assert back.get(MEDIA_ITEMS).status_code == 200
    assert Client().get(url).status_code == 200


@pytest.mark.rule("RS-12")
def test_nobody_can_end_the_urls_of_others(
    server: AuthorizationServer, lent: tuple[App, str], issuer: Issuer
) -> None:
    now, (_, url) = int(time.time()), lent
    for token in (
        issuer.token(iss=server.url, key=issuer.stranger),
        issuer.token(iss=server.url, client_id="mallory"),
        issuer.token(iss=server.url, sub=BOB),
        issuer.token(iss=server.url, exp=now - 60),
        issuer.token(iss=server.url, aud="https://elsewhere.example"),
        "made up",
    ):
        assert App(token).get(MEDIA_ITEMS).status_code in {400, 401}
        assert Client().get(url).status_code == 200


@pytest.mark.rule("RS-12")
def test_a_token_that_is_over_by_itself_ends_no_urls(
    lent: tuple[App, str], issuer: Issuer, server: AuthorizationServer
) -> None:
    late = issuer.token(iss=server.url, exp=int(time.time()) - 10)
    assert App(late).get(MEDIA_ITEMS).status_code == 401
    assert not Withdrawal.objects.exists()
    assert Client().get(lent[1]).status_code == 200


def test_what_was_withdrawn_is_forgotten_when_its_urls_are_over(
    library: Library,
) -> None:
    now = timezone.now()
    for client_id, age in {"printshop": 3, "mallory": 1}.items():
        Withdrawal.objects.note(library.owner, client_id, now)
        noted = Withdrawal.objects.filter(client_id=client_id)
        noted.update(noted_at=now - timedelta(hours=age))
    worker.Command().reconcile()
    assert [w.client_id for w in Withdrawal.objects.all()] == ["mallory"]
