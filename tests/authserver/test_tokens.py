"""What tokens say, and that no kind of token passes for another."""

import json
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from uuid import UUID

import jwt
import pytest
from django.test import RequestFactory
from oauth2_provider.oauth2_backends import get_oauthlib_core

from authserver import keys
from authserver.models import AccessToken, User
from tests.authserver.parties import (
    ISSUER,
    LIBRARY,
    PHOTOS,
    PICKER,
    Browser,
    Caller,
    claims_of,
    photos_api,
)

pytestmark = pytest.mark.django_db


def verified(token: str, audience: str) -> dict[str, Any]:
    """Against the published key set, as a stranger would."""
    headers = jwt.get_unverified_header(token)
    published = Caller().http.get("/oauth/jwks").json()
    [key] = [key for key in published["keys"] if key["kid"] == headers["kid"]]
    return jwt.decode(
        token, jwt.PyJWK(key), [key["alg"]], audience=audience, issuer=ISSUER
    )


@pytest.mark.rule("AS-32", "AS-30")
@pytest.mark.spec("RFC 9068 §2.2")
def test_an_access_token(tokens: dict[str, str]) -> None:
    headers = jwt.get_unverified_header(tokens["access_token"])
    assert headers["typ"] == "at+jwt"
    assert headers["alg"] == "ES256"
    claims = verified(tokens["access_token"], PHOTOS)
    alice = User.objects.get(username="alice")
    assert claims.keys() == {
        *("iss", "exp", "aud", "sub", "client_id", "iat", "jti"),
        *("scope", "sid", "auth_time", "acr"),
    }
    assert claims["sub"] == str(alice.sub)
    assert claims["client_id"] == "printshop"
    assert claims["aud"] == [PHOTOS, ISSUER]
    assert claims["exp"] - claims["iat"] == 300
    assert abs(claims["iat"] - time.time()) < 60
    assert claims["scope"] == tokens["scope"]
    assert claims["acr"] == "password"
    assert str(UUID(claims["jti"])) == claims["jti"]
    assert str(UUID(claims["sid"])) == claims["sid"]


