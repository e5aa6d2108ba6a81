"""What the press makes, for the customer to look at: pictures and the PDF itself."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from printshop import press, storage
from printshop.models.items import Placement
from printshop.models.orders import Order
from printshop.pages.requests import CustomerRequest


@login_required
@require_safe
@cache_control(private=True, no_cache=True)
def print_file(request: CustomerRequest, number: str) -> FileResponse:
    """The very file the press gets."""
    rendered = Order.objects.of(request.user).exclude(print_file="")
    found = get_object_or_404(rendered, number=number)
    try:
        pdf = storage.opened(found.print_file)
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
    """One rendered print as it will be when it is cut, small."""
    mine = Placement.objects.filter(
        item__order__customer=request.user, item__order__number=number
    ).exclude(print_file="")
    return picture_of(
        get_object_or_404(mine.select_related("item", "original"), pk=placement)
    )


def picture_of(placed: Placement) -> HttpResponse:
    """A rendered print, small; raises Http404 when its file cannot be read."""
    try:
        with storage.opened(placed.print_file) as printed:
            content = press.finished(printed, press.cut_of(placed))
    except (OSError, press.Unprintable) as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/jpeg")
