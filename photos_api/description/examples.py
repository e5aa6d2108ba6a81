"""What a call and its answer can look like: made of the schemas, with nice values."""

import json
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from photos_api.description.endpoints import Endpoint
from photos_api.description.kinds import Kind, properties
from photos_api.description.schemas import Property, name_of, schemas
from photos_api.names import camel_case

ID = "TPmUdmCH7WiPlcbnp39X"
OTHER_ID = "b7Vq2cYw0sKjRfLx5nQe"
URL = settings.URL
VALUES: dict[str, Any] = {
    "title": "Summer at the sea",
    "description": "The first evening",
    "productUrl": f"{URL}/photos/{ID}/",
    "Album.productUrl": f"{URL}/albums/{OTHER_ID}/",
    "baseUrl": f"{URL}/bytes/…",
    "coverPhotoBaseUrl": f"{URL}/bytes/…",
    "coverPhotoMediaItemId": ID,
    "mimeType": "image/jpeg",
    "filename": "sea.jpg",
    "fileName": "sea.jpg",
    "albumId": OTHER_ID,
    "Album.id": OTHER_ID,
    "isWriteable": True,
    "mediaItemsCount": "42",
    "creationTime": "2026-07-14T19:32:08Z",
    "createTime": "2026-07-14T19:32:08Z",
    "expireTime": "2026-07-21T20:00:00Z",
    "width": 4000,
    "MediaMetadata.width": "4000",
    "height": 3000,
    "MediaMetadata.height": "3000",
    "cameraMake": "Alma",
    "cameraModel": "A7",
    "focalLength": 35,
    "apertureFNumber": 2.8,
    "isoEquivalent": 200,
    "exposureTime": "0.008s",
    "thumbhash": "3OcRJYB4d3h/iIeHeEh3eIhw+j3A",
    "dominantColor": "#5b7f9e",
    "message": "Success",
    "uploadToken": "Q0pfm8m3…",
    "position": "LAST_IN_ALBUM",
    "text": "The first day",
    "orderBy": "MediaMetadata.creation_time",
    "year": 2026,
    "month": 7,
    "day": 14,
    "includeArchivedMedia": False,
    "pageSize": 50,
    "nextPageToken": "eyJxdWVyeSI6…",
    "pickerUri": f"{URL}/pick/{ID}",
    "pollInterval": "5s",
    "timeoutIn": "1800s",
    "mediaItemsSet": False,
    "maxItemCount": "100",
    "type": "PHOTO",
    "updateMask": "title",
    "MediaItem.updateMask": "description",
    "requestId": "0b5b4a6e-3c0e-4b5a-9d59-1d1f4f9b0c11",
}
# Fields that exclude one another, or of which a part tells enough.
SHOWN = {
    "AlbumPosition": {"position"},
    "BatchCreateMediaItemsRequest": {"newMediaItems", "albumId"},
    "DateFilter": {"ranges"},
    "Filters": {"dateFilter", "includeArchivedMedia"},
    "MediaItemResult": {"mediaItem"},
    "NewEnrichmentItem": {"textEnrichment"},
    "SearchMediaItemsRequest": {"filters", "orderBy", "pageSize"},
    "Status": {"message"},
}
COMING_IN = {"Album": {"title"}, "MediaItem": {"description"}}
RARE = {"video", "videoMetadata", "shareInfo", "contributorInfo"}
PARAMETERS = {"pageSize", "sessionId", "mediaItemIds", "updateMask"}


def request(endpoint: Endpoint) -> str:
    """A call with curl."""
    method, path = endpoint.method, endpoint.path
    for name in endpoint.in_path:
        path = path.replace(f"{{{name}}}", str(VALUES.get(name, ID)))
    lines = [f"curl{_verb(endpoint)} '{URL}/{path}{_query(endpoint)}'"]
    lines.append('-H "Authorization: Bearer $TOKEN"')
    if method.id == "uploads":
        lines += [
            "-H 'Content-Type: application/octet-stream'",
            "-H 'X-Goog-Upload-Protocol: raw'",
            "-H 'X-Goog-Upload-File-Name: sea.jpg'",
            "--data-binary @sea.jpg",
        ]
    if method.id == "bytes":
        lines = [f"curl -o sea.jpg '{URL}/bytes/…=w2048-h1024'"]
    content = body(endpoint)
    if content is not None:
        told = json.dumps(content, indent=2, ensure_ascii=False)
        lines += ["-H 'Content-Type: application/json'", f"-d '{told}'"]
    return " \\\n  ".join(lines)


def body(endpoint: Endpoint) -> dict[str, Any] | None:
    """What is sent; None where nothing is."""
    if endpoint.method.body is None:
        return None
    return of(endpoint.surface, name_of(endpoint.method.body), comes_in=True)


def reply(endpoint: Endpoint) -> str:
    """What comes back."""
    if endpoint.method.reply is None:
        return {"uploads": "Q0pfm8m3…", "bytes": "(the picture)"}[endpoint.method.id]
    told = of(endpoint.surface, name_of(endpoint.method.reply))
    return json.dumps(told, indent=2, ensure_ascii=False)


@cache
def of(surface: str, name: str, *, comes_in: bool = False) -> dict[str, Any]:
    """A message with most of its fields."""
    schema = schemas(surface)[name]
    shown = (COMING_IN if comes_in else {}).get(name) or SHOWN.get(name)
    return {
        one.name: _value(surface, name, one.name, one.kind, comes_in=comes_in)
        for one in schema.properties.values()
        if _is_shown(one, shown, comes_in=comes_in)
    }


def _is_shown(one: Property, shown: set[str] | None, *, comes_in: bool) -> bool:
    if one.read_only and comes_in:
        return False
    return one.name in shown if shown else one.name not in RARE


FALLBACK: dict[str, Any] = {"boolean": True, "integer": 1, "number": 1.5, "object": {}}


def _value(surface: str, message: str, name: str, kind: Kind, *, comes_in: bool) -> Any:
    if kind.items is not None:
        return [_value(surface, message, name, kind.items, comes_in=comes_in)]
    if kind.message is not None:
        return of(surface, name_of(kind.message), comes_in=comes_in)
    if f"{message}.{name}" in VALUES:
        return VALUES[f"{message}.{name}"]
    some = kind.values[-1] if kind.values else FALLBACK.get(kind.type, ID)
    return VALUES.get(name, some)


def _verb(endpoint: Endpoint) -> str:
    """What curl would guess by itself is left out."""
    sends = endpoint.method.body is not None or endpoint.method.id == "uploads"
    guessed = "POST" if sends else "GET"
    return "" if endpoint.verb == guessed else f" -X {endpoint.verb}"


def _query(endpoint: Endpoint) -> str:
    told = {}
    whole = name_of(endpoint.method.body) if endpoint.method.body else ""
    for snake in properties(endpoint.method.query):
        name = camel_case(snake)
        if name in PARAMETERS:
            told[name] = VALUES.get(f"{whole}.{name}") or VALUES.get(name, ID)
    return f"?{urlencode(told, quote_via=quote)}" if told else ""
