"""photos_api as it is served, with a key of ours: what its parts of the benchmark ask.

Demo mode, since our issuer has no certificate; nothing that is measured depends on it.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from bench.contestants import django, run
from bench.processes import free_port, running

URL = "http://photos.bench"
SUB, CLIENT_ID = "alice", "printshop"
SCOPES = (
    "photospicker.mediaitems.readonly photoslibrary.readonly.appcreateddata "
    "photoslibrary.appendonly photoslibrary.edit.appcreateddata"
)


class Issuer:
    """Signs access tokens, and says with which key."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        public = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.key_set = {"keys": [{**public, "kid": "1", "use": "sig", "alg": "ES256"}]}
        self.url = ""

    def token(self, **changes: object) -> str:
        """Good for an hour, for everything."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": URL, "sub": SUB, "client_id": CLIENT_ID}
        times = {"iat": now, "exp": now + 3600, "jti": "bench", "scope": SCOPES}
        headers = {"typ": "at+jwt", "kid": "1"}
        return jwt.encode({**claims, **times, **changes}, self.key, "ES256", headers)


@contextmanager
def issuer() -> Iterator[Issuer]:
    """Answers whoever asks for its metadata and keys."""
    signs = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # its name in the library
            keys = self.path.endswith("/jwks")
            metadata = {"issuer": signs.url, "jwks_uri": f"{signs.url}/jwks"}
            body = json.dumps(signs.key_set if keys else metadata).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    signs.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield signs
    finally:
        server.shutdown()
        server.server_close()


def environment(
    database: str, folder: Path, issuer_url: str, **more: str
) -> dict[str, str]:
    """What an operator would set."""
    return {
        "DJANGO_SETTINGS_MODULE": "photos_api.settings",
        "PHOTOS_API_DEMO": "1",
        "PHOTOS_API_URL": URL,
        "PHOTOS_API_ISSUER": issuer_url,
        "PHOTOS_API_DATABASE_URL": database,
        "PHOTOS_API_MEDIA": str(folder),
        **more,
    }


def manage(variables: Mapping[str, str], *command: str) -> str:
    """A management command of photos_api; its output."""
    return run([django(0)[0], "manage.py", "photos_api", *command], variables)


@contextmanager
def served(variables: Mapping[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """One process of it: its port and its process id."""
    port = free_port()
    with running(django(port), variables, port, log) as process:
        yield port, process.pid
