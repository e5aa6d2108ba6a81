"""Registrations as a file: what an operator declares, applied again at will."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from authserver import keys, registration
from authserver.models import Client, ResourceScope, ResourceServer, User

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


class Unusable(Exception):
    """The file cannot be applied; the sentence says why."""


def apply(document: dict[str, Any]) -> Iterator[str]:
    """Apply a parsed file, a line per entry; raises Unusable, ValidationError."""
    document = dict(document)
    defaults = document.pop("demo", {}) if settings.DEMO else {}
    document.pop("demo", None)
    filled = _fill(document, defaults)
    for entry in filled.get("resource_servers", ()):
        yield _resource_server(dict(entry))
    for entry in filled.get("clients", ()):
        yield _client(dict(entry))
    for entry in filled.get("people", ()) if settings.DEMO else ():
        yield _person(dict(entry))
    keys.ensure()
    for purpose in keys.Purpose:
        yield f"signing key {keys.active(purpose).kid}"


def _fill(value: Any, defaults: dict[str, str]) -> Any:
    """Replace ${NAME} in every string."""
    match value:
        case str():
            return PLACEHOLDER.sub(lambda found: _variable(found[1], defaults), value)
        case list():
            return [_fill(item, defaults) for item in value]
        case dict():
            return {name: _fill(item, defaults) for name, item in value.items()}
    return value


def _variable(name: str, defaults: dict[str, str]) -> str:
    """From the environment, from NAME_FILE, or in demo mode from the [demo] table."""
    if path := os.environ.get(f"{name}_FILE"):
        value = Path(path).read_text().strip()
    else:
        value = os.environ.get(name) or defaults.get(name, "")
    if not value:
        raise Unusable(f"set {name}")
    if value.startswith("demo-") and not settings.DEMO:
        raise Unusable(f"{name} is a demonstration's secret; set one of your own")
    return value


def _resource_server(entry: dict[str, Any]) -> str:
    owned, secret = entry.pop("scopes", []), entry.pop("client_secret", "")
    found = ResourceServer.objects.filter(client_id=entry["client_id"]).first()
    server = found or ResourceServer()
    _assign(server, entry)
    if secret:
        registration.set_secret(server, secret)
    server.full_clean()
    server.save()
    for position, scope in enumerate(owned):
        told = dict(scope) | {"resource_server": server, "position": position}
        ResourceScope.objects.update_or_create(name=told.pop("name"), defaults=told)
    return f"resource server {server.client_id}: {server.identifier}"


def _client(entry: dict[str, Any]) -> str:
    secret, methods = entry.pop("client_secret", ""), entry.pop("auth_methods", [])
    grants = entry.pop("grant_types", [])
    found = Client.objects.filter(client_id=entry["client_id"]).first()
    client = found or Client(client_secret="")
    played = entry.pop("demo_redirect_uris", [])
    if settings.DEMO:
        entry["redirect_uris"] = entry.get("redirect_uris", []) + played
    for several in ("redirect_uris", "post_logout_redirect_uris", "allowed_origins"):
        entry[several] = " ".join(entry.get(several, []))
    if "first_party" in entry:
        entry["skip_authorization"] = entry.pop("first_party")
    _assign(client, entry)
    registration.shape(client, methods, grants)
    if secret:
        registration.set_secret(client, secret)
    client.full_clean()
    client.save()
    return f"client {client.client_id}"


def _person(entry: dict[str, Any]) -> str:
    """Made once; what a person changed since is theirs."""
    if not User.objects.filter(sub=entry["sub"]).exists():
        User.objects.create_user(**entry)
    return f"person {entry['username']}"


def _assign(row: Client | ResourceServer, entry: dict[str, Any]) -> None:
    known = {field.name for field in row._meta.fields}  # noqa: SLF001  # Django's own
    for name, value in entry.items():
        if name not in known:
            raise Unusable(f"{name} is not a thing one can register")
        setattr(row, name, value)
