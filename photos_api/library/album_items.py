"""What lies in an album of the Library API: media items and enrichments."""

from rest_framework.response import Response

from photos_api import albums
from photos_api.authentication import PhotosRequest
from photos_api.library.album_messages import (
    AddEnrichmentToAlbumRequest,
    AddEnrichmentToAlbumResponse,
    BatchAddMediaItemsToAlbumRequest,
    BatchAddMediaItemsToAlbumResponse,
    BatchRemoveMediaItemsFromAlbumRequest,
    BatchRemoveMediaItemsFromAlbumResponse,
)
from photos_api.library.albums import one_album
from photos_api.library.ids import refuse_repeated, refuse_strange
from photos_api.library.positions import place
from photos_api.methods import Method, MethodView
from photos_api.models import Album, Photo
from photos_api.models.photos import PhotoQuerySet
from photos_api.names import camel_case
from photos_api.permissions import LIBRARY_ADD, LIBRARY_EDIT
from photos_api.problems import InvalidArgument, NotFound


class Addition(MethodView):
    """Media items go in."""

    methods = {
        "POST": Method(
            "albums.batchAddMediaItems",
            scopes=(LIBRARY_ADD, LIBRARY_EDIT),
            body=BatchAddMediaItemsToAlbumRequest,
            reply=BatchAddMediaItemsToAlbumResponse,
        )
    }

    def post(self, request: PhotosRequest, album_id: str) -> Response:
        """All of them, at the end and in this order, or none."""
        album = writeable_album(request, album_id)
        ids = request.message["media_item_ids"]
        found = _mine(request).in_bulk(ids)
        refuse_strange(ids, found)
        albums.add(album, [found[pk] for pk in ids])
        return Response({})


class Removal(MethodView):
    """Media items go out; they stay in the library."""

    methods = {
        "POST": Method(
            "albums.batchRemoveMediaItems",
            scopes=(LIBRARY_EDIT,),
            body=BatchRemoveMediaItemsFromAlbumRequest,
            reply=BatchRemoveMediaItemsFromAlbumResponse,
        )
    }

    def post(self, request: PhotosRequest, album_id: str) -> Response:
        """All of them or none."""
        album = one_album(request, album_id)
        ids = request.message["media_item_ids"]
        refuse_repeated(ids)
        refuse_strange(ids, _mine(request).in_bulk(ids))
        missing = albums.remove(album, ids)
        refuse_strange(ids, set(ids) - missing)
        return Response({})


class Enriching(MethodView):
    """A text, a place or a map goes in."""

    methods = {
        "POST": Method(
            "albums.addEnrichment",
            scopes=(LIBRARY_ADD, LIBRARY_EDIT),
            body=AddEnrichmentToAlbumRequest,
            reply=AddEnrichmentToAlbumResponse,
        )
    }

    def post(self, request: PhotosRequest, album_id: str) -> Response:
        """One, where the app wants it."""
        album = one_album(request, album_id)
        given = request.message["new_enrichment_item"]
        kind, content = next((k, v) for k, v in given.items() if v is not None)
        where = place(request.message["album_position"], request.auth.client_id)
        added = albums.enrich(album, camel_case(kind), content, where)
        return Response(AddEnrichmentToAlbumResponse.told({"enrichment_item": added}))


def writeable_album(request: PhotosRequest, album_id: str) -> Album:
    """The album, if the app may put media items in, said as Google says it."""
    try:
        return one_album(request, album_id)
    except NotFound as error:
        raise InvalidArgument(
            "No permission to add media items to this album.",
            fields={"albumId": "Name an album that this app made."},
        ) from error


def _mine(request: PhotosRequest) -> PhotoQuerySet:
    token = request.auth
    return Photo.objects.lent_to(token.client_id, iss=token.iss, sub=token.sub)
