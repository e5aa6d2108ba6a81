"""The shop window."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from printshop.products import PRODUCTS, Shipping


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What there is, what it costs, and how to begin."""
    page = {
        "products": PRODUCTS.values(),
        "cheapest": min(product.cents for product in PRODUCTS.values()),
        "shipping": Shipping.STANDARD.cents,
    }
    return render(request, "home.html", page)
