"""For the desktop program: one small server that is everybody it talks to."""

import itertools
import json
import time
from time import sleep  # as it was before a test replaces it
from typing import Any

import jwt
from jwt.algorithms import RSAAlgorithm
from provider import OTHER_RSA_KEY, RSA_KEY, Reply, Request, Server

from printshop.desktop import id_token
from printshop.desktop.access import Access
from printshop.desktop.keeping import Keeper, Kept
from printshop.desktop.registration import CLIENT_ID, SCOPE

ALICE = "5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60"
RESOURCE = "/.well-known/oauth-protected-resource"


class Desk(Server):
    """Shop and authorization server at its root, the photo service below /photos.

    Refresh tokens are rotated, and one that comes twice ends them all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.photos = f"{self.url}/photos"
        self.numbers = itertools.count(1)
        self.good = "refresh-0"
        self.metadata: dict[str, Any] = {}  # what the server says otherwise of itself
        self.tokens: list[Reply] = []  # what the token endpoint says first
        self.lists: dict[str, list[Reply]] = {}  # path → what it says first

    def answer(self, request: Request) -> Reply:
        """What well-behaved servers say, unless the test has something else."""
        if waiting := self.lists.get(request.path):
            return waiting.pop(0)
        if request.path == "/token":
            return self.tokens.pop(0) if self.tokens else self.rotated(request)
        known = {
            "/.well-known/openid-configuration": self.document() | self.metadata,
            RESOURCE: self.resource(self.url),
            f"{RESOURCE}/photos": self.resource(self.photos),
            "/jwks": {"keys": [key_of("one", RSA_KEY)]},
            "/userinfo": {"sub": ALICE, "name": "Alice Ferrand"},
        }
        if request.path not in known:
            return Reply({"detail": "There is nothing here."}, 404)
        return Reply(known[request.path])

    def document(self) -> dict[str, Any]:
        """The authorization server's metadata."""
        names = ("authorization", "token", "device_authorization", "revocation")
        return {
            "issuer": self.url,
            **{f"{name}_endpoint": f"{self.url}/{name}" for name in names},
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def resource(self, address: str) -> dict[str, Any]:
        """A resource server's metadata."""
        return {"resource": address, "authorization_servers": [self.url]}

    def rotated(self, request: Request) -> Reply:
        """A pair of tokens for the latest refresh token, and none for an older one."""
        if request.form.get("refresh_token") != self.good:
            self.good = ""
            return Reply({"error": "invalid_grant"}, 400)
        self.good = f"refresh-{next(self.numbers)}"
        sleep(0.02)  # so that two runs at once would meet here
        return Reply(self.pair())

    def pair(self, **more: str) -> dict[str, Any]:
        """A token response."""
        return {
            "access_token": f"access-{next(self.numbers)}",
            "token_type": "Bearer",
            "expires_in": 300,
            "refresh_token": self.good,
            "scope": SCOPE,
            **more,
        }

    def id_token(self, access_token: str, **changes: Any) -> str:
        """A good one; None as a change leaves a claim out."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": ALICE,
            "iat": now,
            "exp": now + 300,
            "nonce": "asked",
            "at_hash": id_token.at_hash(access_token),
        } | changes
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(told, RSA_KEY, "RS256", headers={"kid": "one"})

    def kept(self) -> Kept:
        """What is kept of Alice's sign-in here."""
        return Kept(self.url, self.photos, self.url, ALICE, "Alice", SCOPE, self.good)

    def access(self) -> Access:
        """A new run of the program, Alice being signed in."""
        return Access(Keeper(self.url))


def key_of(kid: str, key: Any) -> dict[str, Any]:
    """A public key as a JWK."""
    told: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return told | {"kid": kid, "use": "sig"}


STRANGER = OTHER_RSA_KEY
