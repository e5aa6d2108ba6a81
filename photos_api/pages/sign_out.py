"""Leaving: here first, then at the issuer (OIDC RP-Initiated Logout §2)."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from photos_api.pages import sign_in

DONE = f"{settings.URL}/sign-out/done/"


@never_cache
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """GET asks, POST ends the session here and goes on to end it at the issuer."""
    if request.method == "GET":
        return render(request, "sign_out.html")
    id_token = request.session.get("id_token")
    logout(request)
    try:
        leaving = sign_in.client().create_logout_url(
            post_logout_redirect_uri=DONE,
            id_token_hint=id_token,
            client_id=settings.CLIENT_ID,
        )
    except sign_in.SILENCE:
        return redirect("signed_out")  # gone from here in any case
    return HttpResponseRedirect(leaving["url"])


@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Signed out; whoever gets here by chance is told how it is."""
    return render(request, "signed_out.html")
