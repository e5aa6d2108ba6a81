"""What tests of mediaItems.search share: photos of any time, dates, and whole lists."""

from datetime import datetime
from typing import Any

from photo_cast import App, told

from photos_api.models import Original, Person, Photo

SEARCH = "/library/v1/mediaItems:search"
TIME = "MediaMetadata.creation_time"


def taken(owner: Person, time: str | datetime, **known: Any) -> Photo:
    """A photo of that time, without a picture."""
    number = Original.objects.count()
    mime_type = known.pop("mime_type", "image/jpeg")
    original = Original.objects.create(
        pk=f"{number:064x}", mime_type=mime_type, byte_size=1, width=4, height=3
    )
    moment = datetime.fromisoformat(time) if isinstance(time, str) else time
    return Photo.objects.create(
        **{
            "owner": owner,
            "original": original,
            "filename": f"{number}.jpg",
            "creation_time": moment,
            "created_by_client": "printshop",
            **known,
        }
    )


def day(year: int = 0, month: int = 0, day: int = 0) -> dict[str, int]:
    """A date as clients write it; 0 for what makes no difference."""
    return {"year": year, "month": month, "day": day}


def between(start: dict[str, int], end: dict[str, int]) -> dict[str, Any]:
    """A range of them."""
    return {"startDate": start, "endDate": end}


def found(app: App, filters: object, order: str = "", size: int = 100) -> list[str]:
    """The ids that a search finds, page by page."""
    ids: list[str] = []
    token: str | None = ""
    while token is not None:
        body = {"filters": filters, "pageSize": size, "pageToken": token}
        page = told(app.post(SEARCH, {**body, "orderBy": order}))
        ids += [item["id"] for item in page.get("mediaItems", [])]
        token = page.get("nextPageToken")
    return ids
