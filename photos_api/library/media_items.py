"""The media items of the Library API: what an app put there itself, nothing else."""

import re
from typing import Any

from rest_framework.response import Response

from photos_api import paging
from photos_api.authentication import PhotosRequest
from photos_api.library.albums import one_album
from photos_api.library.serializers import (
    ListMediaItems,
    MediaItem,
    MediaItems,
    SearchMediaItems,
)
from photos_api.methods import Method, MethodView
from photos_api.models import AlbumItem, Photo
from photos_api.models.photos import PhotoQuerySet
from photos_api.permissions import LIBRARY_READ
from photos_api.problems import InvalidArgument, NotFound

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class MediaItemList(MethodView):
    """All of them."""

    methods = {
        "GET": Method(
            "mediaItems.list",
            scopes=(LIBRARY_READ,),
            query=ListMediaItems,
            reply=MediaItems,
        )
    }

    def get(self, request: PhotosRequest) -> Response:
        """The app's photos, the newest first."""
        return _everything(request, request.parameters)


class MediaItemDetail(MethodView):
    """One of them."""

    methods = {"GET": Method("mediaItems.get", scopes=(LIBRARY_READ,), reply=MediaItem)}

    def get(self, request: PhotosRequest, media_item_id: str) -> Response:
        """One photo."""
        if not ID.fullmatch(media_item_id):
            raise InvalidArgument("Request contains an invalid media item id.")
        photo = _photos(request).filter(pk=media_item_id).first()
        if photo is None:
            raise NotFound("Media item not found.")
        return Response(MediaItem(photo, context=_context(request)).data)


class MediaItemSearch(MethodView):
    """Some of them."""

    methods = {
        "POST": Method(
            "mediaItems.search",
            scopes=(LIBRARY_READ,),
            body=SearchMediaItems,
            reply=MediaItems,
        )
    }

    def post(self, request: PhotosRequest) -> Response:
        """The photos of an album in its order, or all of them, the newest first."""
        wanted = request.message
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
        album = one_album(request, wanted["album_id"])
        mine = AlbumItem.objects.filter(album=album, photo__in=_photos(request))
        page = paging.by_position(
            mine.select_related("photo__original"),
            query=f"album {album.pk}",
            token=wanted["page_token"],
            size=paging.page_size(wanted["page_size"], default=25, most=100),
        )
        photos = paging.Page(
            [item.photo for item in page.items if item.photo], page.next_token
        )
        return _page(request, photos)


def _everything(request: PhotosRequest, wanted: dict[str, Any]) -> Response:
    page = paging.newest_first(
        _photos(request),
        "creation_time",
        query="mediaItems",
        token=wanted["page_token"],
        size=paging.page_size(wanted["page_size"], default=25, most=100),
    )
    return _page(request, page)


def _page(request: PhotosRequest, page: paging.Page[Photo]) -> Response:
    told = {"media_items": page.items, "next_page_token": page.next_token}
    return Response(MediaItems(told, context=_context(request)).data)


def _photos(request: PhotosRequest) -> PhotoQuerySet:
    mine = Photo.objects.owned_by(request.user).created_by(request.auth.client_id)
    return mine.select_related("original")


def _context(request: PhotosRequest) -> dict[str, str]:
    return {"client_id": request.auth.client_id}
