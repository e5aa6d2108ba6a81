"""Leaving."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from printshop import sign_out as protocol
from printshop.failures import SignInFailed


class NotOurSignOut(SignInFailed):
    """Somebody sent this browser here; nothing happened."""

    title = "This was not your sign-out"
    advice = (
        "You came here from a page we did not send you to. Nothing was changed. To"
        " leave, use the Sign out button."
    )
    action = ("home", "Back to the shop")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask on GET, so that no link can sign anyone out; leave on POST."""
    if request.method == "POST":
        return redirect(protocol.sign_out(request))
    return render(request, "sign_out.html")


@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Where the provider sends people when its session is over too."""
    everywhere = "state" in request.GET
    if everywhere and not protocol.came_back(request):
        raise NotOurSignOut("state of the sign-out differs")
    return render(request, "signed_out.html", {"everywhere": everywhere})
