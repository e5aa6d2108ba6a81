"""The owner's own pictures, for the pages: a session is enough, a token is nothing."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from photos_api import delivery, renditions, storage
from photos_api.models import Photo
from photos_api.pages.requests import OwnersRequest


@require_safe
@login_required
def picture(request: OwnersRequest, photo_id: str, side: int) -> HttpResponseBase:
    """One of the kept sizes; the same for ever, so the browser may keep it a day."""
    if side not in renditions.LADDER:
        raise Http404
    mine = Photo.objects.filter(owner=request.user).select_related("original")
    photo = get_object_or_404(mine, pk=photo_id)

    def answer() -> HttpResponseBase:
        made = renditions.ensure(renditions.on_ladder(photo.original, side))
        return delivery.send(made, "image/jpeg")

    tag = f"{photo.original_id}-{side}"
    return delivery.unless_known(request, tag, "private, max-age=86400", answer)


@require_safe
@login_required
def original(request: OwnersRequest, photo_id: str) -> HttpResponseBase:
    """The owner's own file, with everything in it, the place included."""
    mine = Photo.objects.owned_by(request.user).select_related("original")
    photo = get_object_or_404(mine, pk=photo_id)
    name, kind = storage.original_name(photo.original_id), photo.original.mime_type
    sent = delivery.send(name, kind)
    response = delivery.to_be_saved(sent, photo.filename, kind)
    response["Cache-Control"] = "private, no-store"
    return response
