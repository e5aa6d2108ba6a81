"""Every refusal of the orders resource, as a problem of RFC 9457 §3.

Each class is one way to say no. Raise it anywhere below a view; `answer` is the only
place that turns it into JSON.
"""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.status import is_client_error

from printshop.failures import BadToken, ProviderUnavailable

MEDIA_TYPE = "application/problem+json"
METADATA = "/.well-known/oauth-protected-resource"
logger = logging.getLogger("printshop.orders_api")


class Problem(Exception):
    """A refusal: an HTTP status, a sentence, and what is wrong with which field.

    ``fields``: JSON pointer into what was sent → sentence.
    """

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(
        self,
        detail: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields or {}
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, object]:
        """As RFC 9457 §3.1 has it; `errors` is an extension, as in its own example."""
        errors = [{"pointer": f"#{k}", "detail": v} for k, v in self.fields.items()]
        return {
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            **({"errors": errors} if errors else {}),
        }


class Invalid(Problem):
    """What was sent makes no sense, or cannot be printed."""

    status = HTTPStatus.BAD_REQUEST


class Forbidden(Problem):
    """We know who asks, and the answer is no."""

    status = HTTPStatus.FORBIDDEN


class NotFound(Problem):
    """There is no such thing, or it is somebody else's: both sound alike."""

    status = HTTPStatus.NOT_FOUND


class MethodNotAllowed(Problem):
    """There is such a thing, but not with this verb."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class Conflict(Problem):
    """Too late, or it was said otherwise before."""

    status = HTTPStatus.CONFLICT


class LengthRequired(Problem):
    """A body in pieces, whose end we cannot see."""

    status = HTTPStatus.LENGTH_REQUIRED


class TooLarge(Problem):
    """More than we take."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedMediaType(Problem):
    """Another type than we take."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class TooMany(Problem):
    """Too much of a good thing."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class Unavailable(Problem):
    """Not now: try again in a moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": "5"})


class Challenge(Problem):
    """A refusal that says in WWW-Authenticate how to be let in."""

    error = ""

    def __init__(self, detail: str, **attributes: str) -> None:
        attributes = {  # RFC 6750 §3, RFC 9728 §5.1
            "realm": "Print Shop",
            "error": self.error,
            "error_description": detail if self.error else "",
            **attributes,
            "resource_metadata": f"{settings.URL}{METADATA}",
        }
        told = ", ".join(f'{name}="{v}"' for name, v in attributes.items() if v)
        super().__init__(detail, headers={"WWW-Authenticate": f"Bearer {told}"})


class NoCredentials(Challenge):
    """Nobody introduced themselves: no error code, only the way in (RFC 6750 §3.1)."""

    status = HTTPStatus.UNAUTHORIZED


class InvalidRequest(Challenge):
    """The token came in a way it must not come (RFC 6750 §3.1)."""

    status, error = HTTPStatus.BAD_REQUEST, "invalid_request"


class InvalidToken(Challenge):
    """The token is not good here (RFC 6750 §3.1); it is not repeated in the answer."""

    status, error = HTTPStatus.UNAUTHORIZED, "invalid_token"


class InsufficientScope(Challenge):
    """A good token that may not do this (RFC 6750 §3.1)."""

    status, error = HTTPStatus.FORBIDDEN, "insufficient_scope"


def answer(exception: Exception, context: Mapping[str, object]) -> Response | None:
    """DRF's EXCEPTION_HANDLER; None leaves an accident to Django's own 500."""
    problem = as_problem(exception)
    if problem is None:
        return None
    logger.info("%s: %s", problem.status.value, problem.detail)
    return Response(
        problem.body, problem.status, headers=problem.headers, content_type=MEDIA_TYPE
    )


def as_problem(exception: Exception) -> Problem | None:  # noqa: PLR0911 - a table
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
        case exceptions.UnsupportedMediaType():
            return UnsupportedMediaType("Send JSON, as application/json.")
        case exceptions.ValidationError():
            fields = dict(_violations(exception.detail))
            pointer, sentence = next(iter(fields.items()))
            return Invalid(f"{pointer or 'The body'}: {sentence}", fields=fields)
        case exceptions.APIException() if is_client_error(exception.status_code):
            return Invalid(str(exception.detail))
    return None


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
