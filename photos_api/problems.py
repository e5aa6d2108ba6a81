"""Every refusal of the API: Google's error shape around the challenges of RFC 6750 §3.

Each class is one way to say no. Raise it anywhere below a view; `answer` is the only
place that turns it into JSON.
"""

import logging
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.status import is_client_error

logger = logging.getLogger(__name__)

RESOURCE_METADATA = f"{settings.URL}/.well-known/oauth-protected-resource"


class Problem(Exception):
    """A refusal: an HTTP status, google.rpc's name for it, and a sentence."""

    http_status = 500
    status = "INTERNAL"

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields or {}
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, object]:
        """The error as Google's clients read it."""
        error: dict[str, object] = {
            "code": self.http_status,
            "message": self.message,
            "status": self.status,
        }
        if self.details:
            error["details"] = self.details
        return {"error": error}

    @property
    def details(self) -> list[dict[str, object]]:
        """What is wrong with which field."""
        violations = [{"field": k, "description": v} for k, v in self.fields.items()]
        kind = "type.googleapis.com/google.rpc.BadRequest"
        return [{"@type": kind, "fieldViolations": violations}] if violations else []


class InvalidArgument(Problem):
    """The request makes no sense, whatever the state of the library."""

    http_status, status = 400, "INVALID_ARGUMENT"


class FailedPrecondition(Problem):
    """The request makes sense, but not yet, or no more."""

    http_status, status = 400, "FAILED_PRECONDITION"


class PermissionDenied(Problem):
    """We know who asks, and the answer is no."""

    http_status, status = 403, "PERMISSION_DENIED"


class NotFound(Problem):
    """There is no such thing, or it is somebody else's: both sound alike."""

    http_status, status = 404, "NOT_FOUND"


class MethodNotAllowed(Problem):
    """There is such a thing, but not with this verb."""

    http_status, status = 405, "UNIMPLEMENTED"


class LengthRequired(InvalidArgument):
    """A body in chunks, whose end we cannot see."""

    http_status = 411


class TooLarge(InvalidArgument):
    """A body longer than any request needs."""

    http_status = 413


class UnsupportedMediaType(InvalidArgument):
    """A body that is not JSON."""

    http_status = 415


class ResourceExhausted(Problem):
    """Too much of a good thing."""

    http_status, status = 429, "RESOURCE_EXHAUSTED"


class Unavailable(Problem):
    """Not now: try again in a moment."""

    http_status, status = 503, "UNAVAILABLE"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})


class Challenge(Problem):
    """A refusal that says in WWW-Authenticate how to be let in."""

    error = ""

    def __init__(self, message: str, **attributes: str) -> None:
        attributes = {  # RFC 6750 §3, RFC 9728 §5.1
            "realm": "Photos",
            "error": self.error,
            "error_description": message if self.error else "",
            **attributes,
            "resource_metadata": RESOURCE_METADATA,
        }
        told = ", ".join(
            f'{name}="{value}"' for name, value in attributes.items() if value
        )
        super().__init__(message, headers={"WWW-Authenticate": f"Bearer {told}"})


class NoCredentials(Challenge):
    """Nobody introduced themselves: no error code, only the way in (RFC 6750 §3.1)."""

    http_status, status = 401, "UNAUTHENTICATED"


class InvalidRequest(Challenge):
    """The token came in a way it must not come (RFC 6750 §3.1)."""

    http_status, status, error = 400, "INVALID_ARGUMENT", "invalid_request"


class InvalidToken(Challenge):
    """The token is not good here (RFC 6750 §3.1); the sentence says which check failed.

    It never repeats anything out of the token.
    """

    http_status, status, error = 401, "UNAUTHENTICATED", "invalid_token"


class InsufficientScope(Challenge):
    """A good token that may not do this (RFC 6750 §3.1)."""

    http_status, status, error = 403, "PERMISSION_DENIED", "insufficient_scope"


class InsufficientUserAuthentication(Challenge):
    """The person signed in too long ago, or not well enough (RFC 9470 §3)."""

    http_status, status = 401, "UNAUTHENTICATED"
    error = "insufficient_user_authentication"


def answer(exception: Exception, context: Mapping[str, object]) -> Response | None:
    """DRF's EXCEPTION_HANDLER; None leaves an accident to Django's own 500."""
    problem = as_problem(exception)
    if problem is None:
        return None
    logger.info("%s %s: %s", problem.http_status, problem.status, problem.message)
    return Response(problem.body, problem.http_status, headers=problem.headers)


def as_problem(exception: Exception) -> Problem | None:
    """What DRF and Django raise, said in our words."""
    match exception:
        case Problem():
            return exception
        case Http404():
            return NotFound("There is nothing at this address.")
        case exceptions.UnsupportedMediaType():
            return UnsupportedMediaType("Send JSON, as application/json.")
        case exceptions.ValidationError():
            fields = dict(_violations(exception.detail))
            name, description = next(iter(fields.items()))
            return InvalidArgument(f"{name}: {description}", fields=fields)
        case exceptions.APIException() if is_client_error(exception.status_code):
            return InvalidArgument(str(exception.detail))
    return None


def _violations(detail: object, path: str = "") -> Iterator[tuple[str, str]]:
    """DRF's nested complaints as (field, sentence) pairs."""
    match detail:
        case dict():
            for name, inner in detail.items():
                first, *others = str(name).split("_")
                shown = first + "".join(word.capitalize() for word in others)
                inner_path = path if name == "non_field_errors" else f"{path}.{shown}"
                yield from _violations(inner, inner_path)
        case list() if any(isinstance(inner, dict) for inner in detail):
            yield from _violations(dict(enumerate(detail)), path)
        case list():
            yield path.strip(".") or "request", " ".join(map(str, detail))
        case _:
            yield path.strip(".") or "request", str(detail)


def json_response(problem: Problem) -> JsonResponse:
    """The same answer outside DRF, where no view was reached."""
    return JsonResponse(
        problem.body, status=problem.http_status, headers=problem.headers
    )


API_ROOTS = ("/library/", "/picker/", "/bytes/", "/.well-known/")


def at_the_api(request: HttpRequest) -> bool:
    """Does a program ask here, or a person at the pages?"""
    return request.path.startswith(API_ROOTS)
