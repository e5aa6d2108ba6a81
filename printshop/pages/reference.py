"""The page for who writes programs that order prints: made of the API's own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from printshop.orders_api.authentication import SCOPE
from printshop.orders_api.description import REFUSALS, document

Shape = dict[str, Any]  # a JSON Schema
ORDER = ("products", "quotes", "assets", "orders", "actions")


@dataclass(frozen=True, slots=True)
class Row:
    """A field, as a line of the page."""

    name: str
    type: str
    message: str  # what its type refers to, if to a message
    values: tuple[str, ...]
    required: bool


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every method, and every message they take and give."""
    return render(request, "reference.html", contents())


@cache
def contents() -> dict[str, Any]:
    """What stands on the page, put together once in each process."""
    described = document()
    shapes = described["components"]["schemas"]
    return {
        "methods": sorted(_methods(described["paths"]), key=_place),
        "shapes": [
            {"name": name, "about": shape["description"], "rows": [*_rows(name, shape)]}
            for name, shape in shapes.items()
        ],
        "refusals": REFUSALS.items(),
        "scope": SCOPE,
        "url": settings.URL,
        "issuer": settings.ISSUER,
    }


def _methods(paths: dict[str, dict[str, Shape]]) -> Iterator[dict[str, Any]]:
    for path, verbs in paths.items():
        for verb, one in verbs.items():
            queries = [p for p in one.get("parameters", ()) if p["in"] == "query"]
            body = one.get("requestBody", {}).get("content", {})
            yield {
                "name": one["operationId"],
                "verb": verb.upper(),
                "path": path,
                "about": one["description"],
                "query": [_row(p["name"], p["schema"], set()) for p in queries],
                "is_photo": "image/jpeg" in body,
                "body": _named(body.get("application/json", {}).get("schema", {})),
                "reply": _named(
                    one["responses"]["200"]["content"]["application/json"]["schema"]
                ),
            }


def _place(method: dict[str, Any]) -> int:
    """In the order in which one needs them."""
    return ORDER.index(method["name"].partition(".")[0])


def _rows(name: str, shape: Shape) -> Iterator[Row]:
    """In answers everything is there: only of what is sent it says something."""
    required = set(shape.get("required", ()) if name.endswith("Message") else ())
    for field, kind in shape.get("properties", {}).items():
        yield _row(field, kind, required)


def _row(name: str, field: Shape, required: set[str]) -> Row:
    inner = field.get("items", field)
    kind = inner.get("format") or inner.get("type", "")
    several = "several " if "items" in field else ""
    values = tuple(inner.get("enum", ()))
    return Row(name, several + kind, _named(inner), values, name in required)


def _named(shape: Shape) -> str:
    """The message a schema refers to."""
    inner = (shape.get("allOf") or [shape])[0]
    return str(inner.get("$ref", "")).rpartition("/")[2]
