"""What pages answer with, beside a rendered template."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from authserver.authorization_request import RequestGone
from authserver.models import User
from authserver.pages import errors

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class SignedInRequest(HttpRequest):
    """A request behind ``login_required``."""

    user: User


class SeeOther(HttpResponseRedirect):
    """The browser goes on with GET and sends nothing again (RFC 9700 §4.12)."""

    status_code = 303


def gone_is_a_page(view: View[P]) -> View[P]:
    """Answer RequestGone with a page that says what to do."""

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RequestGone:
            return errors.request_gone(request)

    return answer


def forms_may_end_at(response: HttpResponse, sources: list[str]) -> HttpResponse:
    """Set CSP ``form-action``, which browsers apply to every redirect after a form."""
    response._csp_replace = {"form-action": sources}  # type: ignore[attr-defined]  # noqa: SLF001  # as django-csp's decorators do
    return response
