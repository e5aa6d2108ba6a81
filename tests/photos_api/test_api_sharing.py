"""Sharing albums: what the Library API has refused since 2025."""

from typing import Any

import pytest
from album_cast import ALBUMS, NOBODYS
from photo_cast import EVERYTHING, App, Issuer, refused

pytestmark = pytest.mark.django_db
SHARED = "/library/v1/sharedAlbums"


@pytest.mark.parametrize("scope", [EVERYTHING, "photoslibrary.sharing", "openid"])
@pytest.mark.parametrize(
    "call",
    [
        ("post", f"{ALBUMS}/{NOBODYS}:share", {}),
        ("post", f"{ALBUMS}/{NOBODYS}:share", {"sharedAlbumOptions": {"x": 1}}),
        ("post", f"{ALBUMS}/{NOBODYS}:unshare", {}),
        ("get", SHARED),
        ("get", f"{SHARED}?pageSize=-1"),
        ("get", f"{SHARED}/{NOBODYS}"),
        ("post", f"{SHARED}:join", {"shareToken": "x"}),
        ("post", f"{SHARED}:leave", {}),
    ],
)
def test_sharing_is_over_whatever_is_asked(
    issuer: Issuer, db: None, scope: str, call: tuple[Any, ...]
) -> None:
    method, *arguments = call
    response = getattr(App(issuer.token(scope=scope)), method)(*arguments)
    assert "no longer" in refused(response, 403, "PERMISSION_DENIED")
    # No challenge: there is no scope that would help.
    assert "WWW-Authenticate" not in response


def test_sharing_hears_only_bearers_of_good_tokens(db: None) -> None:
    response = App("nonsense").get(SHARED)
    refused(response, 401, "UNAUTHENTICATED")
    refused(
        App("").client.get(SHARED, headers={"authorization": ""}),
        401,
        "UNAUTHENTICATED",
    )
    assert App("nonsense").post(f"{ALBUMS}/x:share", {}).status_code == 401


def test_sharing_knows_no_other_verbs(shop: App) -> None:
    refused(shop.delete(SHARED), 405, "UNIMPLEMENTED")
