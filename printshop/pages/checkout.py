"""Address and payment."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from printshop import checkout
from printshop.bills import Bill
from printshop.checkout import Unfinished
from printshop.forms import COUNTRIES, AddressForm, PayForm
from printshop.models.orders import Order, Stage
from printshop.models.payments import Payment
from printshop.pages.requests import CustomerRequest

DECLINED = "The bank declined this card. Nothing was charged; please try another."


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: CustomerRequest, number: str) -> HttpResponse:
    """Where the prints go."""
    order = get_object_or_404(Order.objects.of(request.user), number=number)
    if order.stage != Stage.DRAFT:
        return redirect("order", number)

    if not order.has_address:
        Order.objects.recall_address(order)
    form = AddressForm(request.POST or None, order)
    if request.method != "POST":
        return render(request, "address.html", {"form": form, "order": order})
    if not form.is_valid():
        page = {"form": form, "order": order}
        return render(request, "address.html", page, status=422)
    Order.objects.address(order, form.recorded)
    return redirect("pay", number)


@never_cache
@sensitive_post_parameters("card_number")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: CustomerRequest, number: str) -> HttpResponse:
    """The order once more, and the button: press it as often as you like."""
    order = get_object_or_404(Order.objects.of(request.user), number=number)
    if request.method == "POST":
        return _pay(request, order)
    if order.stage != Stage.DRAFT:
        return redirect("order", number)
    if not order.has_address:
        return redirect("address", number)
    return _page(request, order)


def _pay(request: CustomerRequest, order: Order) -> HttpResponse:
    form = PayForm(request.POST)
    if not form.is_valid():
        if order.stage != Stage.DRAFT:
            return redirect("order", order.number)
        return _page(request, order, form, status=422)
    try:
        payment = checkout.pay(
            order,
            key=form.cleaned_data["key"],
            seen_cents=form.cleaned_data["cents"],
            card=form.cleaned_data["card_number"],
        )
    except Unfinished as reason:
        messages.warning(request, str(reason))
        return redirect("pay", order.number)
    if payment and payment.state == Payment.State.DECLINED:
        messages.error(request, DECLINED)
        return redirect("pay", order.number)
    return redirect("order", order.number)


def _page(
    request: CustomerRequest,
    order: Order,
    form: PayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    bill = Bill.of(order)
    if not bill.lines:
        return redirect("cart")
    fresh = PayForm(initial={"key": uuid.uuid4(), "cents": bill.total_cents})
    page = {
        "order": order,
        "bill": bill,
        "form": form or fresh,
        "country": COUNTRIES[order.country][0],
    }
    return render(request, "pay.html", page, status=status)
