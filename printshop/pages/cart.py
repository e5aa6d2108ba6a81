"""The cart: what was put in it, and what that costs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Prefetch, Sum, Window
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from printshop import cart as carts
from printshop.forms.cart import ChangeAllForm, ChangeForm
from printshop.models.customers import Customer
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.pages.requests import CustomerRequest

PAGE = 60  # things
NOTHING = f"Copies are a number from 1 to {carts.MOST_COPIES}; nothing was changed."
CLOSED = "The cart is being paid for right now, so it was not changed."


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a cart, and the sums of all of them."""

    items: Sequence[OrderItem]
    number: int = 1
    pages: int = 0
    copies: int = 0
    cents: int = 0

    @classmethod
    def of(cls, customer: Customer, number: int) -> Self:
        """Two statements, whatever is in the cart."""
        everything = OrderItem.objects.in_cart(customer).annotate(
            things=Window(Count("*")),
            all_copies=Window(Sum("copies")),
            all_cents=Window(Sum(F("unit_cents") * F("copies"))),
        )
        placed = Placement.objects.select_related("original")
        placements = Prefetch("placements", placed)
        found = everything.select_related("order").prefetch_related(placements)
        items = list(found[(number - 1) * PAGE : number * PAGE])
        if not items:
            return cls([])
        sums = vars(items[0])
        pages = -(-sums["things"] // PAGE)
        return cls(items, number, pages, sums["all_copies"], sums["all_cents"])

    @property
    def order(self) -> Order:
        """The draft; there is none without things in it."""
        return self.items[0].order

    @property
    def total_cents(self) -> int:
        """With the parcel."""
        return self.cents + self.order.shipping_cents

    @property
    def selection_id(self) -> uuid.UUID | None:
        """Where the last of these photos came from: more may be made of them."""
        placements = self.items[-1].placements.all()
        return placements[0].original.selection_id if placements else None


@never_cache
@login_required
@require_safe
def cart(request: CustomerRequest) -> HttpResponse:
    """Everything in the cart, as it will be printed."""
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < len("10000") else 1
    shown = Shown.of(request.user, max(number, 1))
    if not shown.items and number > 1:
        return redirect("cart")
    page = {"shown": shown, "pages": range(1, shown.pages + 1), "all": ChangeAllForm()}
    return render(request, "cart.html", page)


@never_cache
@login_required
@require_POST
def change(request: CustomerRequest, item_id: uuid.UUID) -> HttpResponse:
    """Other copies, another paper, or away with it."""
    mine = OrderItem.objects.in_cart(request.user).select_related("order")
    item = get_object_or_404(mine, pk=item_id)
    form = ChangeForm(request.POST, item.product)
    try:
        if request.POST.get("do") == "remove":
            carts.remove(item)
            messages.success(request, f"{item} was taken out of your cart.")
        elif form.is_valid():
            carts.change(item, **form.cleaned_data)
        else:
            messages.error(request, form.complaint)
    except carts.Closed:
        messages.error(request, CLOSED)
    return redirect("cart")


@never_cache
@login_required
@require_POST
def change_all(request: CustomerRequest) -> HttpResponse:
    """The same copies and paper for everything, or away with it all."""
    form = ChangeAllForm(request.POST)
    cart = Order.objects.cart(request.user)
    try:
        if request.POST.get("do") == "empty":
            carts.empty(cart)
        elif form.is_valid():
            carts.change_all(cart, **form.cleaned_data)
        else:
            messages.error(request, NOTHING)
    except carts.Closed:
        messages.error(request, CLOSED)
    return redirect("cart")
