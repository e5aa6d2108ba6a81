"""Every method of the API with its address: the urlconf, read once."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from photos_api.methods import Method, MethodView
from photos_api.names import camel_case

# A second address of a method, for clients that write it so.
ALIAS = re.compile("/:")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method, the verb and the address it answers at, and the view that does."""

    method: Method
    verb: str
    path: str  # "library/v1/albums/{albumId}:share"
    view: type[MethodView]

    @property
    def surface(self) -> str:
        """`library`, `picker`, or what else an address begins with."""
        return self.path.partition("/")[0]

    @property
    def in_path(self) -> list[str]:
        """The names of its path, in their order."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def description(self) -> str:
        """What it does, in the words beside its code, a paragraph on each line."""
        done = getattr(self.view, self.verb.lower(), self.view)
        text = inspect.getdoc(done) or ""
        return "\n".join(part.replace("\n", " ") for part in text.split("\n\n"))


@cache
def endpoints(surface: str = "") -> tuple[Endpoint, ...]:
    """Those of a surface, or all, in the order of the urlconf; each method once."""
    found: dict[tuple[str, ...], Endpoint] = {}
    for route, view in _views(get_resolver().url_patterns, ""):
        for verb, method in view.methods.items():
            endpoint = Endpoint(method, verb, path_of(route, method), view)
            if endpoint.surface == (surface or endpoint.surface):
                found.setdefault((endpoint.surface, method.id, verb), endpoint)
    return tuple(found.values())


def path_of(route: str, method: Method) -> str:
    """An address as clients write it, with the names that Google gives to its parts.

    Who sends a thing back changed calls its id in the path ``id``, as in the thing.
    """
    whole = method.body is not None and "id" in method.body().fields
    return re.sub(
        r"<(?:\w+:)?(\w+)>",
        lambda found: "{id}" if whole else f"{{{camel_case(found[1])}}}",
        route,
    )


def _views(patterns: list[Any], before: str) -> Iterator[tuple[str, type[MethodView]]]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not ALIAS.search(route):
            view = getattr(pattern.callback, "cls", None)
            if isinstance(view, type) and issubclass(view, MethodView):
                yield route, view
