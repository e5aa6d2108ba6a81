"""The Picker API v1, one line per method of Google's."""

from django.urls import path

from photos_api.picker import views

urlpatterns = [
    path("sessions", views.SessionList.as_view()),
    path("sessions/<str:session_id>", views.SessionDetail.as_view()),
    path("mediaItems", views.PickedList.as_view()),
]
