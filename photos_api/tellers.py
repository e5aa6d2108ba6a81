"""How a declared reply becomes JSON: decided once per class, not once per item.

A page of a hundred photos has two thousand values; asking every field each time where
its value is and how it is written costs more than the database and the network.
"""

from collections.abc import Callable
from functools import cache, partial
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
    """Where a value is and how it is written; None: it is all there is, or as it is.

    ``bind`` makes the writer for one reply, which says it in its own context.
    """

    name: str
    find: Callable[[Any], Any] | None
    write: Callable[[Any], Any] | None = None
    bind: Callable[[Any], Callable[[Any], Any]] | None = None

    def writer(self, reply: Any) -> Callable[[Any], Any] | None:
        """How that reply writes it."""
        return self.bind(reply) if self.bind else self.write


# Name, find and write: a plain tuple, which Python takes apart fastest.
Bound = tuple[str, Callable[[Any], Any] | None, Callable[[Any], Any] | None]


@cache
def tellers(reply: type[serializers.Serializer[Any]], of_dicts: bool) -> list[Teller]:
    """One for each field that a class of replies declares."""
    declared = reply._declared_fields  # noqa: SLF001 # `fields` copies them every time
    return [_teller(reply, name, field, of_dicts) for name, field in declared.items()]


def _teller(reply: type, name: str, field: Any, of_dicts: bool) -> Teller:
    if isinstance(field, serializers.SerializerMethodField):
        method = getattr(reply, field.method_name or f"get_{name}")
        return Teller(name, None, bind=lambda reply: partial(method, reply))
    find = _finder(field, field.source or name, of_dicts)
    if isinstance(field, serializers.ListSerializer):
        return Teller(name, find, bind=_many(type(field.child)))
    if isinstance(field, serializers.Serializer):
        return Teller(name, find, bind=_one(type(field)))
    if type(field) in PLAIN:
        return Teller(name, find)
    return Teller(name, find, field.to_representation)


def _one(kind: type) -> Callable[[Any], Callable[[Any], Any]]:
    return lambda reply: kind(context=reply.context).to_representation


def _many(kind: type) -> Callable[[Any], Callable[[Any], Any]]:
    def bind(reply: Any) -> Callable[[Any], Any]:
        speak = kind(context=reply.context).to_representation
        return lambda values: list(map(speak, values))

    return bind


def _finder(field: Any, source: str, of_dicts: bool) -> Callable[[Any], Any] | None:
    """Where a field's value is: DRF's `source`, with its default."""
    if source == "*":
        return None
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
