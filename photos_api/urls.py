"""The addresses of photos_api, one line each."""

from django.urls import path

from photos_api import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
