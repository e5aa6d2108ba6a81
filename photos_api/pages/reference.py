"""The documentation for who writes apps: made of the same declarations as the API."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from photos_api.access_tokens import PREFIX
from photos_api.description import examples, shapes
from photos_api.description.discovery import SURFACES
from photos_api.description.endpoints import Endpoint, endpoints
from photos_api.description.kinds import Kind, properties
from photos_api.description.schemas import about, meaning, name_of, schemas
from photos_api.description.words import of_value
from photos_api.names import camel_case
from photos_api.permissions import LIBRARY_SHARE, SCOPES


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or a field, as a line of the page."""

    name: str
    type: str
    message: str  # what its type refers to, if to a message
    about: str
    required: bool = False
    values: tuple[tuple[str, str], ...] = ()


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every method, and every message they take and give."""
    return render(request, "reference.html", {"here": "reference", **contents()})


@cache
def contents() -> dict[str, Any]:
    """What stands on the page, put together once in each process."""
    apis: list[dict[str, Any]] = [
        {
            "id": surface,
            "names": names,
            "discovery": f"{surface}_discovery",
            "methods": [_method(one) for one in _once(surface)],
            "messages": [_message(surface, name) for name in schemas(surface)],
        }
        for surface, names in SURFACES.items()
    ]
    apis[0]["methods"] += [_method(one) for one in endpoints("bytes")]
    return {
        "apis": apis,
        "prefix": PREFIX,
        "scopes": SCOPES.items(),
        "statuses": shapes.STATUS.items(),
        "url": settings.URL,
        "issuer": settings.ISSUER,
    }


def _once(surface: str) -> list[Endpoint]:
    """Without the second verb that an upload may come with."""
    found: dict[str, Endpoint] = {}
    for one in endpoints(surface):
        found.setdefault(one.method.id, one)
    return list(found.values())


def _method(endpoint: Endpoint) -> dict[str, Any]:
    method = endpoint.method
    return {
        "id": f"{endpoint.surface}.{method.id}",
        "name": method.id,
        "verb": endpoint.verb,
        "path": f"/{endpoint.path}",
        "about": about(endpoint.surface, method.id),
        "ended": LIBRARY_SHARE in method.scopes,
        "scopes": method.scopes,
        "parameters": [*_in_path(endpoint), *_in_query(endpoint)],
        "body": name_of(method.body) if method.body else "",
        "reply": name_of(method.reply) if method.reply else "",
        "surface": endpoint.surface,
        "request": examples.request(endpoint),
        "answer": examples.reply(endpoint),
    }


def _in_path(endpoint: Endpoint) -> list[Row]:
    return [
        Row(name, "string", "", meaning("", name), required=True)
        for name in endpoint.in_path
    ]


def _in_query(endpoint: Endpoint) -> list[Row]:
    return [
        _row(camel_case(name), kind, meaning("", camel_case(name)))
        for name, kind in properties(endpoint.method.query).items()
    ]


def _message(surface: str, name: str) -> dict[str, Any]:
    schema = schemas(surface)[name]
    return {
        "id": f"{surface}.{name}",
        "name": name,
        "about": schema.description,
        "fields": [
            _row(one.name, one.kind, one.description)
            for one in schema.properties.values()
        ],
    }


def _row(name: str, kind: Kind, told: str) -> Row:
    inner = kind.items or kind
    said = inner.format or inner.type
    message = name_of(inner.message) if inner.message else ""
    return Row(
        name,
        f"several {said}" if kind.items else said,
        message,
        told,
        required=kind.required,
        values=tuple((value, of_value(value)) for value in inner.values),
    )
