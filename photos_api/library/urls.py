"""The Library API v1, one line per method of Google's."""

from django.urls import path

from photos_api.library import albums, media_items

urlpatterns = [
    path("albums", albums.AlbumList.as_view()),
    path("albums/<str:album_id>", albums.AlbumDetail.as_view()),
    path("mediaItems", media_items.MediaItemList.as_view()),
    path("mediaItems:search", media_items.MediaItemSearch.as_view()),
    path("mediaItems/:search", media_items.MediaItemSearch.as_view()),  # some ask so
    path("mediaItems/<str:media_item_id>", media_items.MediaItemDetail.as_view()),
]
