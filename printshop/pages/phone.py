"""A page that plays a phone, so that an app can be seen that is installed nowhere.

The app is static/printshop_phone: a public client in plain modules. Everything here is
its stage: the page, the address where the browser leaves an answer for it, the radio.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from printshop import radio, throttle, wire
from printshop.doors.opening import behind
from printshop.failures import ProviderUnavailable

# Nothing may become script that was text: Trusted Types, and none are made.
ONLY_TEXT = {"require-trusted-types-for": ["'script'"], "trusted-types": ["'none'"]}


@never_cache
@require_safe
@behind("phone")
def phone(request: HttpRequest) -> HttpResponseBase:
    """The phone, whose app asks the issuer itself for its metadata."""
    issuer = urlsplit(settings.ISSUER)._replace(path="").geturl()
    policy = {**ONLY_TEXT, "connect-src": [issuer], "img-src": ["blob:"]}
    return csp_update(policy)(_page)(request)


def _page(request: HttpRequest) -> HttpResponse:
    context = {
        "client_id": radio.CLIENT_ID,
        "issuer": settings.ISSUER,
        "shop": settings.URL,
        "photos": settings.PHOTOS_URL,
    }
    return render(request, "phone.html", context)


@never_cache
@require_safe
@behind("phone")
@csp_update(ONLY_TEXT)
def left_here(request: HttpRequest) -> HttpResponse:
    """Where the browser leaves the app's answer: RFC 8252 §7.1, RFC 8252 §7.2.

    The answer is in the address. It is not looked at here: the script hands it on.
    """
    page = render(request, "phone_open.html")
    page["Referrer-Policy"] = "no-referrer"  # RFC 9700 §4.2.4
    return page


@never_cache
@require_POST
@behind("phone")
def send(request: HttpRequest) -> HttpResponse:
    """What the app sends; refused by Django already without the page's CSRF header."""
    try:
        _check(request)
        call = radio.Call.parse(request.body)
        answer = radio.send(call)
        if call.is_for_bytes:  # never as what a page could be made of
            return HttpResponse(answer.body, "application/octet-stream")
        told = answer.json() if answer.body else {}  # RFC 7009 §2.2: it may be empty
        return JsonResponse({"status": answer.status, "body": told})
    except radio.NotSent as refusal:
        return JsonResponse({"error": str(refusal)}, status=refusal.status)
    except (wire.Unreachable, ProviderUnavailable):
        return JsonResponse({"error": "No usable answer came back."}, status=502)


def _check(request: HttpRequest) -> None:
    """Whatever can be said before reading it."""
    if request.content_type != "application/json":  # no form can send that
        raise radio.NotSent("Send JSON.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = request.META.get("CONTENT_LENGTH") or "0"  # more is never read of a body
    if not length.isdecimal() or int(length) > radio.LONGEST_CALL:
        raise radio.NotSent("Too long.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if throttle.is_busy(request, "radio", radio.MOST_A_MINUTE):
        raise radio.NotSent("Wait a minute.", HTTPStatus.TOO_MANY_REQUESTS)
