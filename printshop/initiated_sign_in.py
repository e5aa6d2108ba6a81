"""Sign-in that begins at the provider, or wherever it likes: OIDC Core §4.

/sign-in/initiate/ is what to register as ``initiate_login_uri``.
"""

from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from printshop.authorization import own_path, single_values
from printshop.failures import SignInFailed
from printshop.sign_in import ask_who

LONGEST_HINT = 255  # characters


@csrf_exempt  # other sites send people here; it begins a sign-in and changes nothing
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def initiate(request: HttpRequest) -> HttpResponse:
    """Ask our provider who this is, and nobody else who wants to be asked."""
    sent = single_values(request.POST if request.method == "POST" else request.GET)
    if sent.get("iss") != settings.ISSUER:
        raise SignInFailed("somebody else than our provider begins a sign-in")
    if request.method == "POST":
        # No session cookie comes with another site's form (SameSite), and one set in
        # answer would end the session there is. With this redirect it comes along.
        again = f"{request.path}?{urlencode(sent)}"
        return HttpResponseRedirect(again, status=HTTPStatus.SEE_OTHER)

    target = sent.get("target_link_uri", "").removeprefix(settings.URL)
    hint = sent.get("login_hint", "")
    known = hint if hint.isprintable() and len(hint) <= LONGEST_HINT else ""
    next_path = own_path(target, reverse("home"))
    return HttpResponseRedirect(ask_who(request, next_path, login_hint=known))
