"""The form that a client posts, read once and strictly."""

from collections.abc import Mapping

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, QueryDict

from authserver.errors import InvalidRequest

MAX_LENGTH = 4096  # of one value: a token of ours has less than a quarter of that
REPEATABLE = frozenset({"resource"})  # RFC 8707 §2


def posted(request: HttpRequest) -> QueryDict:
    """The form in the body; raises InvalidRequest.

    Nothing in the query (RFC 6749 §2.3.1), nothing repeated (RFC 6749 §3.2); what has
    no value counts as absent (RFC 6749 §3.2).
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise InvalidRequest("The body must be application/x-www-form-urlencoded.")
    if request.GET:
        raise InvalidRequest("Parameters belong in the body, not in the address.")
    return body(request)


def body(request: HttpRequest) -> QueryDict:
    """What a form in the body holds; InvalidRequest also if it cannot be read."""
    try:
        form = request.POST
    except (BadRequest, SuspiciousOperation):  # not UTF-8, too large, too many fields
        raise InvalidRequest("The body must be UTF-8, and not too large.") from None
    return checked(form)


def checked(parameters: QueryDict) -> QueryDict:
    """Parameters without repetition, control characters or excess; InvalidRequest."""
    found = QueryDict(mutable=True)
    for name, values in parameters.lists():
        kept = [value for value in values if value]
        if len(values) > 1 and name not in REPEATABLE:  # RFC 6749 §3.1, RFC 6749 §3.2
            raise InvalidRequest(f"{_plain(name)} is repeated.")
        if any("\0" in value for value in kept):
            raise InvalidRequest(f"{_plain(name)} holds a NUL character.")
        if any(len(value) > MAX_LENGTH for value in kept):
            raise InvalidRequest(f"{_plain(name)} is too long.")
        if kept:
            found.setlist(name, kept)
    return found


def single(parameters: Mapping[str, str], name: str) -> str:
    """A value, or "" if it is absent."""
    return parameters.get(name) or ""


def _plain(name: str) -> str:
    """A parameter's name as an error description may hold it (RFC 6749 §5.2)."""
    kept = "".join(c for c in name[:40] if c.isascii() and (c.isalnum() or c == "_"))
    return kept or "A parameter"
