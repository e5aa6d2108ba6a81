"""Google's own description of an API, for its clients: a discovery document.

Its format is that of `discovery#restDescription`: JSON Schema as it was in draft 3, and
methods in a tree of resources. There is no batchPath, since there are no batch calls.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from photos_api.access_tokens import PREFIX
from photos_api.calls import STANDARD_PARAMETERS, Standard
from photos_api.description import sending
from photos_api.description.endpoints import Endpoint, endpoints
from photos_api.description.kinds import Kind, properties
from photos_api.description.schemas import Schema, about, meaning, name_of, schemas
from photos_api.description.words import UNSAID, of_value
from photos_api.names import camel_case
from photos_api.permissions import LIBRARY_SHARE, SCOPES

REVISION = "20250331"  # the day from which these rules hold
SHARING = "Shared albums; no longer granted to anybody"


@dataclass(frozen=True, slots=True)
class Surface:
    """What Google calls one of our two APIs."""

    name: str
    canonical: str
    title: str
    description: str


SURFACES = {
    "library": Surface(
        "photoslibrary",
        "Photos Library",
        "Photos Library API",
        "Add photos, videos and albums to a person's library, and manage those.",
    ),
    "picker": Surface(
        "photospicker",
        "Photos Picker",
        "Photos Picker API",
        "Have a person pick photos and videos, and read what they picked.",
    ),
}
VERSION = "v1"


@require_safe
def rest(request: HttpRequest, surface: str) -> HttpResponse:
    """`GET …/$discovery/rest?version=v1`; it needs no credentials."""
    if request.GET.get("version", VERSION) != VERSION:
        raise Http404
    return sending.send(request, DOCUMENTS[surface])


@require_safe
def by_name(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The same where Google's first discovery service has it, by the API's name."""
    found = {names.name: surface for surface, names in SURFACES.items()}
    if name not in found or version != VERSION:
        raise Http404
    return sending.send(request, DOCUMENTS[found[name]])


def document(surface: str) -> dict[str, Any]:
    """The whole of it."""
    names = SURFACES[surface]
    root = f"{settings.URL}/{surface}/"
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": f"{names.name}:{VERSION}",
        "name": names.name,
        "version": VERSION,
        "version_module": True,
        "revision": REVISION,
        "title": names.title,
        "canonicalName": names.canonical,
        "description": names.description,
        "documentationLink": f"{settings.URL}/reference/",
        "protocol": "rest",
        "rootUrl": root,
        "servicePath": "",
        "baseUrl": root,
        "basePath": "",
        "parameters": {
            name: _standard(name, standard)
            for name, standard in sorted(STANDARD_PARAMETERS.items())
            if name not in UNSAID
        },
        "auth": {"oauth2": {"scopes": _scopes(surface)}},
        "schemas": {name: _schema(one) for name, one in schemas(surface).items()},
        "resources": _resources(surface),
    }


def described(surface: str) -> list[Endpoint]:
    """What is a method of a resource; uploads are no such, at Google neither."""
    return [one for one in endpoints(surface) if "." in one.method.id]


def _standard(name: str, standard: Standard) -> dict[str, Any]:
    told: dict[str, Any] = {"description": standard.description, "location": "query"}
    if set(standard.values) >= {"true", "false"}:
        return told | {"type": "boolean", "default": "true"}
    if standard.values:
        told["enum"] = [*standard.values]
        told["enumDescriptions"] = [standard.description for _ in standard.values]
    if name == "alt":
        told["default"] = "json"
    return told | {"type": "string"}


def _scopes(surface: str) -> dict[str, Any]:
    named = sorted({name for one in described(surface) for name in one.method.scopes})
    told = {**SCOPES, LIBRARY_SHARE: SHARING}
    return {f"{PREFIX}{name}": {"description": told[name]} for name in named}


def _resources(surface: str) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for endpoint in described(surface):
        resource, _, name = endpoint.method.id.partition(".")
        methods = resources.setdefault(resource, {"methods": {}})["methods"]
        methods[name] = _method(surface, endpoint)
    return resources


def _method(surface: str, endpoint: Endpoint) -> dict[str, Any]:
    method = endpoint.method
    path = endpoint.path.partition("/")[2]
    told: dict[str, Any] = {
        "id": f"{SURFACES[surface].name}.{method.id}",
        "description": about(surface, method.id),
        "httpMethod": endpoint.verb,
        # A plus: nothing in an id needs escaping, since there is no slash in it.
        "path": path.replace("{", "{+"),
        "flatPath": re.sub(r"(\w+)/{\w+}", r"\1/{\1Id}", path),
        "parameterOrder": endpoint.in_path,
        "parameters": _in_path(endpoint) | _in_query(endpoint),
        "scopes": [f"{PREFIX}{scope}" for scope in method.scopes],
    }
    if method.body is not None:
        told["request"] = {"$ref": name_of(method.body)}
    if method.reply is not None:
        told["response"] = {"$ref": name_of(method.reply)}
    return told


def _in_path(endpoint: Endpoint) -> dict[str, Any]:
    return {
        name: {
            "description": meaning("", name),
            "location": "path",
            "required": True,
            "pattern": "^[^/]+$",
            "type": "string",
        }
        for name in endpoint.in_path
    }


def _in_query(endpoint: Endpoint) -> dict[str, Any]:
    """What must be there is so by its words alone: clients order it nowhere."""
    told: dict[str, Any] = {}
    for snake, kind in properties(endpoint.method.query).items():
        name = camel_case(snake)
        required = "Required. " if kind.required else ""
        one = {"description": required + meaning("", name), "location": "query"}
        several: dict[str, Any] = {"repeated": True} if kind.items else {}
        told[name] = one | _type(kind.items or kind) | several
    return told


def _schema(schema: Schema) -> dict[str, Any]:
    told = {}
    for one in schema.properties.values():
        read_only: dict[str, Any] = {}
        if schema.comes_in and one.read_only:
            read_only = {"readOnly": True}
        told[one.name] = _type(one.kind) | {"description": one.description} | read_only
    return {
        "id": schema.name,
        "description": schema.description,
        "type": "object",
        "properties": told,
    }


def _type(kind: Kind) -> dict[str, Any]:
    if kind.items is not None:
        return {"type": "array", "items": _type(kind.items)}
    if kind.message is not None:
        return {"$ref": name_of(kind.message)}
    told: dict[str, Any] = {"type": kind.type}
    if kind.format and kind.format != "uuid":
        told["format"] = kind.format
    if kind.values:
        told["enum"] = [*kind.values]
        told["enumDescriptions"] = [of_value(value) for value in kind.values]
    if kind.type == "object":
        told["additionalProperties"] = {"type": "any"}
    for name in ("minimum", "maximum"):
        if name in kind.limits:
            told[name] = str(kind.limits[name])
    return told


DOCUMENTS = {surface: partial(document, surface) for surface in SURFACES}
