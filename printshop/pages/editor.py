"""The crop editor: one photo of the cart, and how it lies on its paper.

Every button is a form that saves and comes back, so the page needs no script; with
one the frame follows hand, wheel and keys, and is saved in the end.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from printshop import proofs
from printshop.arranging import TOOLS, Arrangement
from printshop.forms.editing import EDGES, ArrangementForm, EditForm
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order, Stage
from printshop.models.selections import Original
from printshop.pages.requests import CustomerRequest
from printshop.press import Unprintable
from printshop.products import Kind, Resolution, Sizing


@dataclass(frozen=True, slots=True)
class Button:
    """One tool as it is shown."""

    name: str
    label: str
    icon: str  # a path in a square of 24
    needs_frame: bool = True


BUTTONS = (
    Button("turn-left", "Turn left", "M4 4v5h5M4.6 9A8 8 0 1 1 4 13", False),
    Button("turn-right", "Turn right", "M20 4v5h-5M19.4 9A8 8 0 1 0 20 13", False),
    Button(
        "closer",
        "Closer",
        "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l6 6M7 10h6M10 7v6",
    ),
    Button(
        "further",
        "Further away",
        "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l6 6M7 10h6",
    ),
    Button("left", "Move the frame left", "M20 12H4M10 6l-6 6 6 6"),
    Button("up", "Move the frame up", "M12 20V4M6 10l6-6 6 6"),
    Button("down", "Move the frame down", "M12 4v16M6 14l6 6 6-6"),
    Button("right", "Move the frame right", "M4 12h16M14 6l6 6-6 6"),
    Button(
        "reset",
        "As much as fits, from the middle",
        "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M12 9v6M9 12h6",
    ),
)
GONE = "This was taken out of your cart meanwhile."
KEPT = cache_control(private=True, max_age=3600)  # an original never changes


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_item(request: CustomerRequest, item_id: uuid.UUID) -> HttpResponse:
    """One photo of an item; ``?photo=`` names another than the first."""
    placement = _placement(request, item_id)
    if placement.item.order.stage != Stage.DRAFT:
        messages.info(request, "This has been ordered, and stays as it is.")
        return redirect("order", placement.item.order.number)
    if request.method != "POST":
        return _page(request, placement, EditForm(None, placement))

    form = EditForm(request.POST, placement)
    tool = TOOLS.get(request.POST.get("action", ""))
    if not form.is_valid() or not (tool or form.is_wanted):
        return _page(request, placement, form)
    if not _save(placement, form, tool(form.now) if tool else form.now):
        return redirect(request.get_full_path())  # it is being paid for
    return redirect(_onward(request, placement))


@login_required
@require_safe
@KEPT
def view(request: CustomerRequest, placement_id: uuid.UUID) -> HttpResponse:
    """The print as it would be; without a query as it is saved."""
    mine = Placement.objects.select_related("item", "original")
    placement = get_object_or_404(
        mine, pk=placement_id, item__order__customer=request.user
    )
    now = Arrangement.of(placement)
    if request.GET:
        form = ArrangementForm(request.GET, placement)
        if not form.is_valid():
            raise Http404
        now = form.sent
    try:
        return HttpResponse(
            proofs.view(placement.original, now), content_type="image/jpeg"
        )
    except (OSError, Unprintable) as error:
        raise Http404 from error


@login_required
@require_safe
@KEPT
def photo(request: CustomerRequest, original_id: uuid.UUID) -> HttpResponse:
    """The whole photo, held upright, small enough for a page."""
    mine = Original.objects.here().filter(customer=request.user)
    original = get_object_or_404(mine, pk=original_id)
    try:
        with proofs.proof(original) as file:
            return HttpResponse(file.read(), content_type="image/jpeg")
    except (OSError, Unprintable) as error:
        raise Http404 from error


def _placement(request: CustomerRequest, item_id: uuid.UUID) -> Placement:
    """The customer's own, and the one that was asked for."""
    placed = Placement.objects.select_related("item__order", "original").filter(
        item=item_id, item__order__customer=request.user, item__order__client_id=""
    )
    wanted = request.GET.get("photo")
    try:
        found = placed.filter(pk=wanted).first() if wanted else placed.first()
    except ValidationError as error:  # not a name we give
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def _page(request: CustomerRequest, placed: Placement, form: EditForm) -> HttpResponse:
    places = [pk for pk, _ in _around(placed)]
    if placed.pk not in places:
        return redirect(_gone(request))
    now, product = form.now, placed.item.product
    frame = {edge: getattr(now.crop, edge) for edge in EDGES}
    query = urlencode({"rotation": now.rotation, "sizing": now.sizing.value, **frame})
    page = {
        "placement": placed,
        "product": product,
        "turns": product.kind in {Kind.PRINT, Kind.FRAMED},
        "form": form,
        "now": now,
        "is_here": placed.original.state == Original.State.HERE,
        "picture": f"{reverse('view', args=[placed.pk])}?{query}",
        "advice": list(Resolution),
        "sizings": Sizing.choices,
        "tools": BUTTONS,
        "place": places.index(placed.pk) + 1,
        "total": len(places),
    }
    status = 422 if form.is_bound else 200
    return render(request, "editor.html", page, status=status)


def _save(placed: Placement, form: EditForm, now: Arrangement) -> bool:
    """Write it down; False if this is no cart any more."""
    with transaction.atomic():
        if not Order.objects.touch(placed.item.order):
            return False
        sent = form.cleaned_data
        blurred = now.resolution == Resolution.POOR
        Placement.objects.arranged(
            placed,
            crop=now.crop,
            rotation=now.rotation,
            sizing=now.sizing,
            confirmed=blurred and sent["confirmed"],
        )
        item = OrderItem.objects.filter(pk=placed.item_id)
        item.update(finish=sent["finish"], copies=sent["copies"])
    return True


def _onward(request: CustomerRequest, placed: Placement) -> str:
    """Where the button that was pressed leads."""
    action = request.POST.get("action")
    if action == "cart":
        return reverse("cart")
    around = _around(placed)
    places = [pk for pk, _ in around]
    if placed.pk not in places:
        return _gone(request)
    place = places.index(placed.pk)
    place += {"previous": -1, "next": 1}.get(action or "", 0)
    pk, item = around[place % len(around)]
    return f"{reverse('edit_item', args=[item])}?photo={pk}#photo"


def _gone(request: CustomerRequest) -> str:
    """Another tab was quicker."""
    messages.info(request, GONE)
    return reverse("cart")


def _around(placed: Placement) -> Sequence[tuple[uuid.UUID, uuid.UUID]]:
    """Every photo of the cart with its item, in the cart's order."""
    in_cart = Placement.objects.filter(item__order=placed.item.order_id)
    ordered = in_cart.order_by("item__position", "item_id", "position", "id")
    return list(ordered.values_list("pk", "item_id"))
