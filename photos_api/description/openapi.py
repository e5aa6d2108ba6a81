"""OpenAPI 3: the same description for everybody else's tools, by drf-spectacular.

It walks through the urlconf; what it says of each view is what the view declares.
"""

import re
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.schemas.generators import BaseSchemaGenerator

from photos_api.access_tokens import PREFIX
from photos_api.calls import STANDARD_PARAMETERS
from photos_api.description import sending, shapes
from photos_api.description.endpoints import ALIAS
from photos_api.description.kinds import Declared, properties
from photos_api.description.schemas import about, meaning, name_of, schemas
from photos_api.description.words import UNSAID
from photos_api.methods import Method, MethodView
from photos_api.names import camel_case

VERSION = "v1"
SURFACES = ("library", "picker")
# How each may be refused, whatever it is.
ALWAYS = (400, 401, 403, 404, 429, 503)
WITH_BODY = (411, 413, 415)
JSON = "application/json"
METADATA = "/.well-known/openid-configuration"  # OIDC Discovery §4


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """`GET /openapi.json`; it needs no credentials."""
    return sending.send(request, document)


def document() -> dict[str, Any]:
    """The whole of it."""
    return Generator().get_schema()  # type: ignore[no-untyped-call]


class Addresses(EndpointEnumerator):
    """The addresses of views that declare methods, one for each method."""

    def get_path_from_regex(self, path_regex: str) -> str:
        """With the names that clients read."""
        path: str = super().get_path_from_regex(path_regex)  # type: ignore[no-untyped-call]
        return re.sub(r"(?<={)\w+", lambda name: camel_case(name[0]), path)

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        """Not those that an other client would write differently."""
        declares = issubclass(getattr(callback, "cls", object), MethodView)
        return declares and not ALIAS.search(path)

    def get_allowed_methods(self, callback: Any) -> list[str]:
        """Also what is declared to be refused."""
        return [*callback.cls.methods]


class Generator(SchemaGenerator):
    """Both APIs in one document."""

    endpoint_inspector_cls = Addresses

    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        """A view that describes itself as we do."""
        view = BaseSchemaGenerator.create_view(self, callback, method)
        self._set_schema_to_view(view, Declares())  # type: ignore[no-untyped-call]
        return view

    def get_schema(
        self, request: Any = None, public: bool = True
    ) -> dict[str, Any]:  # as its parent has it
        """The document."""
        return {
            "openapi": "3.0.3",
            "info": {
                "title": "Photos",
                "version": VERSION,
                "description": "Two APIs in the style of Google Photos: the Library "
                "for what an app creates itself, the Picker for what people pick.",
            },
            "servers": [{"url": settings.URL}],
            "externalDocs": {"url": f"{settings.URL}/reference/"},
            "paths": self.parse(None, public=True),  # type: ignore[no-untyped-call]
            "components": self.registry.build(components()),
        }


def components() -> dict[str, Any]:
    """What operations refer to by name."""
    return {
        "schemas": shapes.ERROR
        | {
            f"{surface}.{name}": shapes.of_message(surface, schema)
            for surface in SURFACES
            for name, schema in schemas(surface).items()
        },
        "parameters": {
            name: {
                "name": name,
                "in": "query",
                "description": standard.description,
                "schema": shapes.one_of(standard.values),
            }
            for name, standard in STANDARD_PARAMETERS.items()
            if name not in UNSAID
        },
        "securitySchemes": {
            "account": {
                "type": "openIdConnect",
                "openIdConnectUrl": settings.ISSUER + METADATA,
            }
        },
    }


class Declares(AutoSchema):
    """Says of a view what its declared method says."""

    KINDS: ClassVar[dict[str, dict[str, Any]]] = {  # of bodies that are no messages
        "uploads": {"application/octet-stream": shapes.BYTES, "*/*": shapes.BYTES}
    }

    @property
    def declared(self) -> Method:
        """The method."""
        method: Method = self.view.methods[self.method]  # type: ignore[attr-defined]
        return method

    @property
    def surface(self) -> str:
        """`library`, `picker` or `bytes`."""
        first: str = self.path.split("/")[1]
        return first

    def get_operation_id(self) -> str:
        """As in Google's documents; an upload may come with two verbs."""
        again = ".put" if self.method == "PUT" else ""
        return f"{self.surface}.{self.declared.id}{again}"

    def get_description(self) -> str:  # type: ignore[override] # as in AutoSchema
        """What it does."""
        return about(self.surface, self.declared.id)

    def get_summary(self) -> str:
        """Its name."""
        return self.declared.id

    def get_tags(self) -> list[str]:
        """By resource."""
        return [f"{self.surface}.{self.declared.id.partition('.')[0]}"]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """A token with one of its scopes; the bytes of the Library need none."""
        scopes = [f"{PREFIX}{scope}" for scope in self.declared.scopes]
        return [{"account": [scope]} for scope in scopes] or [{}, {"account": []}]

    def _get_parameters(self) -> list[dict[str, Any]]:
        return [
            *self._in_path(),
            *self._in_query(),
            *(
                {"$ref": f"#/components/parameters/{name}"}
                for name in STANDARD_PARAMETERS
                if name not in UNSAID
            ),
        ]

    def _in_path(self) -> list[dict[str, Any]]:
        names = [part.partition("}")[0] for part in self.path.split("{")[1:]]
        return [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": meaning("", name),
                "schema": {"type": "string", "pattern": "^[^/]+$"},
            }
            for name in names
        ]

    def _in_query(self) -> list[dict[str, Any]]:
        return [
            {
                "name": self._query_name(name),
                "in": "query",
                "required": kind.required,
                "description": meaning("", camel_case(name)),
                "schema": shapes.of(self.surface, kind),
            }
            for name, kind in properties(self.declared.query).items()
        ]

    def _query_name(self, name: str) -> str:
        return name if self.declared.id in self.KINDS else camel_case(name)

    def _get_request_body(self, direction: str = "request") -> dict[str, Any] | None:
        if self.declared.id in self.KINDS:
            return {"content": _content(self.KINDS[self.declared.id])}
        if self.declared.body is None:
            return None
        return {"content": _content({JSON: self._reference(self.declared.body)})}

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        reads = self.method in {"GET", "DELETE"}
        refused = ALWAYS if reads else (*ALWAYS, *WITH_BODY)
        return (
            {"200": self._good()}
            | self._others()
            | {
                str(status): {
                    "description": shapes.STATUS[status],
                    "content": _content({JSON: {"$ref": "#/components/schemas/Error"}}),
                }
                for status in sorted(refused)
            }
        )

    def _good(self) -> dict[str, Any]:
        said = "It is done."
        if self.declared.id == "bytes":
            return {"description": said, "content": _content({"*/*": shapes.BYTES})}
        if self.declared.id == "uploads":
            text = {"text/plain": {"type": "string"}}
            return {"description": said, "content": _content(text)}
        if self.declared.reply is None:
            return {"description": said}
        reply = self._reference(self.declared.reply)
        return {"description": said, "content": _content({JSON: reply})}

    def _others(self) -> dict[str, Any]:
        if self.declared.id != "bytes":
            return {}
        return {"304": {"description": "The client has it already."}}

    def _reference(self, declared: Declared) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{self.surface}.{name_of(declared)}"}


def _content(kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {name: {"schema": schema} for name, schema in kinds.items()}
