"""What apps do with albums, for the tests of the Library API."""

from typing import Any

from photo_cast import App, told

from photos_api.models import Album, Photo

ALBUMS, SEARCH = "/library/v1/albums", "/library/v1/mediaItems:search"
NOBODYS = "A" * 32  # no album and no photo has this id
TEXT = {"textEnrichment": {"text": "Day two"}}


def add(app: App, album: Album, *photos: Photo) -> Any:
    ids = [photo.pk for photo in photos]
    return app.post(f"{ALBUMS}/{album.pk}:batchAddMediaItems", {"mediaItemIds": ids})


def remove(app: App, album: Album, *ids: str) -> Any:
    return app.post(
        f"{ALBUMS}/{album.pk}:batchRemoveMediaItems", {"mediaItemIds": list(ids)}
    )


def enrich(app: App, album: Album, item: Any = TEXT, **position: str) -> Any:
    position = position or {"position": "LAST_IN_ALBUM"}
    body = {"newEnrichmentItem": item, "albumPosition": position}
    return app.post(f"{ALBUMS}/{album.pk}:addEnrichment", body)


def seen(app: App, album: Album) -> list[str]:
    """The ids of its media items as the app reads them."""
    page = told(app.post(SEARCH, {"albumId": album.pk, "pageSize": 100}))
    return [item["id"] for item in page.get("mediaItems", [])]


def order(album: Album) -> list[str]:
    """The ids of all that is in it."""
    items = album.items.order_by("position")
    return [item.photo_id or item.enrichment_id or "" for item in items]


def strange(response: Any) -> list[str]:
    """The ids that a refusal names."""
    (detail,) = told(response)["error"]["details"]
    return [v["description"].split()[0] for v in detail["fieldViolations"]]
