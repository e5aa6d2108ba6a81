"""Address and payment."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from printshop import checkout, drawings
from printshop.bills import Bill
from printshop.checkout import Unfinished
from printshop.forms import COUNTRIES, AddressForm, PayForm
from printshop.models.customers import Customer
from printshop.models.items import Placement
from printshop.models.orders import Order, OrderQuerySet, Stage
from printshop.models.payments import Payment
from printshop.pages.requests import CustomerRequest

DECLINED = "The bank declined this card. Nothing was charged; please try another."
MOST_WARNINGS = 20  # lines; the cart says the same of everything


@dataclass(frozen=True, slots=True)
class Checked:
    """An order of the customer's own, and while it is a draft the photos in it."""

    order: Order
    placed: Sequence[Placement] = ()

    @classmethod
    def of(cls, customer: Customer, number: str) -> Self:
        """One statement for a draft with things in it; raises Http404."""
        mine = own(customer).filter(number=number)
        draft = mine.filter(stage=Stage.DRAFT)
        placed = Placement.objects.filter(item__order__in=draft)
        ordered = placed.order_by("item__position", "item_id", "position", "id")
        found = list(ordered.select_related("item__order", "original"))
        if found:
            return cls(found[0].item.order, found)
        return cls(get_object_or_404(mine))

    @property
    def warnings(self) -> list[tuple[Placement, drawings.Said]]:
        """The first photo of each thing that will not be sharp, and why."""
        return list(self._warnings())

    def _warnings(self) -> Iterator[tuple[Placement, drawings.Said]]:
        for _, photos in groupby(self.placed, lambda placed: placed.item_id):
            of_one = list(photos)
            if said := drawings.warning_of(of_one):
                yield of_one[0], said


def own(customer: Customer) -> OrderQuerySet:
    """Orders the customer makes here: an integrator's drafts are its own business."""
    return Order.objects.of(customer).filter(client_id="")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: CustomerRequest, number: str) -> HttpResponse:
    """Where the prints go."""
    order = get_object_or_404(own(request.user), number=number)
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
    checked = Checked.of(request.user, number)
    order = checked.order
    if request.method == "POST":
        return _pay(request, checked)
    if order.stage != Stage.DRAFT:
        return redirect("order", number)
    if not order.has_address:
        return redirect("address", number)
    return _page(request, checked)


def _pay(request: CustomerRequest, checked: Checked) -> HttpResponse:
    order = checked.order
    form = PayForm(request.POST)
    if not form.is_valid():
        if order.stage != Stage.DRAFT:
            return redirect("order", order.number)
        return _page(request, checked, form, status=422)
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
    checked: Checked,
    form: PayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    order, warnings = checked.order, checked.warnings
    bill = Bill.of(order)
    if not bill.lines:
        return redirect("cart")
    fresh = PayForm(initial={"key": uuid.uuid4(), "cents": bill.total_cents})
    page = {
        "order": order,
        "bill": bill,
        "form": form or fresh,
        "country": COUNTRIES[order.country][0],
        "warnings": warnings[:MOST_WARNINGS],
        "more": len(warnings) - MOST_WARNINGS,
    }
    return render(request, "pay.html", page, status=status)
