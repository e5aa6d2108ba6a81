"""The shop window."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from printshop.products import PRODUCTS, Shipping

MAKE = "make"  # the session remembers what somebody came for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What there is, what it costs, and how to begin."""
    page = {
        "products": PRODUCTS.values(),
        "cheapest": min(product.cents for product in PRODUCTS.values()),
        "shipping": Shipping.STANDARD.cents,
    }
    return render(request, "home.html", page)


@never_cache
@require_safe
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Begin with a product: it is selected when the photos have been chosen."""
    if code not in PRODUCTS:
        raise Http404
    request.session[MAKE] = code
    return redirect("choose")
