"""`fields`: the part of an answer that a client wants, `mediaItems(id,mediaMetadata)`.

Google's grammar: names with commas between them, `a/b` or `a.b` for what lies in `a`,
`a(b,c)` for several of it, `*` for everything at its place.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from rest_framework import serializers

from photos_api.messages import Reply
from photos_api.names import camel_case
from photos_api.problems import InvalidArgument

# The names that are wanted and what of each; what has nothing after it is wanted whole.
Mask = dict[str, "Mask"]
DEEPEST = 10
_SIGN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|.", re.ASCII | re.DOTALL)


def mask_for(reply: type[Reply], fields: str) -> Mask:
    """The mask, with every name in it known; raises InvalidArgument for any other."""
    return _known(parse(fields), reply, "")


def selected(message: Any, mask: Mask) -> Any:
    """What the mask leaves of a message, or of each in a list of them."""
    if not mask:
        return message
    if isinstance(message, list):
        return [selected(one, mask) for one in message]
    if not isinstance(message, dict):
        return message
    return {k: selected(v, mask[k]) for k, v in message.items() if k in mask}


def parse(fields: str) -> Mask:
    """The mask as it is written, whatever its names; raises InvalidArgument."""
    signs = iter([*_SIGN.findall(fields), ""])
    mask, end = _several(signs, DEEPEST)
    if end:
        raise _malformed(f"There is one {end!r} too many.")
    return mask


def _several(signs: Iterator[str], deepest: int) -> tuple[Mask, str]:
    """Paths up to a closing bracket, or up to the end; and which of them it was."""
    if not deepest:
        raise _malformed(f"It is nested more than {DEEPEST} levels deep.")
    mask: Mask = {}
    sign = ","
    while sign == ",":
        sign = _path(signs, mask, deepest)
    if sign not in {")", ""}:
        raise _malformed(f"{sign[:50]!r} cannot be there.")
    return mask, sign


def _path(signs: Iterator[str], mask: Mask, deepest: int) -> str:
    """Add one path to the mask; comes back with what follows it."""
    path, sign = [], "/"
    while sign in {"/", "."}:
        path.append(_name(next(signs)))
        sign = next(signs)
    if len(path) > DEEPEST:
        raise _malformed(f"It is nested more than {DEEPEST} levels deep.")
    below: Mask = {}
    if sign == "(":
        below, end = _several(signs, deepest - 1)
        if not end:
            raise _malformed("A bracket is never closed.")
        sign = next(signs)
    for name in reversed(path):
        below = {name: below}
    _add(mask, below)
    return sign


def _name(sign: str) -> str:
    if sign == "*" or sign.isidentifier():
        return sign
    raise _malformed(f"{sign!r} is no name." if sign else "A name is missing.")


def _add(mask: Mask, more: Mask) -> None:
    """Put two masks together: what either wants, and whole what either wants whole."""
    for name, below in more.items():
        if name not in mask:
            mask[name] = below
        elif mask[name] and below:
            _add(mask[name], below)
        else:
            mask[name] = {}


def _known(mask: Mask, reply: type[Reply], path: str) -> Mask:
    fields = {camel_case(k): f for k, f in reply._declared_fields.items()}  # noqa: SLF001 # as in tellers
    found: Mask = {}
    for given, below in mask.items():
        if given == "*":
            _add(found, _everywhere(below, fields, path))
            continue
        name, here = camel_case(given), f"{path}{given}"
        if name not in fields:
            raise _unknown(here)
        inner = inside(fields[name])
        if below and inner is None:
            raise _unknown(f"{here}.{next(iter(below))}")
        _add(found, {name: _known(below, inner, f"{here}.") if inner else {}})
    return found


def _everywhere(below: Mask, fields: dict[str, Any], path: str) -> Mask:
    """`*`: everything here, or what is named after it wherever that exists."""
    if not below:
        return {name: {} for name in fields}
    found: Mask = {}
    for name, field in fields.items():
        inner = inside(field)
        with suppress(InvalidArgument):  # elsewhere there may be such a thing
            if inner:
                found[name] = _known(below, inner, f"{path}{name}.")
    if not found:
        raise _unknown(f"{path}*.{next(iter(below))}")
    return found


def inside(field: Any) -> type[Reply] | None:
    """What kind of message a field holds, one or many; None if it holds none."""
    kind = field.child if isinstance(field, serializers.ListSerializer) else field
    return type(kind) if isinstance(kind, Reply) else None


def _malformed(why: str) -> InvalidArgument:
    return InvalidArgument(
        f"Invalid field selection in 'fields'. {why}", fields={"fields": why}
    )


def _unknown(path: str) -> InvalidArgument:
    why = (
        "Error expanding 'fields' parameter. Cannot find matching fields for path "
        f"'{path[:200]}'."
    )
    return InvalidArgument(why, fields={"fields": why})
