"""The addresses of the orders resource, one line each."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
