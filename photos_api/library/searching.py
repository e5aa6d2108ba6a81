"""mediaItems.search: an album in its order, or what fits the filters by its time."""

from rest_framework.response import Response

from photos_api import paging
from photos_api.authentication import PhotosRequest
from photos_api.library import listing
from photos_api.library.albums import one_album
from photos_api.library.filters import OLDEST_FIRST, SearchMediaItemsRequest
from photos_api.library.serializers import SearchMediaItemsResponse
from photos_api.methods import Method, MethodView
from photos_api.models.rows import PhotoRow
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
        page = _in_album(request) if request.message["album_id"] else _found(request)
        answer = {"media_items": page.items, "next_page_token": page.next_token}
        return Response(SearchMediaItemsResponse.told(answer, request.auth))


def _found(request: PhotosRequest) -> paging.Page[PhotoRow]:
    wanted = request.message
    order = listing.OLDEST if wanted["order_by"] == OLDEST_FIRST else listing.NEWEST
    filters, after = wanted["filters"] or {}, wanted["page_token"]
    return listing.by_time(request.auth, filters, order, after, _size(request))


def _in_album(request: PhotosRequest) -> paging.Page[PhotoRow]:
    """Raises NotFound for an album that the app did not make."""
    album_id, after = request.message["album_id"], request.message["page_token"]
    page = listing.in_album(request.auth, album_id, after, _size(request))
    if not page.items:
        one_album(request, album_id)  # is it empty, or is there none?
    return page


def _size(request: PhotosRequest) -> int:
    return paging.page_size(request.message["page_size"], default=25, most=100)
