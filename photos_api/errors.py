"""What Django itself answers when no view did: JSON at the API, a page for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from photos_api import problems


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400"""
    if problems.at_the_api(request):
        return problems.json_response(
            problems.InvalidArgument("This request makes no sense to us.")
        )
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    if problems.at_the_api(request):
        return problems.json_response(problems.PermissionDenied("This is not for you."))
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404"""
    if problems.at_the_api(request):
        return problems.json_response(
            problems.NotFound("There is nothing at this address.")
        )
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500"""
    if problems.at_the_api(request):
        return problems.json_response(
            problems.Problem("Something went wrong on our side. It has been noted.")
        )
    return render(request, "500.html", status=500)
