"""The messages of a surface under Google's names, each with all of its fields.

What comes in and what goes out of the same name is one: fields that only go out are
read-only.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from photos_api.description.endpoints import endpoints
from photos_api.description.kinds import Declared, Kind, properties
from photos_api.description.words import MEANING, METHODS
from photos_api.messages import Message, NoParameters
from photos_api.names import camel_case


@dataclass(frozen=True, slots=True)
class Property:
    """One field of a message."""

    name: str
    kind: Kind
    description: str
    read_only: bool


@dataclass(slots=True)
class Schema:
    """One message."""

    name: str
    description: str
    comes_in: bool = False
    properties: dict[str, Property] = field(default_factory=dict)


def name_of(declared: Declared) -> str:
    """What Google's documents call it."""
    return str(vars(declared).get("called", declared.__name__))


def about(surface: str, method_id: str) -> str:
    """What a method does."""
    return METHODS.get(f"{surface}.{method_id}") or METHODS[method_id]


def meaning(schema: str, name: str) -> str:
    """What a field says, here or wherever it occurs."""
    return MEANING.get(f"{schema}.{name}") or MEANING.get(name, "")


@cache
def schemas(surface: str) -> dict[str, Schema]:
    """All that its methods take and give, and what lies in that, by name."""
    found: dict[str, Schema] = {}
    # Replies first: they know the types of what is ignored when it comes in.
    declared = sorted(
        set(_reachable(surface)), key=lambda one: issubclass(one, Message)
    )
    for one in declared:
        name = name_of(one)
        schema = found.setdefault(name, Schema(name, _said(one)))
        _add(schema, one)
    return dict(sorted(found.items()))


def _said(declared: Declared) -> str:
    return " ".join((inspect.getdoc(declared) or "").split())


def _add(schema: Schema, declared: Declared) -> None:
    comes_in = issubclass(declared, Message)
    schema.comes_in = schema.comes_in or comes_in
    for snake, kind in properties(declared).items():
        name = camel_case(snake)
        known = schema.properties.get(name)
        if known and kind.ignored:
            continue
        told = meaning(schema.name, name)
        schema.properties[name] = Property(name, kind, told, read_only=not comes_in)


def _reachable(surface: str) -> Iterator[Declared]:
    for endpoint in endpoints(surface):
        for one in (endpoint.method.reply, endpoint.method.body):
            if one is not None and one is not NoParameters:
                yield from _inside(one)


def _inside(declared: Declared) -> Iterator[Declared]:
    yield declared
    for kind in properties(declared).values():
        inner = (kind.items or kind).message
        if inner is not None:
            yield from _inside(inner)
