"""Who is asking: RFC 6749 §2.3, at every endpoint that clients call.

A client authenticates by the methods it registered and no other, in one way at a time.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote_plus

from django.contrib.auth.hashers import check_password
from django.utils import timezone

from authserver.errors import InvalidClient, InvalidRequest
from authserver.models import Client, ResourceServer
from authserver.prepared import PARAMETER, One

AuthMethod = Client.AuthMethod
CLIENT = One(lambda: Client.objects.filter(client_id=PARAMETER))
RESOURCE_SERVER = One(lambda: ResourceServer.objects.filter(client_id=PARAMETER))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request presents, not yet believed."""

    client_id: str
    client_secret: str
    method: Client.AuthMethod

    @classmethod
    def parse(cls, authorization: str, client_id: str, client_secret: str) -> Self:
        """From the Authorization header and the two form parameters, "" if absent.

        Raises InvalidClient or InvalidRequest. A ``client_id`` beside a header must
        name the same client.
        """
        if not authorization:
            if not client_id:
                raise InvalidClient("Client authentication is missing.")
            method = AuthMethod.POST if client_secret else AuthMethod.NONE
            return cls(client_id, client_secret, method)
        if client_secret:  # RFC 6749 §2.3: not more than one method in each request
            raise InvalidRequest("More than one way of client authentication was used.")
        name, secret = _basic(authorization)
        # Who sends no secret says only who they are: RFC 6749 §2.3.1.
        found = cls(name, secret, AuthMethod.BASIC if secret else AuthMethod.NONE)
        if client_id and client_id != found.client_id:
            raise InvalidRequest("client_id differs from the authenticated client.")
        return found


def authenticate(credentials: Credentials, client: Client | None = None) -> Client:
    """The client that proved who it is; raises InvalidClient.

    ``client`` is the one of this ``client_id``, if it was read already.
    """
    client = client or CLIENT.get(credentials.client_id)
    if client is None or not client.is_usable(None):
        raise InvalidClient("Client authentication failed.")
    if credentials.method not in client.token_endpoint_auth_methods:
        raise InvalidClient("Client authentication failed.")
    if credentials.method != AuthMethod.NONE and not _knows(
        credentials.client_secret, client
    ):
        raise InvalidClient("Client authentication failed.")
    return client


def authenticate_resource_server(credentials: Credentials) -> ResourceServer | None:
    """The resource server that proved who it is, or None."""
    server = RESOURCE_SERVER.get(credentials.client_id)
    if server is None or not server.client_secret:
        return None
    if not check_password(credentials.client_secret, server.client_secret):
        return None
    return server


def _knows(client_secret: str, client: Client) -> bool:
    """The current secret, or for a while after its rotation the one before."""
    if not client_secret or not client.client_secret:  # an empty secret proves nothing
        return False
    if check_password(client_secret, client.client_secret):
        return True
    expires = client.previous_secret_expires
    if not client.previous_secret or expires is None or expires <= timezone.now():
        return False
    return check_password(client_secret, client.previous_secret)


def _basic(authorization: str) -> tuple[str, str]:
    """Both halves are form-encoded before Base64 (RFC 6749 §2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient("Only the Basic scheme is accepted here.")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidClient("The Authorization header is malformed.") from None
    client_id, colon, client_secret = decoded.partition(":")
    if not colon or "\0" in decoded:
        raise InvalidClient("The Authorization header is malformed.")
    pair = unquote_plus(client_id), unquote_plus(client_secret)
    if "\0" in "".join(pair):
        raise InvalidClient("The Authorization header is malformed.")
    return pair
