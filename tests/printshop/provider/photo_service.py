"""A photo service, as far as the shop uses one."""

import io
import secrets
from dataclasses import dataclass
from typing import Any

from PIL import Image

from provider.authorization import Provider
from provider.server import Reply, Request, Server, bearer

PICK = "photospicker.mediaitems.readonly"


@dataclass
class Photo:
    """A photo in the service."""

    id: str
    content: bytes
    width: int
    height: int
    filename: str = "photo.jpg"
    kind: str = "PHOTO"


class PhotoService(Server):
    """The Picker API, and the bytes."""

    def __init__(self, provider: Provider, port: int = 0) -> None:
        self.provider = provider
        self.picks: list[Photo] = []
        self.done: set[str] = set()
        self.sessions: dict[str, str] = {}  # id → sub
        self.page_size = 100
        self.required_scope = PICK
        super().__init__(port)

    def answer(self, request: Request) -> Reply:  # noqa: C901, PLR0911 - a table
        """Check the token, then route."""
        if request.path.startswith("/pick/"):
            self.done.add(request.path.split("/")[2])
            return Reply("<title>Picked</title>Done.", content_type="text/html")
        grant = self.provider.accepts(bearer(request))
        if grant is None:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            return Reply(
                {"error": {"status": "UNAUTHENTICATED"}}, 401, headers=challenge
            )
        if self.required_scope not in grant.scope.split():
            challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
            return Reply({"error": {}}, 403, headers=challenge)
        match request.path.strip("/").split("/"):
            case ["picker", "v1", "sessions"]:
                session_id = secrets.token_hex(8)
                self.sessions[session_id] = grant.person.sub
                return Reply(self.session(session_id))
            case ["picker", "v1", "sessions", session_id]:
                if self.sessions.get(session_id) != grant.person.sub:
                    return Reply({"error": {"status": "NOT_FOUND"}}, 404)
                if request.method == "DELETE":
                    return Reply({})
                return Reply(self.session(session_id))
            case ["picker", "v1", "mediaItems"]:
                return Reply(self.media_items(request))
            case ["media", photo_id]:
                found = [p for p in self.picks if f"{p.id}=d" == photo_id]
                return Reply(found[0].content, content_type="image/jpeg")
        return Reply({"error": {"status": "NOT_FOUND"}}, 404)

    def session(self, session_id: str) -> dict[str, Any]:
        """A PickingSession."""
        return {
            "id": session_id,
            "pickerUri": f"{self.url}/pick/{session_id}",
            "pollingConfig": {"pollInterval": "1s", "timeoutIn": "1800s"},
            "mediaItemsSet": session_id in self.done,
        }

    def media_items(self, request: Request) -> dict[str, Any]:
        """One page of what was picked."""
        start = int(request.query.get("pageToken", 0))
        size = min(int(request.query["pageSize"]), self.page_size)
        page: dict[str, Any] = {}
        if items := [self.item(p) for p in self.picks[start : start + size]]:
            page["mediaItems"] = items
        if start + size < len(self.picks):
            page["nextPageToken"] = str(start + size)
        return page

    def item(self, photo: Photo) -> dict[str, Any]:
        """A PickedMediaItem."""
        return {
            "id": photo.id,
            "type": photo.kind,
            "mediaFile": {
                "baseUrl": f"{self.url}/media/{photo.id}",
                "mimeType": "image/jpeg",
                "filename": photo.filename,
                "mediaFileMetadata": {"width": photo.width, "height": photo.height},
            },
        }


def photo(
    name: str, size: tuple[int, int] = (1200, 900), orientation: int = 1
) -> Photo:
    """A drawn photo: red above, blue below, as it is held; sideways if told so."""
    image = Image.new("RGB", size, (200, 40, 40))
    image.paste((40, 60, 200), (0, size[1] // 2, size[0], size[1]))
    exif = Image.Exif()
    if orientation == 6:  # the camera was turned: stored lying, held upright
        image = image.rotate(90, expand=True)
        exif[0x0112] = 6
    written = io.BytesIO()
    image.save(written, "JPEG", quality=90, exif=exif)
    return Photo(name, written.getvalue(), *size, filename=f"{name}.jpg")
