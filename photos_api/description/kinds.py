"""What may stand in a field of a message, read off what checks or tells it."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from rest_framework import serializers

from photos_api.messages import (
    Double,
    Duration,
    FieldMask,
    Ignored,
    Int32,
    Int64,
    Message,
    Reply,
    Timestamp,
)

Declared = type[Message] | type[Reply]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: `integer` of `int32`, a message of a name, several of those."""

    type: str  # of JSON; "array" if there may be several
    format: str = ""  # in Google's words
    message: Declared | None = None
    items: "Kind | None" = None
    values: tuple[str, ...] = ()  # if it is one of few
    limits: dict[str, int | float] = field(default_factory=dict)  # as OpenAPI has them
    required: bool = False
    ignored: bool = False  # when it comes in


# The first that fits: the type of JSON, and Google's format.
FITTING: list[tuple[type, str, str]] = [
    (Int64, "string", "int64"),
    (Int32, "integer", "int32"),
    (Timestamp, "string", "google-datetime"),
    (Duration, "string", "google-duration"),
    (FieldMask, "string", "google-fieldmask"),
    (Double, "number", "double"),
    (serializers.FloatField, "number", "float"),
    (serializers.IntegerField, "integer", "int32"),
    (serializers.BooleanField, "boolean", ""),
    (serializers.DictField, "object", ""),
    (serializers.UUIDField, "string", "uuid"),
    (serializers.CharField, "string", ""),
    (serializers.ChoiceField, "string", ""),
]
LIMITS = {
    "max_length": "maxLength",
    "min_length": "minLength",
    "max_value": "maximum",
    "min_value": "minimum",
}
OF_LISTS = {"max_length": "maxItems", "min_length": "minItems"}
SAID: dict[Any, Kind] = {
    str: Kind("string"),
    bool: Kind("boolean"),
    int: Kind("integer", "int32"),
    float: Kind("number", "double"),
}


def properties(declared: Declared) -> dict[str, Kind]:
    """The fields of a message under the names they are declared with."""
    return {
        name: _kind(declared, name, declared_field)
        for name, declared_field in declared().fields.items()
    }


def _kind(declared: Declared, name: str, given: Any) -> Kind:
    comes_in = issubclass(declared, Message)
    required = comes_in and given.required and given.default is serializers.empty
    several = _several(declared, name, given)
    if several is not None:
        return replace(several, required=required)
    match given:
        case Ignored():
            return Kind("any", ignored=True)
        case serializers.SerializerMethodField():
            return _told_by(getattr(declared, given.method_name or f"get_{name}"))
        case Message() | Reply():
            return Kind("object", message=_class(given), required=required)
    values = tuple(map(str, getattr(given, "choices", ())))
    json, format_ = next(row[1:] for row in FITTING if isinstance(given, row[0]))
    limits = _limits(given, LIMITS) if comes_in else {}
    return Kind(json, format_, values=values, limits=limits, required=required)


def _several(declared: Declared, name: str, given: Any) -> Kind | None:
    """Of a list; None if it is none."""
    if isinstance(given, serializers.ListSerializer):
        return Kind("array", items=Kind("object", message=_class(given.child)))
    if isinstance(given, serializers.ListField):
        items = _kind(declared, name, given.child)
        return Kind("array", items=items, limits=_limits(given, OF_LISTS))
    return None


def _class(given: Any) -> Declared:
    return type(given)


def _told_by(method: Any) -> Kind:
    """By the annotation of a method: a plain type, or None as well."""
    said = get_type_hints(method)["return"]
    if get_origin(said) is Literal:
        return Kind("string", values=get_args(said))
    [plain] = [one for one in get_args(said) or (said,) if one is not type(None)]
    return SAID[plain]


def _limits(given: Any, names: dict[str, str]) -> dict[str, int | float]:
    limits = {v: getattr(given, k, None) for k, v in names.items()}
    if getattr(given, "allow_blank", True) is False and given.required:
        limits["minLength"] = 1
    if getattr(given, "allow_empty", True) is False:
        limits["minItems"] = 1
    return {name: value for name, value in limits.items() if value is not None}
