"""Registering clients: what each type of client is, and secrets.

One way in for the command, the seed file and the administration.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password

from authserver.models import Client, ResourceServer

Type, AuthMethod = Client.Type, Client.AuthMethod
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
DEFAULT_SCOPE = "openid profile email"
HASHER = "random_sha256"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a type of client can do (RFC 6749 §2.1, RFC 8252 §8.4)."""

    client_type: str
    grant_types: tuple[str, ...]
    auth_methods: tuple[str, ...]


_CODE = ("authorization_code", "refresh_token")
KINDS = {
    Type.WEB: Kind("confidential", _CODE, (AuthMethod.BASIC, AuthMethod.POST)),
    Type.BROWSER: Kind("public", _CODE, (AuthMethod.NONE,)),
    Type.NATIVE: Kind("public", _CODE, (AuthMethod.NONE,)),
    Type.DEVICE: Kind("public", (DEVICE_CODE, "refresh_token"), (AuthMethod.NONE,)),
}


def new_secret() -> str:
    """384 bits (RFC 6749 §10.10)."""
    return secrets.token_urlsafe(48)


def shape(client: Client, methods: Iterable[str] = ()) -> Client:
    """Fill in what follows from the client's type; the secret is not touched."""
    kind = KINDS[Type(client.application_type)]
    client.client_type = kind.client_type
    client.authorization_grant_type = Client.GRANT_AUTHORIZATION_CODE
    client.grant_types = list(kind.grant_types)
    client.token_endpoint_auth_methods = list(methods) or list(kind.auth_methods)
    client.scope = client.scope or DEFAULT_SCOPE
    return client


def set_secret(client: Client | ResourceServer, secret: str) -> None:
    """Store a secret as its hash, unless it is the one already stored."""
    if not client.client_secret or not check_password(secret, client.client_secret):
        client.client_secret = make_password(secret, hasher=HASHER)
