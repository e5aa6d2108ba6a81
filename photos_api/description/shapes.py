"""Kinds of values as JSON Schema, the way OpenAPI 3.0 has it."""

from typing import Any

from photos_api.description.kinds import Kind
from photos_api.description.schemas import Schema, name_of
from photos_api.description.words import of_value

BYTES = {"type": "string", "format": "binary"}
STATUS = {
    400: "The request makes no sense, or not yet: INVALID_ARGUMENT or "
    "FAILED_PRECONDITION.",
    401: "No access token, or none that is good: UNAUTHENTICATED.",
    403: "The access token must not do this: PERMISSION_DENIED.",
    404: "There is no such thing, or it is somebody else's: NOT_FOUND.",
    411: "A body without an end that can be seen: INVALID_ARGUMENT.",
    413: "More than we take: INVALID_ARGUMENT.",
    415: "Another type than we take: INVALID_ARGUMENT.",
    429: "Too many requests; Retry-After says when to go on: RESOURCE_EXHAUSTED.",
    503: "Not now; Retry-After says when: UNAVAILABLE.",
}
# What stands in an error, whatever it is about.
ERROR: dict[str, Any] = {
    "Error": {
        "type": "object",
        "description": "Every refusal, as google.rpc.Status has it.",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message", "status"],
                "properties": {
                    "code": {"type": "integer", "description": "The HTTP status."},
                    "message": {"type": "string", "description": "For developers."},
                    "status": {
                        "type": "string",
                        "description": "The name that google.rpc.Code has for it.",
                    },
                    "details": {
                        "type": "array",
                        "description": "Which fields are wrong, and why.",
                        "items": {"type": "object", "additionalProperties": True},
                    },
                },
            }
        },
    }
}
FORMATS: dict[str, dict[str, Any]] = {
    "int64": {"type": "string", "format": "int64", "pattern": r"^-?[0-9]{1,19}$"},
    "google-datetime": {"type": "string", "format": "date-time"},
    "google-duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
    "google-fieldmask": {"type": "string"},
}


def of_message(surface: str, schema: Schema) -> dict[str, Any]:
    """A message with its fields."""
    told: dict[str, Any] = {}
    for one in schema.properties.values():
        shape = of(surface, one.kind)
        if "$ref" in shape:  # which has no neighbours in OpenAPI 3.0
            shape = {"allOf": [shape]}
        told[one.name] = shape | {"description": one.description}
        if schema.comes_in and one.read_only:
            told[one.name]["readOnly"] = True
    shape = {"type": "object", "description": schema.description, "properties": told}
    required = [one.name for one in schema.properties.values() if one.kind.required]
    return shape | ({"required": required} if required else {})


def of(surface: str, kind: Kind) -> dict[str, Any]:
    """A value."""
    if kind.items is not None:
        items = of(surface, kind.items)
        return {"type": "array", "items": items, **kind.limits}
    if kind.message is not None:
        return {"$ref": f"#/components/schemas/{surface}.{name_of(kind.message)}"}
    if kind.values:
        return one_of(kind.values)
    shape = FORMATS.get(kind.format) or {"type": kind.type}
    if kind.format and kind.format not in FORMATS:
        shape = shape | {"format": kind.format}
    if kind.type == "object":
        shape = shape | {"additionalProperties": True}
    return shape | kind.limits


def one_of(values: tuple[str, ...]) -> dict[str, Any]:
    """A string, of a few if there are only a few."""
    if not values:
        return {"type": "string"}
    told = [f"`{value}`: {of_value(value)}" for value in values]
    return {"type": "string", "enum": [*values], "description": "\n".join(told)}
