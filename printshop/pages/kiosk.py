"""The browser app: a public client in plain script, static/printshop_kiosk/.

RFC 10017. This page is all that the shop's server has to do with it: what the app must
know, and a policy that lets no other script near its tokens.
"""

from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from printshop.cart import MOST_COPIES
from printshop.doors.opening import behind
from printshop.forms import COUNTRIES
from printshop.orders_api.asked import METHODS
from printshop.orders_api.authentication import SCOPE
from printshop.products import PRODUCTS, Finish


@behind("browser")
@never_cache
@require_safe
def kiosk(request: HttpRequest) -> HttpResponseBase:
    """The same for everybody: no cookie is read, nobody is signed in here."""
    return csp_replace(policy())(_page)(request)


def _page(request: HttpRequest) -> HttpResponse:
    page = {
        "page": configuration(),
        "countries": {code: name for code, (name, _) in COUNTRIES.items()},
        "products": PRODUCTS.values(),
        "shipping": METHODS,
        "most_copies": MOST_COPIES,
    }
    response = render(request, "kiosk.html", page)
    response["Referrer-Policy"] = "no-referrer"  # a code may be in the address
    return response


def policy() -> dict[str, list[str]]:
    """What the page may do beyond the settings' policy, and what not even that.

    Calls go to three places and nowhere else, pictures come from memory, and text never
    becomes markup or script, not even by a mistake of ours.
    """
    others = (settings.ISSUER, settings.PHOTOS_URL)
    return {
        "connect-src": ["'self'", *("/".join(url.split("/")[:3]) for url in others)],
        "img-src": ["'self'", "blob:"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
    }


def configuration() -> dict[str, Any]:
    """What the app is told; none of it is a secret."""
    return {
        "issuer": settings.ISSUER,
        "clientId": settings.KIOSK_CLIENT_ID,
        "redirectUri": settings.URL + reverse("kiosk"),
        "scope": f"{settings.SIGN_IN_SCOPE} {settings.PICK_SCOPE} {SCOPE}",
        "photos": {
            "url": settings.PHOTOS_URL,
            "name": settings.PHOTOS_NAME,
            "does": "see the photos you pick",
        },
        "shop": {
            "url": settings.URL,
            "name": "Print Shop",
            "does": "order prints for you",
        },
        "country": "DE",
        "finishes": dict(Finish.choices),
    }
