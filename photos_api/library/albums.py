"""The albums of the Library API: those an app made itself, nothing else."""

from django.db import transaction
from rest_framework.response import Response

from photos_api import paging
from photos_api.authentication import PhotosRequest
from photos_api.library.album_messages import (
    NO_TITLE,
    AlbumMessage,
    AlbumReply,
    Albums,
    CreateAlbumRequest,
    ListAlbums,
    UpdateMask,
)
from photos_api.library.ids import ID
from photos_api.library.update_masks import masked
from photos_api.methods import Method, MethodView
from photos_api.models import Album, Person
from photos_api.models.albums import AlbumQuerySet
from photos_api.permissions import LIBRARY_ADD, LIBRARY_EDIT, LIBRARY_READ
from photos_api.problems import InvalidArgument, NotFound

CHANGEABLE = ("title", "cover_photo_media_item_id")


class AlbumList(MethodView):
    """All of them."""

    methods = {
        "GET": Method(
            "albums.list", scopes=(LIBRARY_READ,), query=ListAlbums, reply=Albums
        ),
        "POST": Method(
            "albums.create",
            scopes=(LIBRARY_ADD,),
            body=CreateAlbumRequest,
            reply=AlbumReply,
        ),
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
        return Response(Albums.told(told, request.auth))

    def post(self, request: PhotosRequest) -> Response:
        """A new one, empty; there may be several of the same title."""
        owner = Person.objects.met(iss=request.auth.iss, sub=request.auth.sub)
        album = owner.albums.create(
            title=request.message["album"]["title"],
            created_by_client=request.auth.client_id,
        )
        return _answer(request, album.pk)


class AlbumDetail(MethodView):
    """One of them."""

    methods = {
        "GET": Method("albums.get", scopes=(LIBRARY_READ,), reply=AlbumReply),
        "PATCH": Method(
            "albums.patch",
            scopes=(LIBRARY_EDIT,),
            query=UpdateMask,
            body=AlbumMessage,
            reply=AlbumReply,
        ),
    }

    def get(self, request: PhotosRequest, album_id: str) -> Response:
        """One album."""
        return _answer(request, album_id)

    def patch(self, request: PhotosRequest, album_id: str) -> Response:
        """Another title, another cover, or both: what the mask names, nothing else."""
        names = masked(request.parameters["update_mask"], CHANGEABLE)
        title = request.message["title"]
        if "title" in names and not title:
            raise InvalidArgument(NO_TITLE, fields={"title": NO_TITLE})
        album = Album.objects.filter(pk=one_album(request, album_id).pk)
        with transaction.atomic():
            if "cover_photo_media_item_id" in names:
                _put_in_front(album, request)
            if "title" in names:
                album.rename(title)
        return _answer(request, album_id)


def one_album(request: PhotosRequest, album_id: str) -> Album:
    """The album, if this app made it for this person; anybody else's is not found."""
    if not ID.fullmatch(album_id):
        raise InvalidArgument("Request contains an invalid album id.")
    album = _albums(request).filter(pk=album_id).first()
    if album is None:
        raise NotFound("Album not found.")
    return album


def _put_in_front(album: AlbumQuerySet, request: PhotosRequest) -> None:
    """Raise InvalidArgument unless it is one of the app's photos in that album."""
    photo_id = request.message["cover_photo_media_item_id"] or None
    if not album.put_in_front(photo_id, seen_by=request.auth.client_id):
        raise InvalidArgument(
            "Request contains an invalid media item id.",
            fields={"coverPhotoMediaItemId": "Name a media item of the album."},
        )


def _answer(request: PhotosRequest, album_id: str) -> Response:
    album = one_album(request, album_id)
    return Response(AlbumReply.told(album, request.auth))


def _albums(request: PhotosRequest) -> AlbumQuerySet:
    token = request.auth
    mine = Album.objects.lent_to(token.client_id, iss=token.iss, sub=token.sub)
    return mine.with_cover(seen_by=token.client_id)
