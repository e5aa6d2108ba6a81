"""A photo service that costs next to nothing: what the shop's copying is held against.

``python -m bench.printshop_photos PORT PHOTO COUNT``: everybody has picked the same
photo so many times, and each of them is sent by the kernel.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from PIL import Image

PAGE = 100


def make_handler(photo: Path, count: int, url: str) -> type[BaseHTTPRequestHandler]:
    """Lists of picks, and their bytes."""
    with Image.open(photo) as image:
        width, height = image.size
    size = photo.stat().st_size

    def item(number: int) -> dict[str, object]:
        metadata = {"width": width, "height": height}
        file = {
            "baseUrl": f"{url}/media/{number}",
            "mimeType": "image/jpeg",
            "filename": f"{number}.jpg",
            "mediaFileMetadata": metadata,
        }
        return {"id": str(number), "type": "PHOTO", "mediaFile": file}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:  # its name in the library
            if self.path.startswith("/media/"):
                self.head(size)
                with photo.open("rb") as file:
                    self.connection.sendfile(file)
                return
            query = parse_qs(urlsplit(self.path).query)
            start = int(query.get("pageToken", ["0"])[0])
            end = min(start + PAGE, count)
            page: dict[str, object] = {
                "mediaItems": [item(number) for number in range(start, end)]
            }
            if end < count:
                page["nextPageToken"] = str(end)
            body = json.dumps(page).encode()
            self.head(len(body))
            self.wfile.write(body)

        def do_DELETE(self) -> None:  # its name in the library
            self.head(2)
            self.wfile.write(b"{}")

        def head(self, length: int) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(length))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


if __name__ == "__main__":
    port, photo, count = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    handler = make_handler(photo, count, f"http://127.0.0.1:{port}")
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
