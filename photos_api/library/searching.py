"""mediaItems.search: an album in its order, or what fits the filters by its time."""

import hashlib
import json

from rest_framework.response import Response

from photos_api import paging
from photos_api.authentication import PhotosRequest
from photos_api.library.albums import one_album
from photos_api.library.filters import OLDEST_FIRST, SearchMediaItemsRequest
from photos_api.library.media_items import context, lent
from photos_api.library.search import matching
from photos_api.library.serializers import SearchMediaItemsResponse
from photos_api.methods import Method, MethodView
from photos_api.models import Person
from photos_api.models.rows import PhotoRow, album_items, rows
from photos_api.permissions import LIBRARY_READ


class MediaItemSearch(MethodView):
    """Some of them."""

    methods = {
        "POST": Method(
            "mediaItems.search",
            scopes=(LIBRARY_READ,),
            body=SearchMediaItemsRequest,
            reply=SearchMediaItemsResponse,
        )
    }

    def post(self, request: PhotosRequest) -> Response:
        """A page of what was asked for."""
        found = _in_album if request.message["album_id"] else _by_filters
        photos, next_token = found(request)
        answer = {"media_items": photos, "next_page_token": next_token}
        return Response(SearchMediaItemsResponse(answer, context=context(request)).data)


def _by_filters(request: PhotosRequest) -> tuple[list[PhotoRow], str | None]:
    wanted = request.message
    asked = json.dumps([wanted["filters"], wanted["order_by"]], sort_keys=True)
    found = matching(lent(request), wanted["filters"] or {})
    oldest_first = wanted["order_by"] == OLDEST_FIRST
    page = paging.by_time(
        found,
        "creation_time" if oldest_first else "-creation_time",
        query=f"search {hashlib.sha256(asked.encode()).hexdigest()[:20]}",
        token=wanted["page_token"],
        size=_size(request),
    )
    return rows(page.items), page.next_token


def _in_album(request: PhotosRequest) -> tuple[list[PhotoRow], str | None]:
    """Raises NotFound for an album that the app did not make."""
    album_id, token = request.message["album_id"], request.auth
    owner = Person.objects.key(iss=token.iss, sub=token.sub)
    inside = album_items().filter(
        album=album_id,
        album__owner=owner,
        album__created_by_client=token.client_id,
        photo__owner=owner,
        photo__created_by_client=token.client_id,
        photo__deleted_at=None,
    )
    page = paging.by_position(
        inside,
        query=f"album {album_id}",
        token=request.message["page_token"],
        size=_size(request),
    )
    if not page.items:
        one_album(request, album_id)  # is it empty, or is there none?
    return rows(page.items, skip=1), page.next_token


def _size(request: PhotosRequest) -> int:
    return paging.page_size(request.message["page_size"], default=25, most=100)
