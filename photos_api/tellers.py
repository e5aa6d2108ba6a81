"""How a declared reply becomes JSON: decided once per class, not once per item.

A page of a hundred photos has four thousand values; asking every field each time where
its value is and how it is written costs more than the database and the network.
"""

from collections.abc import Callable
from functools import cache, partial
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
        return partial(_by_method, getattr(reply, field.method_name or f"get_{name}"))
    find = _finder(field, name)
    if isinstance(field, serializers.ListSerializer):
        return partial(_many, find, type(field.child))
    if isinstance(field, serializers.Serializer):
        return partial(_one, find, type(field))
    if type(field) in {serializers.CharField, serializers.ReadOnlyField}:
        return partial(_as_it_is, find)
    return partial(_written, find, field.to_representation)


def _by_method(method: Callable[..., Any], reply: Any, instance: Any) -> Any:
    return _something(method(reply, instance))


def _as_it_is(find: Callable[[Any], Any], reply: Any, instance: Any) -> Any:
    return _something(find(instance))


def _written(
    find: Callable[[Any], Any],
    write: Callable[[Any], Any],
    reply: Any,
    instance: Any,
) -> Any:
    value = find(instance)
    return None if value is None else _something(write(value))


def _one(find: Callable[[Any], Any], kind: type, reply: Any, instance: Any) -> Any:
    value = find(instance)
    return None if value is None else _speaker(reply, kind).to_representation(value)


def _many(find: Callable[[Any], Any], kind: type, reply: Any, instance: Any) -> Any:
    tell = _speaker(reply, kind).to_representation
    return [tell(value) for value in find(instance)] or None


def _something(value: Any) -> Any:
    """The value, or None for what is empty; 0 and False are something."""
    return value if value or value == 0 else None


def _speaker(reply: Any, kind: type) -> Any:
    """The reply of a kind that speaks inside of another, with the same context."""
    speakers = reply.__dict__.setdefault("speakers", {})
    if kind not in speakers:
        speakers[kind] = kind(context=reply.context)
    return speakers[kind]


def _finder(field: Any, name: str) -> Callable[[Any], Any]:
    """Where a field's value is: DRF's `source`, with its default."""
    path = (field.source or name).split(".")
    if path == ["*"]:
        return lambda instance: instance
    default = field.default

    def find(instance: Any) -> Any:
        try:
            for step in path:
                if instance is None:
                    return None
                is_dict = isinstance(instance, dict)
                instance = instance[step] if is_dict else getattr(instance, step)
        except (AttributeError, KeyError):
            if default is empty:
                raise
            return default
        return instance

    return find
