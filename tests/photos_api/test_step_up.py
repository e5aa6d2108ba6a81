"""Sometimes a person must have signed in lately, or in a certain way: RFC 9470."""

import dataclasses
import time
from typing import Any

import pytest
from django.test import Client
from photo_cast import AUDIENCE, METADATA, NOTHING, App, Issuer, Library, refused, told
from pytest_django.fixtures import Settings

from photos_api.library.albums import AlbumList

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.rule("RS-10"),
    pytest.mark.spec("RFC 9470 §3"),
]
AGAIN = "For this, the person must sign in again."
OTHERWISE = "For this, the person must sign in in another way."


@pytest.fixture
def url(issuer: Issuer, library: Library) -> str:
    """Where a photo of the print shop's is."""
    library.photo(by="printshop")
    [item] = told(App(issuer.token()).get("/library/v1/mediaItems"))["mediaItems"]
    return str(item["baseUrl"].removeprefix(AUDIENCE))


def ago(seconds: float) -> int:
    return int(time.time() - seconds)


def challenge(sentence: str, attributes: str) -> str:
    error = "insufficient_user_authentication"
    return (
        f'Bearer realm="Photos", error="{error}", '
        f'error_description="{sentence}", {attributes}, {METADATA}'
    )


def test_originals_need_nothing_of_the_kind_by_default(
    settings: Settings, url: str, issuer: Issuer
) -> None:
    assert settings.ORIGINALS_MAX_AGE is None
    assert settings.ORIGINALS_ACR_VALUES == []
    app = App(issuer.token(auth_time=NOTHING))
    assert app.get(f"{url}=d").status_code == 200
    assert Client().get(f"{url}=d").status_code == 200


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"auth_time": 290}, 200),
        ({"auth_time": 0}, 200),
        ({"auth_time": -10}, 200),  # its clock is ahead
        ({"auth_time": 310}, 401),
        ({"auth_time": 10**9}, 401),
        ({}, 401),
    ],
)
def test_originals_can_need_a_sign_in_of_late(
    settings: Settings,
    url: str,
    issuer: Issuer,
    claims: dict[str, Any],
    status: int,
) -> None:
    settings.ORIGINALS_MAX_AGE = 300
    times: dict[str, Any] = {name: ago(seconds) for name, seconds in claims.items()}
    app = App(issuer.token(**times))
    assert app.get(f"{url}=w10").status_code == 200  # a smaller picture never does
    response = app.get(f"{url}=d")
    assert response.status_code == status
    if status == 401:
        assert refused(response, 401, "UNAUTHENTICATED") == AGAIN
        assert response["WWW-Authenticate"] == challenge(AGAIN, 'max_age="300"')


@pytest.mark.parametrize(
    ("acr", "status"),
    [
        ("phr", 200),
        ("phrh", 200),
        ("password", 401),
        ("ph", 401),
        ("phr phrh", 401),
        ("", 401),
        (NOTHING, 401),
        (["phr"], 401),
    ],
)
def test_originals_can_need_a_way_of_signing_in(
    settings: Settings, url: str, issuer: Issuer, acr: object, status: int
) -> None:
    settings.ORIGINALS_ACR_VALUES = ["phr", "phrh"]
    response = App(issuer.token(acr=acr)).get(f"{url}=d")
    assert response.status_code == status
    if status == 401:
        assert refused(response, 401, "UNAUTHENTICATED") == OTHERWISE
        wanted = challenge(OTHERWISE, 'acr_values="phr phrh"')
        assert response["WWW-Authenticate"] == wanted


def test_both_are_asked_for_at_once(
    settings: Settings, url: str, issuer: Issuer
) -> None:
    settings.ORIGINALS_MAX_AGE, settings.ORIGINALS_ACR_VALUES = 60, ["phr"]
    for claims in ({"auth_time": ago(9)}, {"acr": "phr", "auth_time": ago(99)}):
        told_so = App(issuer.token(**claims)).get(f"{url}=d")["WWW-Authenticate"]
        assert 'acr_values="phr", max_age="60"' in told_so
    good = App(issuer.token(acr="phr", auth_time=ago(9)))
    assert good.get(f"{url}=d").status_code == 200


def test_then_an_address_alone_is_not_enough(settings: Settings, url: str) -> None:
    settings.ORIGINALS_MAX_AGE = 300
    assert Client().get(f"{url}=w10").status_code == 200
    response = Client().get(f"{url}=d")
    refused(response, 401, "UNAUTHENTICATED")
    assert response["WWW-Authenticate"] == f'Bearer realm="Photos", {METADATA}'


def test_a_method_can_declare_it(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = AlbumList.methods["GET"]
    stricter = dataclasses.replace(declared, max_age=60)
    monkeypatch.setitem(AlbumList.methods, "GET", stricter)
    fresh, old = (App(issuer.token(auth_time=ago(t))) for t in (50, 70))
    assert fresh.get("/library/v1/albums").status_code == 200
    response = old.get("/library/v1/albums")
    assert response["WWW-Authenticate"] == challenge(AGAIN, 'max_age="60"')
    assert old.get("/library/v1/mediaItems").status_code == 200


def test_a_missing_scope_is_said_first(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = AlbumList.methods["GET"]
    stricter = dataclasses.replace(declared, max_age=60)
    monkeypatch.setitem(AlbumList.methods, "GET", stricter)
    app = App(issuer.token(scope="", auth_time=1))
    refused(app.get("/library/v1/albums"), 403, "PERMISSION_DENIED")
