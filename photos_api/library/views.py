"""The Library API: what an app put into somebody's library itself, and nothing else."""

import re
from typing import Any

from rest_framework.response import Response

from photos_api import paging
from photos_api.api_view import ScopedView
from photos_api.authentication import PhotosRequest
from photos_api.library.serializers import (
    AlbumReply,
    ListAlbums,
    ListMediaItems,
    MediaItem,
    NoParameters,
    SearchMediaItems,
)
from photos_api.messages import read_body, read_query
from photos_api.models import Album, AlbumItem, Photo
from photos_api.models.photos import AlbumQuerySet, PhotoQuerySet
from photos_api.permissions import LIBRARY_READ
from photos_api.problems import InvalidArgument, NotFound

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class AlbumList(ScopedView):
    """albums.list"""

    scopes = {"GET": LIBRARY_READ}

    def get(self, request: PhotosRequest) -> Response:
        """The app's albums, the newest first."""
        query = read_query(request, ListAlbums)
        page = paging.newest_first(
            _albums(request),
            "created_at",
            query="albums",
            token=query["page_token"],
            size=paging.page_size(query["page_size"], default=20, most=50),
        )
        return _reply("albums", AlbumReply, page, request)


class AlbumDetail(ScopedView):
    """albums.get"""

    scopes = {"GET": LIBRARY_READ}

    def get(self, request: PhotosRequest, album_id: str) -> Response:
        """One album."""
        read_query(request, NoParameters)
        album = _album(request, album_id)
        return Response(AlbumReply(album, context=_context(request)).data)


class MediaItemList(ScopedView):
    """mediaItems.list"""

    scopes = {"GET": LIBRARY_READ}

    def get(self, request: PhotosRequest) -> Response:
        """The app's photos, the newest first."""
        return _everything(request, read_query(request, ListMediaItems))


class MediaItemDetail(ScopedView):
    """mediaItems.get"""

    scopes = {"GET": LIBRARY_READ}

    def get(self, request: PhotosRequest, media_item_id: str) -> Response:
        """One photo."""
        read_query(request, NoParameters)
        if not ID.fullmatch(media_item_id):
            raise InvalidArgument("Request contains an invalid media item id.")
        photo = _photos(request).filter(pk=media_item_id).first()
        if photo is None:
            raise NotFound("Media item not found.")
        return Response(MediaItem(photo, context=_context(request)).data)


class MediaItemSearch(ScopedView):
    """mediaItems.search"""

    scopes = {"POST": LIBRARY_READ}

    def post(self, request: PhotosRequest) -> Response:
        """The photos of an album in its order, or all of them, the newest first."""
        read_query(request, NoParameters)
        wanted = read_body(request, SearchMediaItems)
        for name, value in {
            "filters": wanted["filters"],
            "orderBy": wanted["order_by"],
        }.items():
            if value:
                raise InvalidArgument(
                    f"{name} is not supported by this server.",
                    fields={name: "Not supported."},
                )
        if not wanted["album_id"]:
            return _everything(request, wanted)
        album = _album(request, wanted["album_id"])
        mine = AlbumItem.objects.filter(album=album, photo__in=_photos(request))
        page = paging.by_position(
            mine.select_related("photo__original"),
            query=f"album {album.pk}",
            token=wanted["page_token"],
            size=paging.page_size(wanted["page_size"], default=25, most=100),
        )
        photos = paging.Page([item.photo for item in page.items], page.next_token)
        return _reply("mediaItems", MediaItem, photos, request)


def _everything(request: PhotosRequest, wanted: dict[str, Any]) -> Response:
    page = paging.newest_first(
        _photos(request),
        "creation_time",
        query="mediaItems",
        token=wanted["page_token"],
        size=paging.page_size(wanted["page_size"], default=25, most=100),
    )
    return _reply("mediaItems", MediaItem, page, request)


def _photos(request: PhotosRequest) -> PhotoQuerySet:
    mine = Photo.objects.owned_by(request.user).created_by(request.auth.client_id)
    return mine.select_related("original")


def _albums(request: PhotosRequest) -> AlbumQuerySet:
    mine = Album.objects.owned_by(request.user).created_by(request.auth.client_id)
    return mine.with_cover()


def _album(request: PhotosRequest, album_id: str) -> Album:
    if not ID.fullmatch(album_id):
        raise InvalidArgument("Request contains an invalid album id.")
    album = _albums(request).filter(pk=album_id).first()
    if album is None:
        raise NotFound("Album not found.")
    return album


def _context(request: PhotosRequest) -> dict[str, str]:
    return {"client_id": request.auth.client_id}


def _reply(
    name: str, serializer: Any, page: paging.Page[Any], request: PhotosRequest
) -> Response:
    """A page; an empty one is `{}`, and the last has no token."""
    reply: dict[str, object] = {}
    if page.items:
        reply[name] = serializer(page.items, many=True, context=_context(request)).data
    if page.next_token:
        reply["nextPageToken"] = page.next_token
    return Response(reply)
