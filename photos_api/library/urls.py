"""The Library API v1, one line per method of Google's."""

from django.urls import path

from photos_api.library import (
    album_items,
    albums,
    creation,
    media_items,
    searching,
    sharing,
    uploads,
)

urlpatterns = [
    # First what is asked for most: they are tried in this order.
    path("mediaItems", media_items.MediaItemList.as_view()),
    path("mediaItems:batchCreate", creation.BatchCreation.as_view()),
    path("mediaItems/:batchCreate", creation.BatchCreation.as_view()),
    path("mediaItems:batchGet", media_items.BatchGet.as_view()),
    path("mediaItems/:batchGet", media_items.BatchGet.as_view()),
    path("mediaItems:search", searching.MediaItemSearch.as_view()),
    path("mediaItems/:search", searching.MediaItemSearch.as_view()),  # some ask so
    path("mediaItems/<str:media_item_id>", media_items.MediaItemDetail.as_view()),
    path("uploads", uploads.Uploads.as_view()),
    path("albums", albums.AlbumList.as_view()),
    path("albums/<str:album_id>:batchAddMediaItems", album_items.Addition.as_view()),
    path("albums/<str:album_id>:batchRemoveMediaItems", album_items.Removal.as_view()),
    path("albums/<str:album_id>:addEnrichment", album_items.Enriching.as_view()),
    path("albums/<str:album_id>:share", sharing.Sharing.as_view()),
    path("albums/<str:album_id>:unshare", sharing.Unsharing.as_view()),
    path("albums/<str:album_id>", albums.AlbumDetail.as_view()),
    path("sharedAlbums", sharing.SharedAlbumList.as_view()),
    path("sharedAlbums:join", sharing.Joining.as_view()),
    path("sharedAlbums:leave", sharing.Leaving.as_view()),
    path("sharedAlbums/<str:share_token>", sharing.SharedAlbumDetail.as_view()),
]
