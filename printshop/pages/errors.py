"""Errors are pages of this site too, and say what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from printshop.orders_api import problems, refusals


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent makes no sense to us."""
    if refusals.is_for_a_program(request):
        return refusals.json_response(problems.Invalid("This makes no sense to us."))
    return render(request, "400.html", status=400)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that was not ours, or whose cookie is gone."""
    return render(request, "403.html", status=403)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this person."""
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here, or nothing of yours."""
    if refusals.is_for_a_program(request):
        return refusals.json_response(
            problems.NotFound("There is nothing at this address.")
        )
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: ours. The page asks the database nothing: that may be what is broken."""
    if refusals.is_for_a_program(request):
        return refusals.json_response(
            problems.Problem("Something went wrong on our side. It has been noted.")
        )
    return render(None, "500.html", {"site_name": "Print Shop"}, status=500)
