"""Several resource servers: a token says what it is for, and holds nothing else."""

from typing import Any
from urllib.parse import urlencode

import pytest

from authserver.models import Client, RefreshToken, ResourceScope, ResourceServer
from tests.authserver.parties import (
    ISSUER,
    PHOTOS,
    PICKER,
    Browser,
    Caller,
    answer,
    claims_of,
    photos_api,
    request_of_shop,
)

pytestmark = [pytest.mark.django_db, pytest.mark.spec("RFC 8707 §2.2")]
MAPS, READ_MAPS = "https://maps.example", "maps.readonly"
BOTH = f"openid {PICKER} {READ_MAPS}"


@pytest.fixture
def maps(registrations: None) -> Caller:
    """A second resource server, whose scope the print shop may ask for."""
    server = ResourceServer(name="Maps", identifier=MAPS, client_id="maps")
    server.client_secret = "plain"
    server.save()
    ResourceScope.objects.create(
        resource_server=server, name=READ_MAPS, sentence="See your maps"
    )
    Client.objects.filter(client_id="printshop").update(
        scope=f"{BOTH} profile offline_access"
    )
    return Caller("maps", "plain")


def said(token: str) -> tuple[list[str], set[str]]:
    claims = claims_of(token)
    return claims["aud"], set(claims["scope"].split())


def code(browser: Browser, **changes: str | None) -> str:
    return browser.code(PICKER, READ_MAPS, **{"scope": BOTH} | changes)


@pytest.mark.spec("RFC 9068 §3")
def test_a_token_for_both_is_for_both(
    maps: Caller, browser: Browser, shop: Caller
) -> None:
    given = shop.exchange(code(browser)).json()
    assert said(given["access_token"]) == ([PHOTOS, MAPS, ISSUER], set(BOTH.split()))


@pytest.mark.parametrize(
    ("resource", "kept"), [(PHOTOS, PICKER), (MAPS, READ_MAPS), ([MAPS, PHOTOS], "")]
)
def test_a_token_for_one_holds_no_scope_of_the_other(
    maps: Caller, browser: Browser, shop: Caller, resource: Any, kept: str
) -> None:
    given = shop.exchange(code(browser), resource=resource).json()
    whole = isinstance(resource, list)
    expected = set(BOTH.split()) if whole else {"openid", kept}
    audience, scope = said(given["access_token"])
    assert set(audience) == ({PHOTOS, MAPS} if whole else {resource})
    assert scope == expected
    assert set(given["scope"].split()) == expected


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_narrowing_lasts_for_one_token(
    maps: Caller, browser: Browser, shop: Caller
) -> None:
    given = shop.exchange(code(browser), resource=PHOTOS).json()
    for resource, scope in ((MAPS, READ_MAPS), (PHOTOS, PICKER), (MAPS, READ_MAPS)):
        given = shop.refresh(given["refresh_token"], resource=resource).json()
        assert said(given["access_token"]) == ([resource], {"openid", scope})
    given = shop.refresh(given["refresh_token"]).json()
    assert said(given["access_token"]) == ([PHOTOS, MAPS, ISSUER], set(BOTH.split()))
    assert RefreshToken.objects.latest("pk").scope == BOTH


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"resource": "https://mallory.example"}, "invalid_target"),
        ({"resource": [PHOTOS, "https://mallory.example"]}, "invalid_target"),
        ({"resource": "photos_api"}, "invalid_target"),
        ({"resource": PHOTOS, "scope": READ_MAPS}, "invalid_scope"),
        ({"scope": f"{BOTH} profile"}, "invalid_scope"),
    ],
)
def test_a_refresh_widens_nothing(
    maps: Caller, browser: Browser, shop: Caller, changes: dict[str, Any], error: str
) -> None:
    given = shop.exchange(code(browser)).json()
    refused = shop.refresh(given["refresh_token"], **changes)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert "no-store" in refused["Cache-Control"]
    assert shop.refresh(given["refresh_token"]).status_code == 200


def test_what_was_authorized_for_one_is_never_for_the_other(
    maps: Caller, browser: Browser, shop: Caller
) -> None:
    given = shop.exchange(
        browser.code(PICKER, scope=f"openid {PICKER}", resource=PHOTOS)
    ).json()
    assert said(given["access_token"])[0] == [PHOTOS]
    refused = shop.refresh(given["refresh_token"], resource=MAPS)
    assert refused.json()["error"] == "invalid_target"


