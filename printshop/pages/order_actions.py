"""What customers may do with an order they placed: cancel it, order it again."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from printshop import cancelling, reordering
from printshop.forms.cart import AgainForm
from printshop.models.orders import Order
from printshop.pages.requests import CustomerRequest

TOO_LATE = "This order can no longer be cancelled."
GONE = "Nothing of this order can be made again."


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: CustomerRequest, number: str) -> HttpResponse:
    """Ask once more, then end the order and give its money back."""
    mine = Order.objects.of(request.user).placed()
    order = get_object_or_404(mine, number=number)
    if request.method == "POST":
        if not cancelling.cancel(order) and not order.is_cancelled:
            messages.warning(request, TOO_LATE)
        return redirect("order", number)
    if not order.can_be_cancelled:
        return redirect("order", number)
    return render(request, "cancel.html", {"order": order})


@never_cache
@login_required
@require_POST
def order_again(request: CustomerRequest, number: str) -> HttpResponse:
    """Put the same things into the cart, at today's prices."""
    mine = Order.objects.of(request.user).placed()
    order = get_object_or_404(mine, number=number)
    form = AgainForm(request.POST)
    token = form.cleaned_data["token"] if form.is_valid() else uuid.uuid4()
    if not reordering.order_again(order, token):
        messages.warning(request, GONE)
        return redirect("order", number)
    return redirect("cart")
