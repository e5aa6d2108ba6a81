"""Registering clients: what each type of client is, and secrets.

One way in for the command, the seed file and the administration.
"""

import re
import secrets
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from authserver import names, redirect_uris, scopes
from authserver.models import Client, ResourceServer
from authserver.models.clients import both_response_modes

Type, AuthMethod = Client.Type, Client.AuthMethod
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SECRET_METHODS = {AuthMethod.BASIC, AuthMethod.POST}
DEFAULT_SCOPE = "openid profile email"
CLIENT_ID = re.compile(r"[A-Za-z0-9._~-]{1,255}")
HASHER = "random_sha256"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a type of client can do (RFC 6749 §2.1, RFC 8252 §8.4)."""

    client_type: str
    grant_types: tuple[str, ...]
    auth_methods: tuple[str, ...]
    further_grant_types: tuple[str, ...] = ()  # only if its registration names them


_CODE = ("authorization_code", "refresh_token")
KINDS = {
    Type.WEB: Kind("confidential", _CODE, (AuthMethod.BASIC, AuthMethod.POST)),
    Type.BROWSER: Kind("public", _CODE, (AuthMethod.NONE,)),
    Type.NATIVE: Kind("public", _CODE, (AuthMethod.NONE,), (DEVICE_CODE,)),
    Type.DEVICE: Kind("public", (DEVICE_CODE, "refresh_token"), (AuthMethod.NONE,)),
}


def clean(client: Client) -> None:
    """Refuse what does not fit together; raises ValidationError.

    Only URIs are named as fields: a form that leaves others out can still say why.
    """
    errors: dict[str, list[str]] = redirect_uris.problems(client)
    if found := list(_problems(client)):
        errors[NON_FIELD_ERRORS] = found
    if errors:
        raise ValidationError(errors)


def _problems(client: Client) -> Iterator[str]:
    if not CLIENT_ID.fullmatch(client.client_id) or _is_uuid(client.client_id):
        yield "client_id: letters, digits and . _ ~ - only, and not a UUID."
    if problem := names.problem(client.name):
        yield f"name: {problem}"
    if unknown := client.scopes - set(scopes.catalogue()):
        yield f"scope: nobody owns {', '.join(sorted(unknown))}."
    if not client.required_scopes <= client.scopes:
        yield "required_scope: must be among the scopes."
    yield from _problems_of_kind(client)
    modes = client.response_modes
    if not modes or not set(modes) <= set(both_response_modes()):
        yield "response_modes: query, form_post or both."
    if client.is_public:
        yield from _problems_of_public(client)


def _problems_of_kind(client: Client) -> Iterator[str]:
    """What its type of client has no use for (RFC 7591 §2)."""
    methods = set(client.token_endpoint_auth_methods)
    suitable = {AuthMethod.NONE} if client.is_public else SECRET_METHODS
    if not methods or not methods <= suitable:
        yield "token_endpoint_auth_methods: do not suit this type of client."
    kind = KINDS[Type(client.application_type)]
    possible = {*kind.grant_types, *kind.further_grant_types}
    if not client.grant_types or not set(client.grant_types) <= possible:
        yield "grant_types: do not suit this type of client."


def _problems_of_public(client: Client) -> Iterator[str]:
    """Nothing proves who uses the name of a client that keeps no secret."""
    if not client.pkce_required:  # RFC 9700 §2.1.1
        yield "A client that keeps no secret must use PKCE."
    if not client.rotate_refresh_tokens:  # RFC 9700 §4.14.2
        yield "A client that keeps no secret must rotate refresh tokens."
    if client.skip_authorization:  # RFC 8252 §8.6
        yield "A client that keeps no secret cannot do without the consent page."


def _is_uuid(client_id: str) -> bool:
    """As every ``sub`` is: a client must never pass for a person (RFC 9700 §4.15.1)."""
    try:
        uuid.UUID(client_id)
    except ValueError:
        return False
    return True


def new_secret() -> str:
    """384 bits (RFC 6749 §10.10)."""
    return secrets.token_urlsafe(48)


def shape(
    client: Client, methods: Iterable[str] = (), grants: Iterable[str] = ()
) -> Client:
    """Fill in what follows from the client's type; the secret is not touched."""
    kind = KINDS[Type(client.application_type)]
    client.client_type = kind.client_type
    client.authorization_grant_type = Client.GRANT_AUTHORIZATION_CODE
    client.grant_types = list(grants) or list(kind.grant_types)
    client.token_endpoint_auth_methods = list(methods) or list(kind.auth_methods)
    client.scope = client.scope or DEFAULT_SCOPE
    return client


def set_secret(client: Client | ResourceServer, secret: str) -> None:
    """Store a secret as its hash, unless it is the one already stored."""
    if not client.client_secret or not check_password(secret, client.client_secret):
        client.client_secret = make_password(secret, hasher=HASHER)
