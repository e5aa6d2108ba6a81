"""What apps do with uploads, for the tests of the Library API."""

from typing import Any

from django.utils import timezone
from photo_cast import App, jpeg, told

from photos_api.models import Original, Person, Upload

ROOT = "/library/v1"
CREATE, UPLOADS = f"{ROOT}/mediaItems:batchCreate", f"{ROOT}/uploads"
SUCCESS = {"message": "Success"}


def upload(app: App, content: bytes | None = None, name: str = "") -> str:
    """The upload token of a picture."""
    headers = {"x-goog-upload-protocol": "raw", "x-goog-upload-file-name": name}
    response = app.client.post(
        UPLOADS,
        content or jpeg(seed=Upload.objects.count() + 1),
        content_type="application/octet-stream",
        headers={k: v for k, v in headers.items() if v},
    )
    assert response.status_code == 200, response.content
    return str(response.content.decode())


def item(token: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    """One of newMediaItems."""
    simple = {"uploadToken": token} | ({} if name is None else {"fileName": name})
    return {"simpleMediaItem": simple, **more}


def create(app: App, *items: Any, **more: Any) -> list[dict[str, Any]]:
    """The results of a call that is answered."""
    response = app.post(CREATE, {"newMediaItems": list(items), **more})
    assert response.status_code == 200, response.content
    results = told(response)["newMediaItemResults"]
    assert isinstance(results, list)
    return results


def ids(results: list[dict[str, Any]]) -> list[str]:
    """The ids of what was created."""
    return [result["mediaItem"]["id"] for result in results]


def album_of(app: App, title: str = "Summer") -> str:
    """The id of a new album."""
    return str(told(app.post(f"{ROOT}/albums", {"album": {"title": title}}))["id"])


def uploaded(owner: Person, count: int) -> list[str]:
    """Tokens of uploads whose bytes nobody looks at."""
    originals = Original.objects.bulk_create(
        Original(pk=f"{n:064x}", mime_type="image/jpeg", byte_size=1, width=4, height=3)
        for n in range(count)
    )
    made = Upload.objects.bulk_create(
        Upload(
            owner=owner,
            client_id="printshop",
            original=original,
            finalized_at=timezone.now(),
        )
        for original in originals
    )
    return [upload.pk for upload in made]
