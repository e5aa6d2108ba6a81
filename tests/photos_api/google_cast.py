"""Google's Python client as tests use it, and what there is for it to find."""

from typing import Any

from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from photo_cast import jpeg
from photo_server import Server

APIS = {"photoslibrary": "library", "photospicker": "picker"}

# A thousand photos of the app, a minute apart, and some that are different.
FILL = """
from datetime import UTC, datetime, timedelta
from photos_api import libraries
from photos_api.models import Original, Person, Photo
alice = Person.objects.met(iss={iss!r}, sub={sub!r})
start = datetime(2025, 6, 1, 12, tzinfo=UTC)
def photos(count, start, name, client_id="reader", kind="image/jpeg", **marks):
    originals = Original.objects.bulk_create(
        Original(pk=f"{{name}}-{{n}}".ljust(64, "-"), mime_type=kind, byte_size=1,
                 width=4, height=3)
        for n in range(count)
    )
    return [photo.pk for photo in libraries.add(alice, [
        Photo(owner=alice, original=original, filename=f"{{name}}.jpg",
              creation_time=start + timedelta(minutes=n), has_capture_date=True,
              created_by_client=client_id, **marks)
        for n, original in enumerate(originals)
    ])]
told = {{
    "plain": photos(1000, start, "plain"),
    "pets": photos(2, datetime(2024, 12, 24, tzinfo=UTC), "pets",
                   content_category="PETS"),
    "film": photos(1, datetime(2024, 3, 1, tzinfo=UTC), "film", kind="video/mp4"),
    "liked": photos(1, datetime(2023, 7, 1, tzinfo=UTC), "liked", favorite=True),
    "stored": photos(1, datetime(2022, 5, 5, tzinfo=UTC), "stored", archived=True),
    "others": photos(1, start, "others", client_id="somebody else"),
}}
"""
PICK = """
from photos_api.models import PickingSession
session = PickingSession.objects.get(pk={session!r})
told = session.choose({photos!r})
"""


def service(server: Server, api: str, **claims: object) -> Any:
    """The client that Google's library makes of our description."""
    return build(
        api,
        "v1",
        credentials=Credentials(server.token(**claims)),  # type: ignore[no-untyped-call]
        discoveryServiceUrl=f"{server.url}/{APIS[api]}/$discovery/rest"
        "?version={apiVersion}",
        cache_discovery=False,
    )


def upload(server: Server, content: bytes) -> str:
    """Not in Google's document either: clients send the bytes themselves."""
    credentials = Credentials(server.token(client_id="writer"))  # type: ignore[no-untyped-call]
    with AuthorizedSession(credentials) as session:  # type: ignore[no-untyped-call]
        answer = session.post(
            f"{server.url}/library/v1/uploads",
            data=content,
            headers={
                "Content-Type": "application/octet-stream",
                "X-Goog-Upload-Protocol": "raw",
                "X-Goog-Upload-Content-Type": "image/jpeg",
                "X-Goog-Upload-File-Name": "sea.jpg",
            },
        )
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def created(server: Server, writer: Any, count: int, **more: object) -> list[Any]:
    """New photos of the writer's, with bytes."""
    items = [
        {
            "description": f"Sea {number}",
            "simpleMediaItem": {
                "uploadToken": upload(server, jpeg(seed=hash((id(more), number)))),
                "fileName": f"sea-{number}.jpg",
            },
        }
        for number in range(count)
    ]
    body = {"newMediaItems": items, **more}
    answer = writer.mediaItems().batchCreate(body=body).execute()
    results = answer["newMediaItemResults"]
    assert [one["status"] for one in results] == [{"message": "Success"}] * count
    return [one["mediaItem"] for one in results]


def day(year: int, month: int, day: int) -> dict[str, int]:
    return {"year": year, "month": month, "day": day}


# Filters, and what of Alice's they find.
SEARCHES: list[tuple[dict[str, Any], list[str]]] = [
    ({"dateFilter": {"dates": [day(2024, 12, 24)]}}, ["pets"]),
    ({"dateFilter": {"dates": [day(2024, 0, 0)]}}, ["pets", "film"]),
    ({"dateFilter": {"dates": [day(0, 7, 1), day(2024, 3, 0)]}}, ["film", "liked"]),
    (
        {
            "dateFilter": {
                "ranges": [{"startDate": day(2023, 7, 1), "endDate": day(2024, 3, 1)}]
            }
        },
        ["film", "liked"],
    ),
    ({"contentFilter": {"includedContentCategories": ["PETS"]}}, ["pets"]),
    (
        {
            "contentFilter": {"excludedContentCategories": ["PETS"]},
            "dateFilter": {"dates": [day(2024, 0, 0)]},
        },
        ["film"],
    ),
    ({"mediaTypeFilter": {"mediaTypes": ["VIDEO"]}}, ["film"]),
    ({"featureFilter": {"includedFeatures": ["FAVORITES"]}}, ["liked"]),
    (
        {
            "includeArchivedMedia": True,
            "excludeNonAppCreatedData": True,
            "dateFilter": {"dates": [day(2022, 5, 0)]},
        },
        ["stored"],
    ),
    ({"dateFilter": {"dates": [day(2022, 5, 0)]}}, []),
]
