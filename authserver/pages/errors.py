"""Pages for what went wrong: what happened, that nothing was lost, what to do next."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

NOTHING_LOST = "Nothing was changed and nothing was lost."


def problem(
    request: HttpRequest,
    heading: str,
    sentence: str,
    advice: str,
    *,
    status: int = HTTPStatus.BAD_REQUEST,
) -> HttpResponse:
    """An error as a page of this site; never redirects."""
    context = {"heading": heading, "sentence": sentence, "advice": advice}
    return render(request, "error.html", context | {"status": status}, status=status)


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """An authorization request whose sender or return address cannot be trusted.

    Shown here, since to redirect would be to do what an attacker asks for
    (RFC 6749 §3.1.2.4, RFC 9700 §4.11.2). ``sentence`` names what was wrong.
    """
    return problem(
        request,
        "This link does not work",
        sentence,
        "You were not sent anywhere and no app learned anything. If you came from an "
        "app you use, tell its makers what this page says; if from an e-mail or a "
        "message, close this page.",
    )


def _always(
    heading: str, sentence: str, advice: str, status: int
) -> Callable[..., HttpResponse]:
    """A view that answers with one and the same page, whatever it is told."""

    @never_cache
    def answer(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
        return problem(request, heading, sentence, advice, status=status)

    return answer


# A link of a letter that has done its work, or can do it no longer.
link_gone = _always(
    "This link no longer works",
    f"It was used already, or it is too old, or it was cut off. {NOTHING_LOST}",
    "If you still need it, ask for another letter.",
    HTTPStatus.NOT_FOUND,
)

# A pending authorization request that is not, or no longer, this browser's.
request_gone = _always(
    "This request is no longer open",
    "It was answered already, or it waited for more than an hour, or it belongs to "
    f"another browser. {NOTHING_LOST}",
    "Go back to the app you came from and start there again.",
    HTTPStatus.NOT_FOUND,
)

bad_request = _always(
    "This request makes no sense here",
    f"Something in it is malformed. {NOTHING_LOST}",
    "Go back and try again, or start from your account.",
    HTTPStatus.BAD_REQUEST,
)

permission_denied = _always(
    "This page is not for your account",
    f"You are signed in, but this belongs to somebody else. {NOTHING_LOST}",
    "Sign in with another account, or go back to yours.",
    HTTPStatus.FORBIDDEN,
)

# A form that did not come from a page of ours in this browser.
csrf_failure = _always(
    "This form is too old, or not ours",
    "It was opened before you signed in or out, cookies are blocked, or another "
    f"site sent it. {NOTHING_LOST}",
    "Go back, load the page again, and repeat what you did.",
    HTTPStatus.FORBIDDEN,
)

page_not_found = _always(
    "There is no such page",
    f"The address is misspelt, or what was here has gone. {NOTHING_LOST}",
    "Check the address, or start from your account.",
    HTTPStatus.NOT_FOUND,
)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Asks the database nothing: it may be what failed."""
    context = {"site_name": "Photos Account"}
    return render(
        None, "500.html", context, status=HTTPStatus.INTERNAL_SERVER_ERROR
    )  # no request, no context processors, no session
