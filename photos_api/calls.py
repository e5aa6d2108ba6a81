"""What a call brings along: its query and its body, each checked against what its
method declares, and the parameters that every method takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from photos_api.bodies import Body
from photos_api.messages import (
    LONGEST_BODY,
    AlwaysJSON,
    JSONParser,
    Message,
    reader,
)
from photos_api.names import snake_case
from photos_api.problems import InvalidArgument

LONGEST_QUERY = 8 * 1024
FORM = "application/x-www-form-urlencoded"
OVERRIDE = "HTTP_X_HTTP_METHOD_OVERRIDE"


@dataclass(frozen=True, slots=True)
class Standard:
    """A parameter that every method of Google's takes; unless it has to be one of a
    few values, we accept whatever it says and make nothing of it.
    """

    description: str
    values: tuple[str, ...] = ()


BOOLEAN = ("true", "false", "1", "0")
# `fields` is read in `masks`. An access token must not travel in a URL: a call with one
# of those two gets to no method, `authentication` refuses it.
STANDARD_PARAMETERS: Mapping[str, Standard] = {
    "alt": Standard("Data format for response.", ("json",)),
    "fields": Standard("Which fields to include in a partial response."),
    "prettyPrint": Standard("Accepted, but makes no difference.", BOOLEAN),
    "key": Standard("Accepted, but opens nothing: only access tokens do."),
    "quotaUser": Standard("Accepted, but quotas go by app and person."),
    "callback": Standard("Ignored: answers are JSON, never scripts."),
    "uploadType": Standard("Upload protocol for media."),
    "upload_protocol": Standard("Upload protocol for media."),
    "uploadProtocol": Standard("Upload protocol for media."),
    "$.xgafv": Standard("Error format; here there is only one.", ("1", "2")),
    "access_token": Standard("Refused."),
    "oauth_token": Standard("Refused."),
}


def read_query(request: Request, declared: type[Message]) -> dict[str, Any]:
    """The query of the request, checked against its declaration.

    A parameter that comes twice is refused, unless it is declared as a list: whoever
    reads only one of the two disagrees with whoever reads the other.
    """
    query: QueryDict = request.query_params
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
        raise InvalidArgument("The query is too long.")
    given: dict[str, Any] = {}
    for name, values in query.lists():
        if _is_list(declared, name):
            given[name] = values
        elif len(values) > 1:
            raise InvalidArgument(
                "A query parameter is given twice.", fields={name[:100]: "Given twice."}
            )
        elif name in STANDARD_PARAMETERS:
            _check_standard(name, values[0])
        else:
            given[name] = values[0]
    return reader(declared).run_validation(given)  # type: ignore[no-any-return]


def _is_list(declared: type[Message], name: str) -> bool:
    field = reader(declared).fields.get(snake_case(name))
    return isinstance(field, serializers.ListField)


def _check_standard(name: str, value: str) -> None:
    values = STANDARD_PARAMETERS[name].values
    if values and value not in values:
        possible = " or ".join(values)
        raise InvalidArgument(
            f"{name}: Must be {possible}.", fields={name: f"Must be {possible}."}
        )


def read_body(request: Request, declared: type[Message]) -> dict[str, Any]:
    """The JSON body, checked against its declaration; no body is an empty one."""
    chunked = request.META.get("HTTP_TRANSFER_ENCODING")
    given = _in_chunks(request) if chunked else request.data
    return reader(declared).run_validation(given or {})  # type: ignore[no-any-return]


def _in_chunks(request: Request) -> dict[str, Any]:
    """A body whose length nobody announced: Django does not see it, the server does."""
    if AlwaysJSON().select_parser(request, [JSONParser()]) is None:
        raise UnsupportedMediaType(request.content_type)
    body = Body(request._request)  # noqa: SLF001 # DRF believes that there is none
    content = next(body.blocks(LONGEST_BODY + 1), b"")
    return JSONParser().parse(BytesIO(content)) if content else {}


def as_it_was_meant(request: Request) -> None:
    """Undo X-HTTP-Method-Override: a POST that stands for another verb.

    Clients send it when a URL would be too long for somebody on the way (the query
    then is the body, as a form), or when they cannot say PATCH.
    """
    meant = request.META.get(OVERRIDE)
    if meant is None or meant == request.method:
        return
    if request.method != "POST" or meant not in _MEANT:
        raise InvalidArgument(
            "X-HTTP-Method-Override: Send it with a POST, to say GET, PATCH, PUT or "
            "DELETE."
        )
    _MEANT[meant](request)
    request._request.method = meant  # noqa: SLF001 # DRF only reads it


def _form_as_query(request: Request) -> None:
    """Put the form where a GET has its parameters."""
    if (request.content_type or "").partition(";")[0].strip().lower() != FORM:
        raise InvalidArgument(f"X-HTTP-Method-Override: Send the query as {FORM}.")
    inner = request._request  # noqa: SLF001 # DRF parses JSON only
    form = inner.body.decode("ascii", "replace")
    if inner.GET:
        form = f"{inner.META['QUERY_STRING']}&{form}"
    inner.META["QUERY_STRING"] = form
    inner.GET = QueryDict(form)


def _nothing(request: Request) -> None:
    """The body stays the body."""


_MEANT: dict[str, Callable[[Request], None]] = {
    "GET": _form_as_query,
    "PATCH": _nothing,
    "PUT": _nothing,
    "DELETE": _nothing,
}