@pytest.mark.rule("AS-51")
@pytest.mark.spec("OIDC Core §2")
def test_an_id_token(browser: Browser, shop: Caller) -> None:
    nonce = "æ n-0S6_WzA2Mj 👩🏽‍🎨"
    scope = "openid profile email"
    code = browser.code("profile", "email", scope=scope, nonce=nonce)
    given = shop.exchange(code).json()
    headers = jwt.get_unverified_header(given["id_token"])
    assert headers["alg"] == "RS256"
    claims = verified(given["id_token"], "printshop")
    assert claims.keys() == {
        *("iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "sid"),
        *("nonce", "at_hash"),
    }
    assert claims["nonce"] == nonce
    half = sha256(given["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == urlsafe_b64encode(half).rstrip(b"=").decode()
    assert claims["sub"] == "5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60"
    assert isinstance(claims["auth_time"], int)


@pytest.mark.spec("OIDC Core §3.1.2.1")
def test_without_openid_there_is_no_id_token(browser: Browser, shop: Caller) -> None:
    given = shop.exchange(browser.code(scope=PICKER)).json()
    assert "id_token" not in given
    assert shop.userinfo(given["access_token"]).status_code == 403


@pytest.mark.rule("AS-30")
@pytest.mark.spec("RFC 9068 §3")
@pytest.mark.parametrize(
    ("scope", "audience"),
    [
        ("openid", [ISSUER]),
        (PICKER, [PHOTOS]),
        (f"openid {PICKER} {LIBRARY}", [PHOTOS, ISSUER]),
    ],
)
def test_the_audience_owns_what_was_granted(
    browser: Browser, shop: Caller, scope: str, audience: list[str]
) -> None:
    given = shop.exchange(browser.code(*scope.split(), scope=scope)).json()
    assert claims_of(given["access_token"])["aud"] == audience


@pytest.mark.rule("AS-30", "AS-27")
@pytest.mark.spec("RFC 8707 §2")
def test_resource_is_honoured_and_cannot_be_widened(
    browser: Browser, shop: Caller
) -> None:
    code = browser.code(resource=PHOTOS)
    refused = shop.exchange(code, resource="https://mallory.example")
    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_target"
    given = shop.exchange(code, resource=PHOTOS).json()
    assert claims_of(given["access_token"])["aud"] == [PHOTOS]
    again = shop.refresh(given["refresh_token"], resource="https://mallory.example")
    assert again.json()["error"] == "invalid_target"
    again = shop.refresh(given["refresh_token"], resource=PHOTOS)
    assert claims_of(again.json()["access_token"])["aud"] == [PHOTOS]


@pytest.mark.rule("AS-32", "AS-51")
def test_nothing_about_the_person_is_in_a_token(tokens: dict[str, str]) -> None:
    for name in ("access_token", "id_token"):
        said = json.dumps(claims_of(tokens[name]))
        assert "Alice" not in said
        assert "alice" not in said


# No kind of token opens what another kind opens.


@pytest.fixture
def impostors(tokens: dict[str, str]) -> dict[str, str]:
    """Tokens of other kinds, and forgeries of an access token."""
    genuine = claims_of(tokens["access_token"])
    access = keys.signer(keys.Purpose.ACCESS_TOKEN)
    headers = {"kid": access.kid, "typ": "at+jwt"}
    head, body, signature = tokens["access_token"].split(".")
    flipped = "A" if signature[9] != "A" else "B"
    return {
        "id token": tokens["id_token"],
        "refresh token": tokens["refresh_token"],
        "signed but never issued": access.sign(genuine | {"x": 1}, typ="at+jwt"),
        "signed with the other key": keys.signer(keys.Purpose.ID_TOKEN).sign(
            genuine, typ="at+jwt"
        ),
        "alg none": jwt.encode(genuine, "", "none", headers),
        "hs256": jwt.encode(genuine, "x" * 40, "HS256", headers),
        "tampered": f"{head}.{body}.{signature[:9]}{flipped}{signature[10:]}",
        "garbage": "ey.ey.ey",
        "empty parts": "..",
        "long": "x" * 4000,
    }


@pytest.mark.rule("AS-33", "X-03")
@pytest.mark.spec("RFC 8725 §3.12")
def test_only_an_access_token_opens_userinfo(
    shop: Caller, impostors: dict[str, str]
) -> None:
    for name, token in impostors.items():
        response = shop.userinfo(token)
        assert response.status_code == 401, name
        assert 'error="invalid_token"' in response["WWW-Authenticate"], name
        assert token not in response["WWW-Authenticate"], name


@pytest.mark.rule("AS-33")
@pytest.mark.spec("RFC 8725 §3.12")
def test_only_an_access_token_is_active(impostors: dict[str, str]) -> None:
    for name, token in impostors.items():
        response = photos_api().introspect(token)
        assert response.status_code == 200, name
        assert response.json() == {"active": False}, name


@pytest.mark.rule("AS-33")
@pytest.mark.spec("RFC 8725 §3.12")
def test_the_toolkit_itself_accepts_no_id_token(
    tokens: dict[str, str], impostors: dict[str, str]
) -> None:
    """What django-oauth-toolkit's decorators and DRF class would ask."""
    core = get_oauthlib_core()

    def opens(token: str) -> bool:
        headers = {"authorization": f"Bearer {token}"}
        request = RequestFactory().get("/", headers=headers)
        return bool(core.verify_request(request, scopes=["openid"])[0])

    assert opens(tokens["access_token"])
    for name, token in impostors.items():
        assert not opens(token), name
    AccessToken.objects.revoke()
    assert not opens(tokens["access_token"])
    assert not opens(tokens["id_token"])


@pytest.mark.rule("AS-33")
def test_only_a_refresh_token_refreshes(shop: Caller, tokens: dict[str, str]) -> None:
    for name in ("access_token", "id_token"):
        assert shop.refresh(tokens[name]).json()["error"] == "invalid_grant"
