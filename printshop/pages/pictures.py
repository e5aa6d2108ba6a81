"""The small pictures of photos; pages cut out of them what will be printed."""

import uuid
from typing import IO, Any

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from printshop import press, proofs
from printshop.models.selections import Original
from printshop.pages.requests import CustomerRequest
from printshop.press import Unprintable

LONGEST = 480  # pixels


@login_required
@require_safe
@cache_control(private=True, max_age=86400, immutable=True)
def small(request: CustomerRequest, original_id: uuid.UUID) -> HttpResponse:
    """The whole photo, held upright; the same bytes for as long as it is here."""
    mine = Original.objects.here().filter(customer=request.user)
    return jpeg(get_object_or_404(mine, pk=original_id))


def jpeg(original: Original) -> HttpResponse:
    """The picture as an answer; raises Http404 when the photo is gone or unreadable."""
    try:
        with _source(original) as file:
            content = press.whole(file, longest=LONGEST)
    except (OSError, Unprintable) as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/jpeg")


def _source(original: Original) -> IO[Any]:
    """The photo itself, or where that would take long, the smaller one kept of it."""
    if original.width * original.height > proofs.QUICK:
        return proofs.proof(original)
    return default_storage.open(original.file)
