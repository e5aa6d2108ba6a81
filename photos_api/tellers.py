"""How a declared reply becomes JSON: one function for each class, written out once.

A page of a hundred photos has two thousand values; asking every field each time where
its value is and how it is written costs more than the database and the network. So a
declaration becomes the code that somebody would write by hand:

    def tell(thing, token):
        ...
        value = thing.filename
        if value:
            told['filename'] = value
        value = thing.original.width
        if value is not None:
            told['width'] = write_width(value)
        ...
        return told
"""

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from photos_api.access_tokens import AccessToken
from photos_api.names import camel_case

# What is told, and to whom.
Tell = Callable[[Any, AccessToken | None], dict[str, Any]]
START = """
def tell(thing, token):
    if type(thing) is dict:
        thing = SimpleNamespace(**thing)
    told = {}"""
FIELD = """
    value = {value}
    if value{is_said}:
        told[{name!r}] = {written}"""
END = """
    return told"""

# Empty texts and lists say nothing; 0, False and an empty message do.
MAY_BE_EMPTY = (
    serializers.CharField,
    serializers.ChoiceField,
    serializers.ListField,
    serializers.ListSerializer,
)
# Fields that JSON has as they are: those that write as one of these does.
PLAIN = [
    kind.to_representation
    for kind in (
        serializers.BooleanField,
        serializers.CharField,
        serializers.ChoiceField,
        serializers.DateTimeField,
        serializers.FloatField,
        serializers.IntegerField,
        serializers.ListField,
        serializers.SerializerMethodField,
    )
]


@cache
def teller(reply: type[serializers.Serializer[Any]]) -> Tell:
    """What tells things as that class of replies declares it."""
    known: dict[str, Any] = {"SimpleNamespace": SimpleNamespace}
    code = START
    for name, field in reply._declared_fields.items():  # noqa: SLF001 # `fields` copies them every time
        code += FIELD.format(
            name=camel_case(name),
            value=_value(reply, name, field, known),
            is_said="" if isinstance(field, MAY_BE_EMPTY) else " is not None",
            written=_written(name, field, known),
        )
    exec(code + END, known)  # noqa: S102 # nothing in it is anybody else's
    tell: Tell = known["tell"]
    return tell


def _value(reply: type, name: str, field: Any, known: dict[str, Any]) -> str:
    """Where a field's value is: DRF's `source`, with its default."""
    if isinstance(field, serializers.SerializerMethodField):
        known[f"get_{name}"] = getattr(reply, field.method_name or f"get_{name}")
        return f"get_{name}(thing, token)"
    source = field.source or name
    if source == "*":
        return "thing"
    if field.default is empty:
        return f"thing.{source}"
    known[f"default_{name}"] = field.default
    return f"getattr(thing, {source!r}, default_{name})"


def _written(name: str, field: Any, known: dict[str, Any]) -> str:
    """How it is written."""
    kind = getattr(field, "child", field)
    if isinstance(kind, serializers.Serializer):
        known[f"tell_{name}"] = teller(type(kind))
        if kind is field:
            return f"tell_{name}(value, token)"
        return f"[tell_{name}(one, token) for one in value]"
    if type(field).to_representation in PLAIN:
        return "value"
    known[f"write_{name}"] = field.to_representation
    return f"write_{name}(value)"
