"""Orders: how far they are, and what was printed."""

import uuid

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from printshop import press, storage
from printshop.forms import COUNTRIES
from printshop.fulfilment import placements
from printshop.models.orders import PLACED, Order, Stage
from printshop.pages.requests import CustomerRequest


@never_cache
@login_required
@require_safe
def orders(request: CustomerRequest) -> HttpResponse:
    """Every order of this customer, the newest first."""
    mine = (
        Order.objects.of(request.user)
        .placed()
        .prefetch_related("items__placements__original")
    )
    return render(request, "orders.html", {"orders": mine})


@never_cache
@login_required
@require_safe
def order(request: CustomerRequest, number: str) -> HttpResponse:
    """One order: its stages, its prints, its price."""
    found = get_object_or_404(Order.objects.of(request.user), number=number)
    if found.stage == Stage.DRAFT:
        return redirect("pay", number)
    page = {
        "order": found,
        "placements": placements(found),
        "timeline": _timeline(found),
        "country": COUNTRIES[found.country][0],
        "moving": found.stage not in {Stage.SHIPPED, Stage.PROBLEM},
        **_progress(found),
    }
    return render(request, "order.html", page)


@never_cache
@login_required
@require_safe
def order_state(request: CustomerRequest, number: str) -> HttpResponse:
    """The same for the page's script."""
    found = get_object_or_404(Order.objects.of(request.user), number=number)
    return JsonResponse(_progress(found))


@login_required
@require_safe
@cache_control(private=True, no_cache=True)
def print_file(request: CustomerRequest, number: str) -> FileResponse:
    """The very file the press gets."""
    found = get_object_or_404(
        Order.objects.of(request.user).exclude(print_file=""), number=number
    )
    try:
        pdf = default_storage.open(found.print_file)
    except OSError as error:
        raise Http404 from error
    return FileResponse(
        pdf,
        filename=f"{number}.pdf",
        as_attachment=True,
        content_type="application/pdf",
    )


@login_required
@require_safe
@cache_control(private=True, max_age=3600)
def print_image(
    request: CustomerRequest, number: str, placement: uuid.UUID
) -> HttpResponse:
    """One rendered print, small."""
    found = get_object_or_404(Order.objects.of(request.user), number=number)
    placed = get_object_or_404(placements(found).exclude(print_file=""), pk=placement)
    try:
        with storage.opened(placed.print_file) as printed:
            content = press.thumbnail(printed)
    except OSError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/jpeg")


def _timeline(found: Order) -> list[tuple[str, object]]:
    """Each stage with its time, or None for what is still to come."""
    times = {stage.stage: stage.at for stage in found.stages.all()}
    known = [*PLACED, Stage.PROBLEM] if Stage.PROBLEM in times else PLACED
    return [(Stage(stage).label, times.get(stage)) for stage in known]


def _progress(found: Order) -> dict[str, object]:
    """``version`` changes when the page should be shown anew."""
    total = placements(found).count()
    done = placements(found).exclude(print_file="").count()
    return {"version": found.stage, "done": done, "total": total}
