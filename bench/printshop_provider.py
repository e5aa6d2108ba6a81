"""A provider for the benchmark: ``python -m bench.printshop_provider PORT``.

It answers what a callback asks and checks nothing. A code is the nonce of its attempt
and the person's sub, with a tilde between them. /counts says what was asked how often.
"""

import base64
import hashlib
import json
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.printshop_server import CLIENT_ID

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")


class Provider(BaseHTTPRequestHandler):
    """One request; the answers are as small as they may be."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an ACK
    issuer = ""
    asked: Counter[str] = Counter()

    def do_GET(self) -> None:
        """Documents, and who somebody is."""
        path = urlsplit(self.path).path
        self.asked[path] += 1
        match path:
            case "/counts":
                self._answer(self.asked)
            case "/jwks":
                self._answer({"keys": [PUBLIC | {"kid": "1", "use": "sig"}]})
            case "/userinfo_endpoint":
                token = self.headers["Authorization"].partition(" ")[2]
                sub = token.partition("~")[2]
                self._answer({"sub": sub, "name": sub, "email": f"{sub}@shop.bench"})
            case _:
                self._answer(
                    {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"}
                    | {name: f"{self.issuer}/{name}" for name in ENDPOINTS}
                )

    def do_POST(self) -> None:
        """Tokens for a code."""
        length = int(self.headers["Content-Length"])
        [code] = parse_qs(self.rfile.read(length).decode())["code"]
        self.asked["/token"] += 1
        nonce, _, sub = code.partition("~")
        access_token = f"a~{sub}"
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": sub,
            "sid": nonce,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }
        id_token = jwt.encode(claims, KEY, "RS256", {"kid": "1"})
        lent = {"access_token": access_token, "token_type": "Bearer", "expires_in": 300}
        self._answer({**lent, "id_token": id_token})

    def _answer(self, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing."""


if __name__ == "__main__":
    Provider.issuer = f"http://127.0.0.1:{sys.argv[1]}"
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Provider).serve_forever()
