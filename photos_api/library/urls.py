"""The Library API v1, one line per method of Google's."""

from django.urls import path

from photos_api.library import views

urlpatterns = [
    path("albums", views.AlbumList.as_view()),
    path("albums/<str:album_id>", views.AlbumDetail.as_view()),
    path("mediaItems", views.MediaItemList.as_view()),
    path("mediaItems:search", views.MediaItemSearch.as_view()),
    path("mediaItems/:search", views.MediaItemSearch.as_view()),  # some clients ask so
    path("mediaItems/<str:media_item_id>", views.MediaItemDetail.as_view()),
]
