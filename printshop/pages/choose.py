"""Choosing photos, and how they are printed."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from printshop import prints, selections
from printshop.forms import PrintForm
from printshop.models.customers import Connection
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order, Stage
from printshop.models.selections import Original, Selection
from printshop.pages.requests import CustomerRequest
from printshop.products import PRODUCTS, Shipping, Size


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: CustomerRequest) -> HttpResponse:
    """Begin a selection; without a connection say what it is for, and offer one."""
    if request.method == "POST":
        return redirect("selection", selections.begin(request.user).pk)
    held = Connection.objects.filter(customer=request.user).first()
    recent = Selection.objects.of(request.user).exclude(stage=Selection.Stage.ENDED)
    return render(request, "choose.html", {"held": held, "recent": recent[:3]})


@never_cache
@login_required
@require_safe
def selection(request: CustomerRequest, selection_id: uuid.UUID) -> HttpResponse:
    """Waiting for the picks, then for the copies, then on to the sizes."""
    chosen = _selection(request, selection_id)
    if chosen.stage == Selection.Stage.READY and chosen.originals.here().exists():
        return redirect("sizes", chosen.pk)
    reconnect = chosen.problem == selections.RECONNECT
    page = {"selection": chosen, "reconnect": reconnect, **_progress(chosen)}
    return render(request, "selection.html", page)


@never_cache
@login_required
@require_safe
def selection_state(request: CustomerRequest, selection_id: uuid.UUID) -> HttpResponse:
    """The same for the page's script."""
    return JsonResponse(_progress(_selection(request, selection_id)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sizes(request: CustomerRequest, selection_id: uuid.UUID) -> HttpResponse:
    """Size and copies of each photo, with what the print will look like."""
    chosen = get_object_or_404(Selection.objects.of(request.user), pk=selection_id)
    if chosen.stage != Selection.Stage.READY:
        return redirect("selection", chosen.pk)

    forms, status = _print_forms(request, chosen), 200
    if request.method == "POST" and request.POST.get("action") != "preview":
        if all(form.is_valid() for form in forms) and _ordered(chosen, forms):
            return redirect("address", Order.objects.cart(request.user).number)
        messages.error(request, "Please look at the photos that are marked below.")
        status = 422
    refused = chosen.originals.filter(state=Original.State.REFUSED)
    page = {"forms": forms, "refused": refused, "shipping": Shipping.STANDARD.cents}
    return render(request, "sizes.html", page, status=status)


@login_required
@require_safe
@cache_control(private=True, max_age=3600)
def preview(
    request: CustomerRequest, original_id: uuid.UUID, size: str
) -> HttpResponse:
    """The photo, cropped as it will be printed."""
    mine = Original.objects.here().filter(selection__customer=request.user)
    original = get_object_or_404(mine, pk=original_id)
    if size not in PRODUCTS:
        raise Http404
    paper = PRODUCTS[size].lying_like(Size(original.width, original.height))
    try:
        content = prints.preview(original.read(), paper)
    except OSError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/jpeg")


def _selection(request: CustomerRequest, selection_id: uuid.UUID) -> Selection:
    """The customer's own selection, as the picker knows it now."""
    chosen = get_object_or_404(Selection.objects.of(request.user), pk=selection_id)
    selections.look(chosen)
    return chosen


def _progress(chosen: Selection) -> dict[str, object]:
    """``version`` changes when the page should be shown anew."""
    total = chosen.originals.count()
    done = total - chosen.originals.waiting().count()
    version = f"{chosen.stage}{chosen.problem}{total}"
    return {"version": version, "done": done, "total": total}


def _print_forms(request: CustomerRequest, chosen: Selection) -> list[PrintForm]:
    """A form per photo, filled with what was chosen before."""
    data = request.POST if request.method == "POST" else None
    placed = Placement.objects.filter(
        original__selection=chosen, item__order__stage=Stage.DRAFT
    ).select_related("item")
    before = {placement.original_id: placement.item for placement in placed}
    forms = []
    for original in chosen.originals.here():
        item = before.get(original.pk)
        initial = {"size": item.product_code, "copies": item.copies} if item else {}
        forms.append(PrintForm(data, original, initial))
    return forms


def _ordered(chosen: Selection, forms: list[PrintForm]) -> bool:
    """Write the cart's items; False when nothing was chosen, or it is being paid."""
    cart = Order.objects.cart(chosen.customer)
    wanted = [form for form in forms if form.cleaned_data["copies"]]
    made = [form.item(cart, position) for position, form in enumerate(wanted)]
    if not made:
        return False
    with transaction.atomic():
        if not Order.objects.touch(cart):
            return False
        cart.items.filter(placements__original__selection=chosen).delete()
        OrderItem.objects.bulk_create([item for item, _ in made])
        Placement.objects.bulk_create([placement for _, placement in made])
    return True
