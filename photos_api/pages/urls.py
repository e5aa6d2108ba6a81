"""The pages: for owners, with a browser and a session."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
