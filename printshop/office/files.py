"""What the press downloads: the PDF, its job ticket, pictures to recognise them by."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from printshop import storage
from printshop.fulfilment import placements
from printshop.models.orders import Order
from printshop.pages.files import picture_of

TYPES = {"print_file": "application/pdf", "job_ticket": "application/json"}


def job(request: HttpRequest, pk: int, field: str) -> FileResponse:
    """A file of an order, as the worker has written it."""
    order = get_object_or_404(Order.objects.placed(), pk=pk)
    name = getattr(order, field)
    if not name:
        raise Http404
    try:
        file = storage.opened(name)
    except OSError as error:
        raise Http404 from error
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{order.number}.{name.rpartition('.')[2]}",
        content_type=TYPES[field],
    )


def picture(request: HttpRequest, pk: int, placement: uuid.UUID) -> HttpResponse:
    """One print, small."""
    order = get_object_or_404(Order.objects.placed(), pk=pk)
    rendered = placements(order).exclude(print_file="")
    return picture_of(get_object_or_404(rendered, pk=placement))
