"""What apps write between the photos of an album, and what its owner sees of it."""

from typing import Any

import pytest
from album_cast import add, enrich, order
from django.test import Client
from photo_cast import EVERYTHING, App, Issuer, Library, told

from photos_api.models import Album, Enrichment

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(issuer: Issuer, db: None) -> App:
    """The print shop with Alice's token for everything there is."""
    return App(issuer.token(scope=EVERYTHING))


@pytest.fixture
def album(library: Library) -> Album:
    """An album the print shop made, empty."""
    return library.album("Summer", [])


def place(name: str = "", **latlng: float) -> dict[str, Any]:
    return {"locationName": name} | ({"latlng": latlng} if latlng else {})


SAID: list[tuple[dict[str, Any], str]] = [
    ({"textEnrichment": {"text": "Day two\n& more"}}, "Day two<br>&amp; more"),
    ({"textEnrichment": {"text": "<script>x</script>"}}, "&lt;script&gt;x"),
    ({"locationEnrichment": {"location": place("Flüelen")}}, "Flüelen"),
    (
        {"locationEnrichment": {"location": {"latlng": {"latitude": 46.9}}}},
        "46.9000°, 0.0000°",
    ),
    (
        {
            "mapEnrichment": {
                "origin": place("Flüelen", latitude=46.9, longitude=8.6),
                "destination": place("Luzern"),
            }
        },
        "Flüelen → Luzern",
    ),
]


@pytest.mark.parametrize("said", SAID)
def test_the_owner_reads_what_an_app_wrote_where_it_wrote_it(
    alices: Client,
    shop: App,
    library: Library,
    album: Album,
    said: tuple[dict[str, Any], str],
) -> None:
    item, words = said
    first, second = library.photo(by="printshop"), library.photo(by="printshop")
    add(shop, album, first, second)
    after = {"position": "AFTER_MEDIA_ITEM", "relativeMediaItemId": first.pk}
    told(enrich(shop, album, item, **after))
    page = alices.get(f"/albums/{album.pk}/").content.decode()
    places = [page.index(sign) for sign in (first.pk, words, second.pk)]
    assert places == sorted(places)
    assert "2 photos" in page
    assert "<script>x" not in page


def test_the_owner_takes_out_what_an_app_wrote(
    alices: Client, bobs: Client, shop: App, library: Library, album: Album
) -> None:
    photo = library.photo(by="printshop")
    add(shop, album, photo)
    gone, stays = (told(enrich(shop, album))["enrichmentItem"]["id"] for _ in "ab")
    other = library.album("Winter", [], by="")
    strike = f"/albums/{album.pk}/strike/{gone}/"
    assert (
        f'formaction="{strike}"' in alices.get(f"/albums/{album.pk}/").content.decode()
    )
    assert bobs.post(strike).status_code == 404
    alices.post(f"/albums/{other.pk}/strike/{gone}/")
    assert alices.get(strike).status_code == 405
    assert Enrichment.objects.count() == 2
    assert alices.post(strike)["Location"] == f"/albums/{album.pk}/"
    assert order(album) == [photo.pk, stays]
    assert alices.post(strike).status_code == 302
    assert Enrichment.objects.count() == 1


def test_an_album_of_words_alone_is_not_empty(
    alices: Client, shop: App, album: Album
) -> None:
    enrich(shop, album, {"textEnrichment": {"text": "Soon there will be photos"}})
    page = alices.get(f"/albums/{album.pk}/").content.decode()
    assert "Soon there will be photos" in page
    assert "This album is empty" not in page
