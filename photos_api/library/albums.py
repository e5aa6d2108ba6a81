"""The albums of the Library API: those an app made itself, nothing else."""

import re

from rest_framework.response import Response

from photos_api import paging
from photos_api.authentication import PhotosRequest
from photos_api.library.serializers import AlbumReply, Albums, ListAlbums
from photos_api.methods import Method, MethodView
from photos_api.models import Album
from photos_api.models.albums import AlbumQuerySet
from photos_api.permissions import LIBRARY_READ
from photos_api.problems import InvalidArgument, NotFound

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class AlbumList(MethodView):
    """All of them."""

    methods = {
        "GET": Method(
            "albums.list", scopes=(LIBRARY_READ,), query=ListAlbums, reply=Albums
        )
    }

    def get(self, request: PhotosRequest) -> Response:
        """The app's albums, the newest first."""
        query = request.parameters
        page = paging.newest_first(
            _albums(request),
            "created_at",
            query="albums",
            token=query["page_token"],
            size=paging.page_size(query["page_size"], default=20, most=50),
        )
        told = {"albums": page.items, "next_page_token": page.next_token}
        return Response(Albums(told, context=_context(request)).data)


class AlbumDetail(MethodView):
    """One of them."""

    methods = {"GET": Method("albums.get", scopes=(LIBRARY_READ,), reply=AlbumReply)}

    def get(self, request: PhotosRequest, album_id: str) -> Response:
        """One album."""
        album = one_album(request, album_id)
        return Response(AlbumReply(album, context=_context(request)).data)


def one_album(request: PhotosRequest, album_id: str) -> Album:
    """The album, if this app made it for this person; anybody else's is not found."""
    if not ID.fullmatch(album_id):
        raise InvalidArgument("Request contains an invalid album id.")
    album = _albums(request).filter(pk=album_id).first()
    if album is None:
        raise NotFound("Album not found.")
    return album


def _albums(request: PhotosRequest) -> AlbumQuerySet:
    mine = Album.objects.owned_by(request.user).created_by(request.auth.client_id)
    return mine.with_cover()


def _context(request: PhotosRequest) -> dict[str, str]:
    return {"client_id": request.auth.client_id}
