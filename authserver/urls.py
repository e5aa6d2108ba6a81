"""The addresses of authserver, one line each."""

from django.urls import path

from authserver import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
