"""OpenAPI 3: what the orders resource takes and gives, by drf-spectacular.

It walks through the urlconf; what it says of each view is what the view declares.
"""

import hashlib
import json
import re
from functools import cache
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.schemas.generators import BaseSchemaGenerator

from printshop.orders_api.authentication import SCOPE
from printshop.orders_api.messages import Spoken
from printshop.orders_api.methods import Method, View
from printshop.orders_api.problems import MEDIA_TYPE

NOTHING = {"type": "object", "additionalProperties": False}
BYTES = {"type": "string", "format": "binary"}
METADATA = "/.well-known/openid-configuration"  # OIDC Discovery §4
REFUSALS = {
    400: "It makes no sense, or cannot be printed; errors name the fields.",
    401: "No access token, or none that is good here.",
    403: "The token is for something else, or the person is no customer.",
    404: "There is no such thing, or it is somebody else's.",
    409: "Too late, or the idempotencyKey was used for another order.",
    411: "Send the body with its Content-Length.",
    413: "More than we take.",
    415: "Another type than we take.",
    429: "Too many photos wait to be ordered.",
    503: "Not now: Retry-After says when.",
}
ALWAYS = (400, 401, 403, 404, 503)
OF_CHANGES, OF_PHOTOS = (409, 411, 413, 415), (411, 413, 415, 429)
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal, as RFC 9457 §3 has it.",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For developers."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """`GET /v1/openapi.json`; it needs no token."""
    content, tag = written()
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response = (
        HttpResponseNotModified()
        if tag in known
        else HttpResponse(content, content_type="application/json")
    )
    response["ETag"], response["Cache-Control"] = tag, "public, max-age=300"
    return response


@cache
def written() -> tuple[bytes, str]:
    """What is sent, and its ETag."""
    content = json.dumps(document(), indent=1, ensure_ascii=False).encode()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def document() -> dict[str, Any]:
    """The whole of it."""
    return Generator().get_schema()  # type: ignore[no-untyped-call]


class Addresses(EndpointEnumerator):
    """The addresses of views that declare methods."""

    def get_path_from_regex(self, path_regex: str) -> str:
        """An order is known by its id."""
        path: str = super().get_path_from_regex(path_regex)  # type: ignore[no-untyped-call]
        return re.sub(r"{(number|asset_id)}", "{id}", path)

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        """Whatever declares something."""
        view = getattr(callback, "cls", None)
        return view is not None and issubclass(view, View) and bool(view.methods)

    def get_allowed_methods(self, callback: Any) -> list[str]:
        """What is declared."""
        return [*callback.cls.methods]


class Generator(SchemaGenerator):
    """The document."""

    endpoint_inspector_cls = Addresses

    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        """A view that describes itself as we do."""
        view = BaseSchemaGenerator.create_view(self, callback, method)
        self._set_schema_to_view(view, Declares())  # type: ignore[no-untyped-call]
        return view

    def get_schema(self, request: Any = None, public: bool = True) -> dict[str, Any]:
        """Addresses first: on the way their shapes are noted."""
        paths = self.parse(None, public=True)  # type: ignore[no-untyped-call]
        return {
            "openapi": "3.0.3",
            "info": {"title": "Print Shop orders", "version": "v1"},
            "servers": [{"url": settings.URL}],
            "paths": paths,
            "components": self.registry.build(
                {
                    "schemas": {"Problem": PROBLEM},
                    "securitySchemes": {
                        "account": {
                            "type": "openIdConnect",
                            "openIdConnectUrl": settings.ISSUER + METADATA,
                        }
                    },
                }
            ),
        }


class Declares(AutoSchema):
    """Says of a view what its declared method says."""

    @property
    def declared(self) -> Method:
        """The method."""
        method: Method = self.view.methods[self.method]  # type: ignore[attr-defined]
        return method

    def get_operation_id(self) -> str:
        """As it is declared."""
        return self.declared.id

    def get_description(self) -> str:  # type: ignore[override] # as in AutoSchema
        """What it does."""
        return self.declared.about

    def get_summary(self) -> str:
        """Its name."""
        return self.declared.id

    def get_tags(self) -> list[str]:
        """By resource."""
        return [self.declared.id.partition(".")[0]]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """A token with the scope."""
        return [{"account": [SCOPE]}]

    def _get_parameters(self) -> list[dict[str, Any]]:
        names = re.findall(r"{(\w+)}", self.path)
        in_path = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^[^/]+$"},
            }
            for name in names
        ]
        fields = self.declared.query().fields if self.declared.query else {}
        return in_path + [
            {
                "name": name,
                "in": "query",
                "schema": self._map_serializer_field(field, "request"),  # type: ignore[no-untyped-call]
            }
            for name, field in fields.items()
        ]

    def _get_request_body(self, direction: str = "request") -> dict[str, Any] | None:
        if self.declared.photo:
            kinds = ("image/jpeg", "application/octet-stream")
            return {
                "required": True,
                "content": {kind: {"schema": BYTES} for kind in kinds},
            }
        if self.declared.body is None:
            return None
        return {"content": self._content(self.declared.body, "request")}

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        reply = {
            "description": "It is done.",
            "content": self._content(self.declared.reply, "response"),
        }
        good = {"200": reply, "201": reply} if self.declared.made else {"200": reply}
        problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        return good | {
            str(status): {"description": REFUSALS[status], "content": problem}
            for status in sorted(self._refused())
        }

    def _refused(self) -> tuple[int, ...]:
        if self.method == "GET":
            return ALWAYS
        return ALWAYS + (OF_PHOTOS if self.declared.photo else OF_CHANGES)

    def _content(
        self, declared: type[Spoken], direction: Literal["request", "response"]
    ) -> dict[str, Any]:
        shape = self.resolve_serializer(declared(), direction)
        return {"application/json": {"schema": shape.ref if shape else NOTHING}}
