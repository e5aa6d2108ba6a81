"""An integrator: a program that orders prints for Alice, with tokens of its own."""

import io
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import jwt
from django.test import Client
from PIL import Image
from provider import ALICE, RSA_KEY, Provider

NOTHING = object()  # as a change of a claim: leave it out
SCOPE = "printshop.orders"
AUDIENCE = "http://testserver"
RECIPIENT: dict[str, Any] = {
    "name": "Alice Ferrand",
    "email": "alice@example.com",
    "address": {
        "line1": "12 Rue des Lilas",
        "postalOrZipCode": "75020",
        "townOrCity": "Paris",
        "countryCode": "FR",
    },
}


def mint(
    provider: Provider,
    *,
    key: Any = RSA_KEY,
    alg: str = "RS256",
    header: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    """A good access token of the provider, unless something is changed."""
    head = {"typ": "at+jwt", "kid": "k1"} | (header or {})
    head = {name: value for name, value in head.items() if value is not NOTHING}
    return jwt.encode(claims(provider, **changes), key, algorithm=alg, headers=head)


def claims(provider: Provider, **changes: Any) -> dict[str, Any]:
    """What a good one says."""
    now = int(time.time())
    said = {
        "iss": provider.url,
        "sub": ALICE.sub,
        "aud": AUDIENCE,
        "client_id": "albums",
        "scope": SCOPE,
        "iat": now,
        "exp": now + 300,
        "jti": uuid.uuid4().hex,
    } | changes
    return {name: value for name, value in said.items() if value is not NOTHING}


@dataclass
class Integrator:
    """A client of the orders resource, with a token for one person."""

    provider: Provider
    changes: dict[str, Any] = field(default_factory=dict)

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One call, with the token."""
        token = mint(self.provider, **self.changes)
        headers = {"authorization": f"Bearer {token}"}
        send = getattr(Client(), method)
        return send(f"/v1/{path}", headers=headers, **options)

    def get(self, path: str, **query: str) -> Any:
        """Look."""
        return self.call("get", path, query_params=query)

    def post(self, path: str, body: object) -> Any:
        """Send JSON."""
        content = json.dumps(body)
        return self.call("post", path, data=content, content_type="application/json")

    def upload(self, photo: bytes, content_type: str = "image/jpeg") -> Any:
        """Send a photo."""
        return self.call(
            "post", "assets?fileName=sea.jpg", data=photo, content_type=content_type
        )

    def asset(self, size: tuple[int, int] = (1800, 1200)) -> str:
        """The id of a photo that was sent."""
        return str(self.upload(jpeg(size)).json()["asset"]["id"])

    def asked(self, **changes: Any) -> dict[str, Any]:
        """A good order of one print."""
        body = {
            "idempotencyKey": uuid.uuid4().hex,
            "merchantReference": "album-7",
            "shippingMethod": "Express",
            "recipient": RECIPIENT,
            "items": [self.item()],
            "metadata": {"page": "3"},
        } | changes
        return {name: value for name, value in body.items() if value is not NOTHING}

    def item(self, **changes: Any) -> dict[str, Any]:
        """A good item of such an order."""
        body = {
            "sku": "10x15",
            "copies": 2,
            "sizing": "fillPrintArea",
            "attributes": {"finish": "lustre"},
            "merchantReference": "sea",
        } | changes
        if "assets" not in body:
            body["assets"] = [{"id": self.asset(), "printArea": "default"}]
        return {name: value for name, value in body.items() if value is not NOTHING}

    def order(self, **changes: Any) -> dict[str, Any]:
        """An order that was placed."""
        answer = self.post("orders", self.asked(**changes))
        assert answer.status_code == 201, answer.content
        order: dict[str, Any] = answer.json()["order"]
        return order


def jpeg(size: tuple[int, int] = (1800, 1200), **options: Any) -> bytes:
    """A photo: sea below, sky above."""
    image = Image.new("RGB", size, (90, 140, 200))
    image.paste((20, 60, 110), (0, size[1] // 2, *size))
    written = io.BytesIO()
    image.save(written, "JPEG", **options)
    return written.getvalue()
