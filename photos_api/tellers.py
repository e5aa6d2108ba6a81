"""How a declared reply becomes JSON: decided once per class, not once per item.

A page of a hundred photos has two thousand values; asking every field each time where
its value is and how it is written costs more than the database and the network.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from rest_framework import serializers
from rest_framework.fields import empty

# Fields whose values JSON has as they are.
PLAIN = (
    serializers.CharField,
    serializers.FloatField,
    serializers.IntegerField,
    serializers.ReadOnlyField,
)


class Teller(NamedTuple):
    """Where a value is, and how it is written: by itself, or by the reply it is in."""

    name: str
    find: Callable[[Any], Any]
    write: Callable[[Any], Any] | None = None
    speak: Callable[[Any, Any], Any] | None = None


@cache
def tellers(reply: type[serializers.Serializer[Any]], of_dicts: bool) -> list[Teller]:
    """One for each field that a class of replies declares."""
    declared = reply._declared_fields  # noqa: SLF001 # `fields` copies them every time
    return [_teller(reply, name, field, of_dicts) for name, field in declared.items()]


def _teller(reply: type, name: str, field: Any, of_dicts: bool) -> Teller:
    if isinstance(field, serializers.SerializerMethodField):
        method = getattr(reply, field.method_name or f"get_{name}")
        return Teller(name, _itself, speak=method)
    find = _finder(field, field.source or name, of_dicts)
    if isinstance(field, serializers.ListSerializer):
        return Teller(name, find, speak=_many(type(field.child)))
    if isinstance(field, serializers.Serializer):
        return Teller(name, find, speak=_one(type(field)))
    if type(field) in PLAIN:
        return Teller(name, find)
    return Teller(name, find, write=field.to_representation)


def _one(kind: type) -> Callable[[Any, Any], Any]:
    return lambda reply, value: _speaker(reply, kind)(value)


def _many(kind: type) -> Callable[[Any, Any], Any]:
    return lambda reply, values: list(map(_speaker(reply, kind), values))


def _speaker(reply: Any, kind: type) -> Callable[[Any], Any]:
    """The reply of a kind that speaks inside of another, with the same context."""
    speakers = reply.__dict__.setdefault("speakers", {})
    if kind not in speakers:
        speakers[kind] = kind(context=reply.context).to_representation
    return speakers[kind]  # type: ignore[no-any-return]


def _itself(instance: Any) -> Any:
    return instance


def _finder(field: Any, source: str, of_dicts: bool) -> Callable[[Any], Any]:
    """Where a field's value is: DRF's `source`, with its default."""
    if source == "*":
        return _itself
    path, default = source.split("."), field.default
    if of_dicts:
        return _in_dicts(path, default)
    if default is empty:
        return attrgetter(source)
    return lambda instance: getattr(instance, source, default)


def _in_dicts(path: list[str], default: Any) -> Callable[[Any], Any]:
    def find(instance: Any) -> Any:
        try:
            for step in path:
                is_dict = isinstance(instance, dict)
                instance = instance[step] if is_dict else getattr(instance, step)
        except (AttributeError, KeyError):
            if default is empty:
                raise
            return default
        return instance

    return find
