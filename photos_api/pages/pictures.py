"""The owner's own pictures, for the pages: a session is enough, a token is nothing."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from photos_api import renditions, storage
from photos_api.models import Photo
from photos_api.pages.requests import OwnersRequest


@require_safe
@login_required
def picture(request: OwnersRequest, photo_id: str, side: int) -> HttpResponseBase:
    """One of the kept sizes; the same for ever, so the browser may keep it a day."""
    if side not in renditions.LADDER:
        raise Http404
    mine = Photo.objects.owned_by(request.user).select_related("original")
    photo = get_object_or_404(mine, pk=photo_id)
    etag = quote_etag(f"{photo.original_id}-{side}")
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        made = renditions.rung(photo.original, side)
        response = FileResponse(made, content_type="image/jpeg")
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=86400"
    return response


@require_safe
@login_required
def original(request: OwnersRequest, photo_id: str) -> HttpResponseBase:
    """The owner's own file, with everything in it, the place included."""
    mine = Photo.objects.owned_by(request.user).select_related("original")
    photo = get_object_or_404(mine, pk=photo_id)
    response: HttpResponse | FileResponse = FileResponse(
        storage.open_stored(storage.original_name(photo.original_id)),
        as_attachment=True,
        filename=photo.filename,
        content_type=photo.original.mime_type,
    )
    response["Cache-Control"] = "private, no-store"
    return response
