"""How a declared reply becomes JSON: decided once per class, not once per item.

A page of a hundred photos has four thousand values; asking every field each time where
its value is and how it is written costs more than the database and the network.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

# From the reply that speaks (it holds the context) and what it speaks of: the value as
# JSON has it, or None for nothing.
Teller = Callable[[Any, Any], Any]


@cache
def tellers(reply: type[serializers.Serializer[Any]]) -> list[tuple[str, Teller]]:
    """For each field that a class of replies declares, how its value is told."""
    declared = reply._declared_fields  # noqa: SLF001 # `fields` copies them every time
    return [(name, _teller(reply, name, field)) for name, field in declared.items()]


def _teller(reply: type, name: str, field: Any) -> Teller:
    if isinstance(field, serializers.SerializerMethodField):
        return _by_method(getattr(reply, field.method_name or f"get_{name}"))
    find = _finder(field, name)
    if isinstance(field, serializers.ListSerializer):
        return _many(find, type(field.child))
    if isinstance(field, serializers.Serializer):
        return _one(find, type(field))
    if type(field) in {serializers.CharField, serializers.ReadOnlyField}:
        return _as_it_is(find)
    return _written(find, field.to_representation)


def _by_method(method: Callable[[Any, Any], Any]) -> Teller:
    def tell(reply: Any, instance: Any) -> Any:
        value = method(reply, instance)
        return value if value or value == 0 else None

    return tell


def _as_it_is(find: Callable[[Any], Any]) -> Teller:
    def tell(reply: Any, instance: Any) -> Any:
        value = find(instance)
        return value if value or value == 0 else None

    return tell


def _written(find: Callable[[Any], Any], write: Callable[[Any], Any]) -> Teller:
    def tell(reply: Any, instance: Any) -> Any:
        value = find(instance)
        if value is None:
            return None
        value = write(value)
        return value if value or value == 0 else None

    return tell


def _one(find: Callable[[Any], Any], kind: type) -> Teller:
    def tell(reply: Any, instance: Any) -> Any:
        value = find(instance)
        if value is None:
            return None
        return _speaker(reply, kind).to_representation(value)

    return tell


def _many(find: Callable[[Any], Any], kind: type) -> Teller:
    def tell(reply: Any, instance: Any) -> Any:
        told = _speaker(reply, kind).to_representation
        return [told(value) for value in find(instance)] or None

    return tell


def _speaker(reply: Any, kind: type) -> Any:
    """The reply of a kind that speaks inside of another, with the same context."""
    speakers = reply.__dict__.setdefault("speakers", {})
    if kind not in speakers:
        speakers[kind] = kind(context=reply.context)
    return speakers[kind]


def _finder(field: Any, name: str) -> Callable[[Any], Any]:
    """Where a field's value is: DRF's `source`, with its default."""
    source = field.source or name
    if source == "*":
        return lambda instance: instance
    path, of_an_object, default = source.split("."), attrgetter(source), field.default

    def find(instance: Any) -> Any:
        try:
            if not isinstance(instance, dict):
                return of_an_object(instance)
            for step in path:
                instance = instance[step]
        except (AttributeError, KeyError):
            if default is empty:
                raise
            return default
        return instance

    return find
