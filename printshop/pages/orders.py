"""Orders: how far they are, and what was printed."""

import uuid
from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from printshop import tracking
from printshop.forms import COUNTRIES
from printshop.forms.cart import AgainForm
from printshop.models.orders import Order, Stage
from printshop.pages.requests import CustomerRequest, page_number

MERGED = "Nothing was charged; everything is in your cart."


@never_cache
@login_required
@require_safe
def orders(request: CustomerRequest) -> HttpResponse:
    """Every order of this customer, the newest first."""
    number = page_number(request)
    mine = tracking.list_of(request.user, number)
    if not mine and number > 1:
        return redirect("orders")
    page = {
        "lines": mine[: tracking.ORDERS],
        "newer": number - 1,
        "older": number + 1 if len(mine) > tracking.ORDERS else 0,
    }
    return render(request, "orders.html", page)


@never_cache
@login_required
@require_safe
def order(request: CustomerRequest, number: str) -> HttpResponse:
    """One order: its stages, its prints, its price."""
    page = page_number(request)
    tracked = tracking.Tracked.of(request.user, number, page)
    if tracked is None:
        mine = get_object_or_404(Order.objects.of(request.user), number=number)
        if mine.is_cancelled and page == 1:  # not paid, and a cart took it over
            messages.info(request, MERGED)
            return redirect("cart")
        if mine.stage != Stage.DRAFT and page == 1:
            raise Http404
        return redirect("pay" if mine.stage == Stage.DRAFT else "order", number)
    shown = {
        "tracked": tracked,
        "order": tracked.order,
        "country": COUNTRIES[tracked.order.country][0],
        "again": AgainForm(initial={"token": uuid.uuid4()}),
        "number": page,
        "pages": range(1, tracked.pages + 1),
    }
    return render(request, "order.html", shown)


@never_cache
@login_required
@require_safe
def order_state(request: CustomerRequest, number: str) -> HttpResponse:
    """The same for the page's script."""
    progress = tracking.progress(request.user, number)
    if progress is None:
        raise Http404
    return JsonResponse(asdict(progress))
