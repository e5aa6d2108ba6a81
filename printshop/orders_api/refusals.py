"""How a refusal is sent, wherever it comes from: RFC 9457 §3."""

import logging
from collections.abc import Iterator, Mapping

from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from printshop.failures import BadToken, ProviderUnavailable
from printshop.orders_api.problems import (
    MEDIA_TYPE,
    Invalid,
    InvalidToken,
    MethodNotAllowed,
    NotFound,
    Problem,
    Unavailable,
    UnsupportedMediaType,
)

logger = logging.getLogger("printshop.orders_api")


def answer(exception: Exception, context: Mapping[str, object]) -> Response | None:
    """DRF's EXCEPTION_HANDLER; None leaves an accident to Django's own 500."""
    problem = as_problem(exception)
    if problem is None:
        return None
    logger.info("%s: %s", problem.status.value, problem.detail)
    return Response(
        problem.body, problem.status, headers=problem.headers, content_type=MEDIA_TYPE
    )


def as_problem(exception: Exception) -> Problem | None:
    """What the shop, DRF and Django raise, said in our words."""
    match exception:
        case Problem():
            return exception
        case BadToken():
            return InvalidToken(str(exception))
        case ProviderUnavailable():
            return Unavailable("Access tokens cannot be checked at the moment.")
        case Http404():
            return NotFound("There is nothing at this address.")
        case exceptions.APIException():
            return _of_framework(exception)
    return None


def _of_framework(exception: exceptions.APIException) -> Problem:
    match exception:
        case exceptions.MethodNotAllowed():
            return MethodNotAllowed("There is such a thing, but not with this verb.")
        case exceptions.UnsupportedMediaType():
            return UnsupportedMediaType("Send JSON, as application/json.")
        case exceptions.ValidationError():
            fields = dict(_violations(exception.detail))
            pointer, sentence = next(iter(fields.items()))
            return Invalid(f"{pointer or 'The body'}: {sentence}", fields=fields)
    return Invalid(str(exception.detail))


def _violations(detail: object, pointer: str = "") -> Iterator[tuple[str, str]]:
    """DRF's nested complaints as (JSON pointer, sentence) pairs: RFC 6901 §3."""
    match detail:
        case dict():
            for name, inner in detail.items():
                escaped = str(name).replace("~", "~0").replace("/", "~1")
                here = name == "non_field_errors"
                yield from _violations(
                    inner, pointer if here else f"{pointer}/{escaped}"
                )
        case list() if any(isinstance(inner, dict) for inner in detail):
            yield from _violations(dict(enumerate(detail)), pointer)
        case list():
            yield pointer, " ".join(map(str, detail))
        case _:
            yield pointer, str(detail)


def is_for_a_program(request: HttpRequest) -> bool:
    """Does a program ask at this address, or a person?"""
    return request.path.startswith(("/v1/", "/.well-known/"))


def json_response(problem: Problem) -> JsonResponse:
    """The same answer outside DRF, where no view was reached."""
    return JsonResponse(
        problem.body,
        status=problem.status,
        headers=problem.headers,
        content_type=MEDIA_TYPE,
    )
