"""What can go wrong between the three parties, and the page a person then sees.

Failure                     what happened, what to do next, the reason for the log
├── SignInFailed            the answer to an authorization request is not acceptable
│   ├── BadToken            a token is not of the provider, not current or not for us
│   └── Declined            the person said no, which is their right
├── ProviderUnavailable     the authorization server does not answer as it should
├── NotConnected            no tokens, or none that work: connect (again)
├── ScopeMissing            connected, but not for this
├── PhotosUnavailable       the photo service does not answer now; later it may
└── PhotosRefused           the photo service said no, and will say so again
"""

import logging
from collections.abc import Callable
from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from printshop.context import site

logger = logging.getLogger("printshop.failures")


class Failure(Exception):
    """Carries the reason for the log; the class carries the words for the person.

    They may name ``{provider_name}`` and ``{photos_name}``.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str]
    advice: ClassVar[str]
    action: ClassVar[tuple[str, str]] = ("home", "Back to the shop")


class SignInFailed(Failure):
    """The answer to an authorization request is not acceptable."""

    title = "We could not sign you in"
    advice = (
        "The answer from your {provider_name} account did not fit the question we"
        " asked. That happens when a page is opened twice or is left open for long."
        " Nothing was changed and nothing is lost: please start again."
    )
    action = ("sign_in", "Sign in again")


class BadToken(SignInFailed):
    """A token is not of the provider, not current or not for us."""


class Declined(SignInFailed):
    """The person said no, which is their right."""

    status = 403
    title = "You said no, and that is fine"
    advice = (
        "Your {provider_name} account has told us nothing about you. You can look"
        " around the shop, and come back when you want to order prints."
    )
    action = ("home", "Back to the shop")


class AnotherPerson(Failure):
    """Photos were lent by somebody else than the customer who is signed in."""

    title = "These are somebody else’s photos"
    advice = (
        "You are signed in here with one {provider_name} account, and connected"
        " another. We gave that access back at once. Sign out of that account, or"
        " connect with the one you use here."
    )
    action = ("connection", "Back to your connection")


class ProviderUnavailable(Failure):
    """The authorization server does not answer as it should: wait, and try again."""

    status = 424
    title = "Your {provider_name} account does not answer"
    advice = (
        "The server that signs you in is not reachable just now, or answers what we"
        " cannot read. Your orders are safe with us. Please try again in a minute."
    )
    action = ("sign_in", "Try again")


class NotConnected(Failure):
    """There are no tokens, or none that work."""

    status = 403
    title = "Connect your photos again"
    advice = (
        "The access you lent us has ended. Photos we have already copied for you, and"
        " your orders, are safe. Connect again to choose more."
    )
    action = ("connect", "Connect your photos")


class ScopeMissing(Failure):
    """Connected, but the grant does not cover what is wanted."""

    status = 403
    title = "One permission is missing"
    advice = (
        "You connected your account without letting us see the photos you pick. Allow"
        " it and you can choose; we still see nothing else."
    )
    action = ("connect", "Allow choosing photos")


class PhotosUnavailable(Failure):
    """The photo service does not answer now; later it may."""

    status = 424
    title = "{photos_name} does not answer"
    advice = (
        "We cannot reach your photos just now. What you have chosen is kept. Please"
        " try again in a minute."
    )
    action = ("choose", "Try again")

    def __init__(self, reason: str, *, retry_after: int = 0) -> None:
        """``retry_after``: how many seconds we were asked to wait."""
        super().__init__(reason)
        self.retry_after = retry_after


class PhotosRefused(Failure):
    """The photo service said no, and will say so again."""

    title = "Please choose again"
    advice = (
        "{photos_name} no longer knows this selection. Selections end after a while;"
        " photos we have already copied are kept for a day."
    )
    action = ("choose", "Choose photos")


class FailurePages:
    """Middleware: a Failure becomes its page, and one line in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer a Failure; leave every other exception to Django."""
        if not isinstance(exception, Failure):
            return None

        logger.warning("%s: %s", type(exception).__name__, exception)
        names = site(request)
        page = {
            "title": exception.title.format_map(names),
            "advice": exception.advice.format_map(names),
            "action": exception.action,
        }
        return render(request, "failure.html", page, status=exception.status)
