"""Signing out of this browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from authserver.pages.answers import SeeOther
from authserver.sessions import end_session


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, sign out, and say so: three visits to one address.

    A link alone signs nobody out, or any page could with an image.
    """
    if request.method == "POST":
        end_session(request)
        return SeeOther(reverse("sign_out"))
    if not request.user.is_authenticated:
        return render(request, "signed_out.html")
    return render(request, "sign_out.html", {"here": "sign_out"})
