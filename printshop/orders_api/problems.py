"""Every refusal of the orders resource, as a problem of RFC 9457 §3.

Each class is one way to say no. Raise it anywhere below a view; `refusals` is the only
place that turns it into JSON.
"""

from collections.abc import Mapping
from http import HTTPStatus

from django.conf import settings

MEDIA_TYPE = "application/problem+json"
METADATA = "/.well-known/oauth-protected-resource"


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
