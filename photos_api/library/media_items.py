"""The media items of the Library API: what an app put there itself, nothing else."""

from rest_framework.response import Response

from photos_api import paging
from photos_api.authentication import PhotosRequest
from photos_api.library import listing
from photos_api.library.ids import ID, INVALID, refuse_impossible, refuse_repeated
from photos_api.library.serializers import (
    BatchGetMediaItems,
    BatchGetMediaItemsResponse,
    ListMediaItems,
    ListMediaItemsResponse,
    MediaItem,
    MediaItemMessage,
    PatchMediaItem,
)
from photos_api.library.statuses import told
from photos_api.library.update_masks import masked
from photos_api.methods import Method, MethodView
from photos_api.models.photos import PhotoQuerySet
from photos_api.models.rows import PhotoRow, photos, rows
from photos_api.permissions import LIBRARY_EDIT, LIBRARY_READ
from photos_api.problems import InvalidArgument, NotFound

EVERYTHING = {"include_archived_media": True}


class MediaItemList(MethodView):
    """All of them."""

    methods = {
        "GET": Method(
            "mediaItems.list",
            scopes=(LIBRARY_READ,),
            query=ListMediaItems,
            reply=ListMediaItemsResponse,
        )
    }

    def get(self, request: PhotosRequest) -> Response:
        """The app's photos, the newest first."""
        query = request.parameters
        size = paging.page_size(query["page_size"], default=25, most=100)
        page = listing.by_time(
            request.auth, EVERYTHING, listing.NEWEST, query["page_token"], size
        )
        answer = {"media_items": page.items, "next_page_token": page.next_token}
        return Response(ListMediaItemsResponse.told(answer, request.auth))


class MediaItemDetail(MethodView):
    """One of them."""

    methods = {
        "GET": Method("mediaItems.get", scopes=(LIBRARY_READ,), reply=MediaItem),
        "PATCH": Method(
            "mediaItems.patch",
            scopes=(LIBRARY_EDIT,),
            query=PatchMediaItem,
            body=MediaItemMessage,
            reply=MediaItem,
        ),
    }

    def get(self, request: PhotosRequest, media_item_id: str) -> Response:
        """One photo."""
        photo = _one(request, media_item_id)
        return Response(MediaItem.told(photo, request.auth))

    def patch(self, request: PhotosRequest, media_item_id: str) -> Response:
        """Another description, or none."""
        masked(request.parameters["update_mask"], ["description"])
        told_id = request.message["id"] or media_item_id
        if not ID.fullmatch(media_item_id) or told_id != media_item_id:
            raise InvalidArgument(INVALID, fields={"id": "Must be the id in the path."})
        text = request.message["description"]
        if not lent(request).caption(media_item_id, text):
            raise NotFound("Media item not found.")
        return self.get(request, media_item_id)


class BatchGet(MethodView):
    """Several, by their ids."""

    methods = {
        "GET": Method(
            "mediaItems.batchGet",
            scopes=(LIBRARY_READ,),
            query=BatchGetMediaItems,
            reply=BatchGetMediaItemsResponse,
        )
    }

    def get(self, request: PhotosRequest) -> Response:
        """One result for each id, in their order; what is not there harms no other."""
        ids = request.parameters["media_item_ids"]
        refuse_impossible(ids)
        refuse_repeated(ids)
        found = {photo.id: photo for photo in rows(lent(request).filter(pk__in=ids))}
        missing = {"status": told(NotFound("Media item not found."))}
        results = [{"media_item": found[i]} if i in found else missing for i in ids]
        answer = {"media_item_results": results}
        return Response(BatchGetMediaItemsResponse.told(answer, request.auth))


def lent(request: PhotosRequest) -> PhotoQuerySet:
    """What the app may read."""
    token = request.auth
    return photos().lent_to(token.client_id, iss=token.iss, sub=token.sub)


def _one(request: PhotosRequest, media_item_id: str) -> PhotoRow:
    refuse_impossible([media_item_id], "mediaItemId")
    found = rows(lent(request).filter(pk=media_item_id))
    if not found:
        raise NotFound("Media item not found.")
    return found[0]
