"""The cast of this suite: an issuer, apps that hold its tokens, and Alice's library."""

import io
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from photos_api import intake
from photos_api.models import Album, AlbumItem, Original, Person, Photo, PhotoMonth

ISSUER = "http://localhost:8001"
AUDIENCE = "http://localhost:8002"
ALICE = "5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60"
BOB = "b0b7a9d4-2f3c-4d7e-8a61-90c4d2e7f1b3"
PICKER = "photospicker.mediaitems.readonly"
LIBRARY = "photoslibrary.readonly.appcreateddata"
LIBRARY_ADD = "photoslibrary.appendonly"
LIBRARY_EDIT = "photoslibrary.edit.appcreateddata"
EVERYTHING = f"{PICKER} {LIBRARY} {LIBRARY_ADD} {LIBRARY_EDIT}"
METADATA = f'resource_metadata="{AUDIENCE}/.well-known/oauth-protected-resource"'
NOTHING = object()  # leaves a claim or a header parameter out


class Issuer:
    """Mints access tokens, good ones and bad ones."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.stranger = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwks(self) -> dict[str, Any]:
        """The public keys as the issuer publishes them."""
        return {
            "keys": [
                as_jwk(self.key, "es-1"),
                as_jwk(self.rsa, "rs-1"),
            ]
        }

    def claims(self, **changes: object) -> dict[str, Any]:
        """What a good token says, with changes."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "exp": now + 300,
            "aud": AUDIENCE,
            "sub": ALICE,
            "client_id": "printshop",
            "iat": now,
            "jti": "a-token",
            "scope": f"{PICKER} {LIBRARY}",
            "sid": "a-session",
        }
        claims.update(changes)
        return {k: v for k, v in claims.items() if v is not NOTHING}

    def token(
        self,
        *,
        key: Any = None,
        alg: str = "ES256",
        header: dict[str, object] | None = None,
        **changes: Any,
    ) -> str:
        """A signed token; whatever is changed makes it another one."""
        wanted: dict[str, object] = {"typ": "at+jwt", "kid": "es-1", **(header or {})}
        # PyJWT puts a typ of its own where none is given.
        given = {k: (None if v is NOTHING else v) for k, v in wanted.items()}
        if wanted["kid"] is NOTHING:
            del given["kid"]
        # Not jwt.encode: it would refuse to write some of what we want to send.
        claims = json.dumps(self.claims(**changes)).encode()
        return jwt.PyJWS().encode(claims, key or self.key, alg, headers=given)


def as_jwk(key: Any, kid: str) -> dict[str, Any]:
    """The public half of a key."""
    is_rsa = isinstance(key, rsa.RSAPrivateKey)
    algorithm = jwt.algorithms.RSAAlgorithm if is_rsa else jwt.algorithms.ECAlgorithm
    jwk = json.loads(algorithm.to_jwk(key.public_key()))
    alg = "RS256" if is_rsa else "ES256"
    return {**jwk, "kid": kid, "use": "sig", "alg": alg}


class App:
    """A client of the API that sends its token in the header."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def get(self, path: str, **query: Any) -> Any:
        """GET; absolute addresses of ours work too."""
        return self.client.get(path.removeprefix(AUDIENCE), query or None)

    def post(self, path: str, body: object = None) -> Any:
        """POST a JSON body, or none at all."""
        if body is None:
            return self.client.post(path, content_type="application/json", data=b"")
        return self.client.post(path, body, content_type="application/json")

    def patch(self, path: str, body: object) -> Any:
        """PATCH with a JSON body."""
        return self.client.patch(path, body, content_type="application/json")

    def delete(self, path: str) -> Any:
        """DELETE."""
        return self.client.delete(path)


class Library:
    """Fills a person's library with small pictures."""

    def __init__(self, owner: Person) -> None:
        self.owner = owner
        self.count = 0
        self.start = datetime(2026, 1, 1, tzinfo=UTC)

    def photo(self, *, by: str = "", content: bytes | None = None) -> Photo:
        """One photo, newer than the one before."""
        self.count += 1
        original = intake.keep(content or jpeg(seed=hash((self.owner.pk, self.count))))
        photo = Photo.objects.create(
            owner=self.owner,
            original=original,
            filename=f"photo-{self.count}.jpg",
            description=f"Photo {self.count}",
            creation_time=self.start + timedelta(hours=self.count),
            created_by_client=by,
        )
        PhotoMonth.objects.add_up(self.owner, [photo.creation_time], by=1)
        return photo

    def photos(self, count: int, *, by: str = "") -> list[Photo]:
        """Many photos at once; they share no bytes, and have none on disk."""
        first = self.photo(by=by)
        copies = []
        for number in range(1, count):
            original = Original(
                pk=f"{self.owner.pk:032x}{number:032x}",
                mime_type="image/jpeg",
                byte_size=1,
                width=4,
                height=3,
            )
            copies.append(original)
        Original.objects.bulk_create(copies)
        rest = Photo.objects.bulk_create(
            Photo(
                owner=self.owner,
                original=original,
                filename=f"copy-{number}.jpg",
                creation_time=self.start - timedelta(minutes=number),
                created_by_client=by,
            )
            for number, original in enumerate(copies)
        )
        times = [photo.creation_time for photo in rest]
        PhotoMonth.objects.add_up(self.owner, times, by=1)
        return [first, *rest]

    def album(self, title: str, photos: list[Photo], *, by: str = "printshop") -> Album:
        """An album of these photos, in this order."""
        album = Album.objects.create(
            owner=self.owner, title=title, created_by_client=by
        )
        AlbumItem.objects.bulk_create(
            AlbumItem(album=album, photo=photo, position=position)
            for position, photo in enumerate(photos)
        )
        return album


def jpeg(
    *,
    size: tuple[int, int] = (64, 48),
    seed: int = 0,
    orientation: int = 1,
    gps: bool = False,
    profile: bytes | None = None,
) -> bytes:
    """A small JPEG: red on the left, blue on the right, one corner as the seed says."""
    picture = Image.new("RGB", size, "#c02020")
    picture.paste((32, 32, 192), (size[0] // 2, 0, size[0], size[1]))
    picture.paste((seed % 251, seed % 241, seed % 239), (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x10F], exif[0x110], exif[0x112] = "Alma", "A7", orientation
    exif.get_ifd(0x8769).update(
        {0x829A: IFDRational(1, 125), 0x9003: "2026:01:02 03:04:05"}
    )
    if gps:
        exif.get_ifd(0x8825).update(
            {1: "N", 2: (46.0, 33.0, 29.16), 3: "E", 4: (8.0, 33.0, 41.04)}
        )
    file = io.BytesIO()
    picture.save(
        file, "JPEG", exif=exif, quality=92, comment=str(seed), icc_profile=profile
    )
    return file.getvalue()


def told(response: Any) -> dict[str, Any]:
    """The JSON of an answer of the API."""
    assert response["Content-Type"].startswith("application/json"), response.content
    message = json.loads(response.content)
    assert isinstance(message, dict)
    return message


def refused(response: Any, code: int, status: str) -> str:
    """Assert a refusal in Google's error shape; its sentence comes back."""
    error = told(response)["error"]
    assert (response.status_code, error["code"], error["status"]) == (
        code,
        code,
        status,
    )
    assert error["message"]
    return str(error["message"])
