"""Sending files to the API as its clients do, whole or in pieces."""

from pathlib import Path
from typing import Any

from photo_cast import App, told
from strangers import photo

from photos_api import uploads

PATH = "/library/v1/uploads"
STEP = uploads.GRANULARITY
LARGE = photo("BMP", (800, 300))  # 720,054 bytes: two pieces and a half
INVALID = "INVALID_ARGUMENT"


class Sending:
    """One resumable upload, as a client sees it."""

    def __init__(self, app: App, size: int | None = len(LARGE), name: str = "") -> None:
        self.app = app
        started = send(app, command="start", size=size, File_Name=name)
        assert (started.status_code, started.content) == (200, b"")
        assert started["X-Goog-Upload-Status"] == "active"
        assert started["X-Goog-Upload-Chunk-Granularity"] == str(STEP)
        address = started["X-Goog-Upload-URL"]
        assert address.startswith("http://localhost:8002/library/v1/uploads?upload_id=")
        self.path = address.removeprefix("http://localhost:8002")

    def send(self, command: str, offset: int | None = None, body: bytes = b"") -> Any:
        """One request."""
        return send(self.app, body, path=self.path, command=command, offset=offset)

    def received(self) -> int:
        """What `query` says."""
        asked = self.send("query")
        assert (asked.status_code, asked["X-Goog-Upload-Status"]) == (200, "active")
        return int(asked["X-Goog-Upload-Size-Received"])


def send(
    app: App,
    body: bytes = b"",
    *,
    path: str = PATH,
    command: str = "",
    offset: int | None = None,
    size: int | None = None,
    **more: str,
) -> Any:
    """POST bytes with the headers of the protocol."""
    headers = {
        "X-Goog-Upload-Protocol": "resumable" if command else "raw",
        "X-Goog-Upload-Command": command,
        "X-Goog-Upload-Offset": "" if offset is None else str(offset),
        "X-Goog-Upload-Raw-Size": "" if size is None else str(size),
        **{f"X-Goog-Upload-{k.replace('_', '-')}": v for k, v in more.items()},
    }
    given: Any = {name: value for name, value in headers.items() if value}
    octets = "application/octet-stream"
    return app.client.post(path, body, content_type=octets, headers=given)


def token(response: Any) -> str:
    """The upload token of an answer."""
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/plain"
    assert response["X-Goog-Upload-Status"] == "final"
    assert response.content
    return str(response.content.decode())


def created(app: App, upload_token: str) -> dict[str, Any]:
    """The media item made of an upload."""
    item = {"simpleMediaItem": {"uploadToken": upload_token}}
    answer = app.post("/library/v1/mediaItems:batchCreate", {"newMediaItems": [item]})
    (result,) = told(answer)["newMediaItemResults"]
    made = result["mediaItem"]
    assert isinstance(made, dict)
    return made


def stored(media: Path) -> list[Path]:
    """The files of uploads that are not finished."""
    return [path for path in (media / "uploads").rglob("*") if path.is_file()]
