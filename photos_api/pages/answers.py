"""Answers every page may need."""

from collections.abc import Callable
from typing import TypeVar, cast

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

View = TypeVar("View", bound=Callable[..., HttpResponse])


def scripted(view: View) -> View:
    """For pages that are nicer with a script: our own files, which talk only to us."""
    allowed = csp_update({"script-src": ["'self'"], "connect-src": ["'self'"]})
    return cast(View, allowed(view))


def photos(count: int) -> str:
    """How many, in words."""
    return "1 photo" if count == 1 else f"{count} photos"


def explain(
    request: HttpRequest, title: str, text: str, *, status: int
) -> HttpResponse:
    """A page that says what happened and what to do next."""
    return render(
        request, "explanation.html", {"title": title, "text": text}, status=status
    )


def issuer_is_silent(request: HttpRequest) -> HttpResponse:
    """The authorization server does not answer: nothing is lost, try again."""
    answer = explain(
        request,
        "Photos Account does not answer",
        "We could not reach the service that knows who you are. Your photos are safe, "
        "and nothing was changed. Please try again in a minute.",
        status=503,
    )
    answer["Retry-After"] = "30"
    return answer
