"""The addresses of printshop, one line each."""

from django.urls import path

from printshop import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