def test_a_code_is_not_for_what_nobody_was_asked_about(
    maps: Caller, browser: Browser, shop: Caller
) -> None:
    given = browser.code("openid", scope="openid")
    refused = shop.exchange(given, resource=PHOTOS)
    assert refused.json()["error"] == "invalid_target"


@pytest.mark.spec("RFC 9068 §3")
@pytest.mark.parametrize("resource", [PHOTOS, MAPS])
def test_a_scope_of_a_server_that_is_not_named_is_refused(
    maps: Caller, browser: Browser, resource: str
) -> None:
    refused = answer(browser.authorize(scope=BOTH, resource=resource))
    assert refused["error"] == "invalid_scope"


@pytest.mark.spec("RFC 8707 §2")
def test_several_resources_are_named_one_by_one(
    maps: Caller, browser: Browser, shop: Caller
) -> None:
    asked = [*request_of_shop(scope=BOTH).items(), ("resource", MAPS)]
    query = urlencode([*asked, ("resource", PHOTOS)])
    page = browser.get(f"/oauth/authorize?{query}")["Location"]
    given = answer(browser.decide(page, "allow", PICKER, READ_MAPS))
    token = shop.exchange(given["code"]).json()["access_token"]
    assert said(token) == ([PHOTOS, MAPS], set(BOTH.split()))
    query = urlencode([*asked, ("resource", "https://mallory.example")])
    refused = answer(browser.get(f"/oauth/authorize?{query}"))
    assert refused["error"] == "invalid_target"


@pytest.mark.spec("RFC 9068 §3")
def test_a_partial_grant_is_for_fewer_servers(
    maps: Caller, browser: Browser, shop: Caller
) -> None:
    given = shop.exchange(browser.code(READ_MAPS, scope=BOTH)).json()
    assert said(given["access_token"]) == ([MAPS, ISSUER], {"openid", READ_MAPS})
    given = shop.refresh(given["refresh_token"], scope="openid").json()
    assert said(given["access_token"]) == ([ISSUER], {"openid"})


def test_what_was_granted_before_is_included_only_where_it_belongs(
    maps: Caller, browser: Browser, shop: Caller
) -> None:
    browser.allow(READ_MAPS, "profile", scope=f"openid profile {READ_MAPS}")
    more = {"scope": f"openid {PICKER}", "include_granted_scopes": "true"}
    given = shop.exchange(browser.code(PICKER, resource=PHOTOS, **more)).json()
    assert said(given["access_token"]) == ([PHOTOS], {"openid", "profile", PICKER})
    given = shop.exchange(browser.code(PICKER, **more)).json()
    expected = {"openid", "profile", PICKER, READ_MAPS}
    assert said(given["access_token"]) == ([PHOTOS, MAPS, ISSUER], expected)


@pytest.mark.rule("AS-30", "AS-52")
@pytest.mark.spec("RFC 8707 §2", "RFC 9068 §4")
@pytest.mark.parametrize(
    ("resource", "audience"),
    [
        ([], [PHOTOS, ISSUER]),
        ([PHOTOS], [PHOTOS]),
        ([PHOTOS, ISSUER], [PHOTOS, ISSUER]),
    ],
)
def test_userinfo_is_for_tokens_that_are_meant_for_it(
    browser: Browser, shop: Caller, resource: list[str], audience: list[str]
) -> None:
    asked = [*request_of_shop().items(), *(("resource", name) for name in resource)]
    page = browser.get(f"/oauth/authorize?{urlencode(asked)}")["Location"]
    given = shop.exchange(answer(browser.decide(page, "allow", PICKER))["code"]).json()
    assert said(given["access_token"]) == (audience, {"openid", PICKER})
    answered = shop.userinfo(given["access_token"])
    if ISSUER in audience:
        assert answered.status_code == 200
    else:
        assert answered.status_code == 401
        assert 'error="invalid_token"' in answered["WWW-Authenticate"]


@pytest.mark.rule("AS-30")
@pytest.mark.parametrize("resource", [PHOTOS, ISSUER])
def test_each_token_can_be_for_one_alone(
    browser: Browser, shop: Caller, resource: str
) -> None:
    given = shop.exchange(browser.code(PICKER), resource=resource).json()
    assert claims_of(given["access_token"])["aud"] == [resource]
    is_ours = resource == ISSUER
    assert (shop.userinfo(given["access_token"]).status_code == 200) == is_ours
    told = photos_api().introspect(given["access_token"]).json()
    assert told["active"] != is_ours
    whole = shop.refresh(given["refresh_token"]).json()
    assert claims_of(whole["access_token"])["aud"] == [PHOTOS, ISSUER]
