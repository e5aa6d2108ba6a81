"""The library: what this program added to it, listed and fetched."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlencode

from printshop import wire
from printshop.desktop.access import Access
from printshop.desktop.discovery import unreachable
from printshop.desktop.failures import Failure, Unreachable
from printshop.desktop.refusals import demand_success
from printshop.desktop.registration import ADD, READ

ROOT = "/library/v1"
PAGE = 50  # photos in one answer
LARGEST = 50 * 1024 * 1024  # bytes: what the shop takes
SECONDS = 120  # for the bytes of one photo


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the library."""

    id: str
    name: str
    mime_type: str
    width: str  # pixels; the API says numbers of this size as text
    height: str
    taken: str
    base_url: str  # opens by itself for an hour: not shown

    @classmethod
    def parse(cls, item: object) -> Self:
        """Raises Unreachable for what is none."""
        match item:
            case {"id": str(id_), "baseUrl": str(base_url), **more}:
                about = more.get("mediaMetadata")
                about = about if isinstance(about, dict) else {}
                return cls(
                    id_,
                    str(more.get("filename", "")),
                    str(more.get("mimeType", "")),
                    str(about.get("width", "")),
                    str(about.get("height", "")),
                    str(about.get("creationTime", "")),
                    base_url,
                )
        raise Unreachable("The photo service answered with something else than photos.")

    def told(self) -> dict[str, str]:
        """For ``--json``."""
        return {
            "id": self.id,
            "name": self.name,
            "mime_type": self.mime_type,
            "width": self.width,
            "height": self.height,
            "taken": self.taken,
        }


def listed(access: Access, limit: int) -> Iterator[Photo]:
    """The newest so many."""
    access.demand(READ)
    query: dict[str, str] = {"pageSize": str(min(PAGE, limit))}
    while limit > 0:
        page = _get(access, f"/mediaItems?{urlencode(query)}")
        items = page.get("mediaItems", [])
        for item in (items if isinstance(items, list) else [])[:limit]:
            yield Photo.parse(item)
            limit -= 1
        match page.get("nextPageToken"):
            case str(token) if token and token != query.get("pageToken"):
                query["pageToken"] = token
            case _:
                return


def get(access: Access, photo_id: str) -> Photo:
    """One of them; raises Failure if there is none with that id."""
    access.demand(READ)
    return Photo.parse(_get(access, f"/mediaItems/{quote(photo_id, safe='')}"))


def original(access: Access, photo: Photo) -> bytes:
    """Its bytes, as they were added. The address is the key: no token goes along."""
    if not photo.base_url.startswith(f"{access.kept.photos}/"):
        raise Failure(f"{photo.name} lies on another server, which is not asked.")
    body = io.BytesIO()
    url = f"{photo.base_url}=d"
    try:
        answer = wire.download(
            url, headers={}, into=body, limit=LARGEST, seconds=SECONDS
        )
    except wire.Unreachable as error:
        raise unreachable(url, error) from error
    if answer.status != 200:  # noqa: PLR2004
        raise Failure(f"{photo.name} cannot be fetched: {answer.status}.")
    return body.getvalue()


def album(access: Access, title: str) -> str:
    """The id of our album of that title; it is made if there is none."""
    access.demand(ADD)
    if READ in access.kept.scope.split():
        for one in _albums(access):
            if one.get("title") == title:
                return str(one["id"])
    body = {"album": {"title": title}}
    answer = access.call("POST", access.kept.photos, f"{ROOT}/albums", json=body)
    return str(demand_success(answer)["id"])


def _albums(access: Access) -> Iterator[Mapping[str, object]]:
    query = {"pageSize": "50"}
    while True:
        page = _get(access, f"/albums?{urlencode(query)}")
        match page.get("albums"):
            case list(albums):
                yield from (one for one in albums if isinstance(one, dict))
        match page.get("nextPageToken"):
            case str(token) if token and token != query.get("pageToken"):
                query["pageToken"] = token
            case _:
                return


def _get(access: Access, path: str) -> dict[str, object]:
    return demand_success(access.call("GET", access.kept.photos, f"{ROOT}{path}"))
